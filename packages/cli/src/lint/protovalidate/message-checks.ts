import type { DescMessage } from "@bufbuild/protobuf";
import type { MessageRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { SchemaMessage } from "../../schema/element.js";
import type { Location } from "../../schema/location.js";
import { RULES_EXTENSION } from "./field-report.js";

/** The numbers of `buf.validate.MessageRules.oneof`, and of the fields in it. */
const ONEOF = 4;
const ONEOF_FIELDS = 1;

/** The oneofs that a message's rules make of its fields: each of fields that there are, and no field in two. */
export function checkOneofs(
  message: SchemaMessage,
  type: DescMessage,
  { oneof: oneofs }: MessageRules,
  report: (location: Location | undefined, text: string) => void,
): void {
  const start = `Message ${JSON.stringify(message.name)}`;
  const entriesOf = new Map<string, number[]>();
  const placeOf = (...path: number[]): Location | undefined => message.optionLocation(RULES_EXTENSION, ONEOF, ...path);
  for (const [i, { fields }] of oneofs.entries()) {
    if (fields.length === 0) {
      const text =
        "has a (buf.validate.message).oneof entry with no fields. Each oneof entry must specify at least one field.";
      report(placeOf(i), `${start} ${text}`);
    }
    const seen = new Set<string>();
    for (const [j, name] of fields.entries()) {
      const has = `${start} has a (buf.validate.message).oneof entry that references field ${JSON.stringify(name)}`;
      if (seen.has(name)) {
        report(placeOf(i, ONEOF_FIELDS, j), `${has} more than once. Duplicate field names are not permitted.`);
        continue;
      }
      seen.add(name);
      if (!type.fields.some((field) => field.name === name)) {
        report(placeOf(i, ONEOF_FIELDS, j), `${has}, which is not defined in the message.`);
        continue;
      }
      entriesOf.set(name, [...(entriesOf.get(name) ?? []), i]);
    }
  }
  for (const [name, entries] of entriesOf) {
    if (entries.length < 2) continue;
    const text = `${start} references field ${JSON.stringify(name)} in more than one (buf.validate.message).oneof entry. A field may only appear in one oneof entry.`;
    for (const entry of entries) report(placeOf(entry), text);
  }
}
