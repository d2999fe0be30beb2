import type { DescField } from "@bufbuild/protobuf";
import type { SchemaField } from "../../schema/element.js";
import type { FieldReport } from "./field-report.js";

/** What the rules that are looked at are about: a field, its items, or its keys or values. */
export interface RuledValue {
  readonly report: FieldReport;
  /** The field; of a map's keys and values, the one of an entry. */
  readonly field: SchemaField;
  /** The field as the message has it. */
  readonly desc: DescField;
  /** The part of the field's values. */
  readonly part: "whole" | "item" | "key" | "value";
}
