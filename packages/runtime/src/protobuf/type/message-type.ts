import type { ByteWriter } from "../../base/byte-writer.js";
import type { Reader } from "../wire/reader.js";
import type { EnumType } from "./enum-type.js";
import type { LongAs, ScalarType } from "./scalar-type.js";

/**
 * A message type: the value that generated code exports beside the interface of the same name. Nothing in it is
 * needed by hand: pass it to `encode`, `decode`, `create` and the rest.
 *
 * @typeParam T what decoding gives: every field is present
 * @typeParam Init what encoding takes: every field is optional, numbers may stand for 64-bit fields
 */
export interface MessageType<T, Init = T> {
  /** The full name, as `notes.v1.Note`. */
  readonly typeName: string;
  /**
   * Appends the encoding of `message` (without a length) at `writer.pos`. On error `writer.pos` is where it was.
   *
   * @throws ProtobufError naming the field that cannot be encoded
   */
  readonly writeTo: (writer: ByteWriter, message: Init) => void;
  /**
   * Decodes `bytes[start, end)`.
   *
   * @param owned `bytes` is a plain `Uint8Array` that nobody else has and that will not change: a bytes field that is most
   * of it may be a view of it. Without it nothing that is returned is.
   * @throws ProtobufError naming the field and the offset
   */
  readonly readFrom: (bytes: Uint8Array, start: number, end: number, owned?: boolean) => T;
  /** The fields, in the order of their declaration. */
  readonly fields: readonly FieldType[];
  /** The names that the schema reserves, which text may still have. */
  readonly reservedNames: readonly string[];
  /** A message with no field set. */
  readonly empty: () => T;
  /** {@link MessageType.writeTo} for generated code: its errors do not name the field. */
  readonly write: (w: ByteWriter, message: Init) => void;
  /** {@link MessageType.readFrom} for generated code: reads up to `end`, into `into` if given. */
  readonly read: (r: Reader, end: number, depth: number, into?: T) => T;
}

// biome-ignore lint/suspicious/noExplicitAny: "any message type" must be assignable from each; unknown is not (init is contravariant)
export type AnyMessageType = MessageType<any, any>;

/** The message that `Type` decodes to: `MessageOf<typeof Note>` is `Note`. */
export type MessageOf<Type extends AnyMessageType> = Type extends MessageType<infer T, infer _Init> ? T : never;

/** What encoding takes for `Type`. */
export type InitOf<Type extends AnyMessageType> = Type extends MessageType<infer _T, infer Init> ? Init : never;

/** A field, as the generic functions (create, equals, JSON, text) need it. */
export interface FieldType {
  readonly number: number;
  /** The name in the `.proto`. */
  readonly name: string;
  /** The property; of a oneof member the `case`. */
  readonly localName: string;
  /** The name in JSON. */
  readonly jsonName: string;
  /** The type of a value; of a map the type of its values. */
  readonly type: ScalarType | EnumType | AnyMessageType;
  /** The type of the keys, if this is a map. */
  readonly mapKey: ScalarType | undefined;
  readonly repeated: boolean;
  /** Whether the values of a repeated field share one tag. */
  readonly packed: boolean;
  /** Whether an unset field is `undefined`, and the default value is written. */
  readonly optional: boolean;
  /** proto2 `required`. */
  readonly required: boolean;
  /** Whether a message is written as a group. */
  readonly delimited: boolean;
  /** The property of the oneof that the field belongs to. */
  readonly oneof: string | undefined;
  readonly longAs: LongAs;
  /** The default that the schema declares (proto2), else `undefined`. */
  readonly default: unknown;
}
