/** What was being done when a {@link ProtobufError} was raised. */
export type ProtobufErrorKind = "encode" | "decode" | "json" | "text" | "schema";

/** What is known of the place where a {@link ProtobufError} was raised. */
export interface ProtobufErrorPlace {
  readonly kind?: ProtobufErrorKind;
  /** Type and field, as `notes.v1.Note.items[3].price`; in JSON the path from `$`. */
  readonly path?: string;
  /** Where in the bytes, counted from the first byte of the message, or in the text. */
  readonly offset?: number;
  readonly cause?: unknown;
}

/** The one error of the Protocol Buffers floor: a value that cannot be encoded, or bytes, JSON or text that cannot be read. */
export class ProtobufError extends Error {
  override readonly name: string = "ProtobufError";
  readonly kind: ProtobufErrorKind;
  readonly path: string | undefined;
  readonly offset: number | undefined;

  constructor(message: string, place: ProtobufErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.kind = place.kind ?? "encode";
    this.path = place.path;
    this.offset = place.offset;
  }

  /** Whether `value` is a {@link ProtobufError}, of this copy of the package or of another. */
  static is(value: unknown): value is ProtobufError {
    return value instanceof ProtobufError || (value instanceof Error && value.name === "ProtobufError");
  }
}

/** A value that a field cannot take. The place is added by the codec, which looks it up once something has failed. */
export function invalidValue(reason: string): ProtobufError {
  return new ProtobufError(reason, { kind: "encode" });
}

/** Bytes that are not the message they should be. @param offset into the array that is being read */
export function malformed(reason: string, offset: number): ProtobufError {
  return new ProtobufError(reason, { kind: "decode", offset });
}
