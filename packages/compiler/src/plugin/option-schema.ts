import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto } from "hawser/wkt";

/** google.protobuf.FieldOptions.OptionRetention.RETENTION_SOURCE */
const RETENTION_SOURCE = 2;

/** A field as far as stripping needs it. */
export interface OptionField {
  /** Whether the field is for the compiler alone ("Option Retention"). */
  readonly isSource: boolean;
  readonly isRepeated: boolean;
  /** The full name of its message, with a leading dot; `undefined` for a scalar or enum. */
  readonly message: string | undefined;
}

/** Finds fields and extensions by message and number in a set of descriptors. */
export class OptionSchema {
  readonly #fields = new Map<string, Map<number, OptionField>>();

  constructor(files: readonly FileDescriptorProto[]) {
    for (const file of files) {
      const scope = file.package === undefined || file.package === "" ? "" : `.${file.package}`;
      for (const message of file.messageType) this.#message(message, scope);
      for (const extension of file.extension) this.#add(extension.extendee ?? "", extension);
    }
  }

  field(message: string, number: number): OptionField | undefined {
    return this.#fields.get(message)?.get(number);
  }

  #message(message: DescriptorProto, scope: string): void {
    const name = `${scope}.${message.name}`;
    for (const field of message.field) this.#add(name, field);
    for (const extension of message.extension) this.#add(extension.extendee ?? "", extension);
    for (const nested of message.nestedType) this.#message(nested, name);
  }

  #add(message: string, field: FieldDescriptorProto): void {
    let fields = this.#fields.get(message);
    if (fields === undefined) this.#fields.set(message, (fields = new Map()));
    const isMessage = field.type === 10 || field.type === 11;
    fields.set(field.number ?? 0, {
      isSource: field.options?.retention === RETENTION_SOURCE,
      isRepeated: field.label === 3,
      message: isMessage ? field.typeName : undefined,
    });
  }
}
