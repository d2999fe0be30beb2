import type { DescField } from "@bufbuild/protobuf";
import { FieldRulesSchema } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { SchemaField } from "../../schema/element.js";
import type { Location } from "../../schema/location.js";

/** The number of `buf.validate.field` and its like: all extend the options of something. */
export const RULES_EXTENSION = 1159;

/** A text as Go's `%q` writes it, as buf's messages do. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Tells what is wrong with the rules of a field, or with those of its items, keys or values, which lie below them. */
export class FieldReport {
  readonly field: SchemaField;
  /** The field's type as messages call it. */
  readonly typeName: string;
  readonly #report: (location: Location | undefined, message: string) => void;
  readonly #base: readonly number[];

  constructor(
    field: SchemaField,
    typeName: string,
    report: (location: Location | undefined, message: string) => void,
    base: readonly number[] = [],
  ) {
    this.field = field;
    this.typeName = typeName;
    this.#report = report;
    this.#base = base;
  }

  /** The same field's report for rules further in. */
  at(...base: number[]): FieldReport {
    return new FieldReport(this.field, this.typeName, this.#report, base);
  }

  get name(): string {
    return quote(this.field.name);
  }

  /** Reports at the place of a rule, which is a path of numbers from `buf.validate.FieldRules`. */
  add(path: readonly number[], message: string): void {
    this.#report(this.#locate(path), message);
  }

  /** Reports at the places of several rules; those that are one place, once. */
  addAt(paths: readonly (readonly number[])[], message: string): void {
    for (const path of paths) this.add(path, message); // equal findings become one in the end
  }

  /** The name of a rule, such as `(buf.validate.field).string.min_len`. */
  rule(...path: number[]): string {
    let name = "(buf.validate.field)";
    let fields: readonly DescField[] = FieldRulesSchema.fields;
    for (const number of [...this.#base, ...path]) {
      const field = fields.find((each) => each.number === number);
      if (field === undefined) break;
      name += `.${field.name}`;
      if (field.message === undefined) break;
      fields = field.message.fields;
    }
    return name;
  }

  #locate(path: readonly number[]): Location | undefined {
    return this.field.optionLocation(RULES_EXTENSION, ...this.#base, ...path);
  }
}
