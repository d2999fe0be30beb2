import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

/** The rules of one type, such as `buf.validate.StringRules`, as far as they are set. */
export class RuleValues {
  readonly message: ReflectMessage;
  /** What is set, by name. */
  readonly set: ReadonlyMap<string, DescField>;

  constructor(message: ReflectMessage) {
    this.message = message;
    this.set = new Map(message.fields.filter((field) => message.isSet(field)).map((field) => [field.name, field]));
  }

  static of(schema: DescMessage, message: Message): RuleValues {
    return new RuleValues(reflect(schema, message));
  }

  /** The number of a rule that is set. */
  number(name: string): number {
    return this.set.get(name)!.number;
  }

  has(name: string): boolean {
    return this.set.has(name);
  }

  /** The value of a rule; `undefined` if it is not set. */
  get<Value>(name: string): Value | undefined {
    const field = this.set.get(name);
    return field === undefined ? undefined : (this.message.get(field) as Value);
  }

  /** The values of a repeated rule. */
  list<Value>(name: string): readonly Value[] {
    const field = this.set.get(name);
    if (field?.fieldKind !== "list") return [];
    return [...this.message.get(field)] as Value[];
  }
}
