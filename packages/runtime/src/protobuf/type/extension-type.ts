import type { AnyMessageType, FieldType, MessageType } from "./message-type.js";

/**
 * A proto2 extension: a field of `Extendee` that is declared elsewhere. Its value lives in `$unknown` of the message;
 * `getExtension` and `setExtension` read and write it there.
 *
 * @typeParam Value what is read: `T | undefined`, or `T[]` if it is repeated
 * @typeParam Init what may be set
 */
export interface ExtensionType<Extendee = unknown, Value = unknown, Init = Value> {
  /** The full name, as `notes.v1.priority`. */
  readonly typeName: string;
  readonly extendee: AnyMessageType;
  readonly field: FieldType;
  /** Only for the type checker: never set. */
  readonly $types?: { readonly extendee: Extendee; readonly value: Value; readonly init: Init };
}

// biome-ignore lint/suspicious/noExplicitAny: as AnyMessageType
export type AnyExtensionType = ExtensionType<any, any, any>;

/** Makes the {@link ExtensionType} of generated code. The arguments are called at first use. */
export function extension<Extendee, Value, Init>(
  typeName: string,
  // biome-ignore lint/suspicious/noExplicitAny: what encoding takes for the extended message is of no account here
  extendee: () => MessageType<Extendee, any>,
  field: () => FieldType,
): ExtensionType<Extendee, Value, Init> {
  let row: FieldType | undefined;
  return {
    typeName,
    get extendee() {
      return extendee();
    },
    get field() {
      row ??= field();
      return row;
    },
  };
}
