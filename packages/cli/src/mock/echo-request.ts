import type { AnyMessageType, FieldType } from "hawser/protobuf";
import { type Fields, fieldValue, isMessage, setField } from "./field-value.js";

/**
 * Makes a generated reply an answer to its request: whoever asks for the note 7 gets the note 7, and whoever updates a note gets
 * it back as it was sent. Taken over are a message of the reply's own type, or the fields that have the same name and type in both;
 * and likewise for the one message that a reply consists of (`GetNoteResponse { Note note }`).
 */
export function echoRequest(input: AnyMessageType, request: Fields, output: AnyMessageType, reply: Fields): void {
  echo(input, request, output, reply, true);
}

function echo(input: AnyMessageType, request: Fields, output: AnyMessageType, reply: Fields, goesIn: boolean): void {
  for (const from of input.fields) {
    const value = fieldValue(from, request);
    if (value === undefined) continue;
    if (from.type === output && !from.repeated && from.mapKey === undefined) {
      for (const field of output.fields) {
        const own = fieldValue(field, value as Fields);
        if (own !== undefined) setField(field, reply, own);
      }
      continue;
    }
    const to = output.fields.find((field) => isSame(from, field, output));
    if (to !== undefined) setField(to, reply, value);
  }
  if (!goesIn) return;
  const messages = output.fields.filter(({ type, repeated, mapKey }) => isMessage(type) && !repeated && !mapKey);
  if (messages.length !== 1) return;
  const [field] = messages as [FieldType];
  const inner = fieldValue(field, reply);
  if (inner !== undefined) echo(input, request, field.type as AnyMessageType, inner as Fields, false);
}

/** Also `note_id` of a request and `id` of a `Note`. */
function isSame(from: FieldType, to: FieldType, output: AnyMessageType): boolean {
  if (from.type !== to.type || from.repeated !== to.repeated || from.mapKey !== to.mapKey) return false;
  if (from.longAs !== to.longAs) return false;
  if (from.name === to.name) return !/page_token$/.test(to.name);
  const short = output.typeName.slice(output.typeName.lastIndexOf(".") + 1);
  const snake = short.replace(/(?<=[a-z\d])(?=[A-Z])/g, "_").toLowerCase();
  return to.name === "id" && from.name === `${snake}_id`;
}
