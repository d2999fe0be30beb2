import { concat, readRecord } from "../options/wire-record.js";
import type { OptionSchema } from "./option-schema.js";

/** Told the path, below the message that was given, of every field that is left out. */
export type OnStripped = (path: readonly number[]) => void;

/** The bytes of a message without the fields that are for the compiler alone; the same bytes if there are none. */
export function stripMessage(
  schema: OptionSchema,
  type: string,
  bytes: Uint8Array,
  path: readonly number[],
  onStripped: OnStripped,
): Uint8Array {
  const kept: Uint8Array[] = [];
  const counts = new Map<number, number>();
  let changed = false;
  for (let at = 0; at < bytes.length; ) {
    const record = readRecord(bytes, at);
    const field = schema.field(type, record.number);
    const fieldPath = [...path, record.number];
    if (field?.isRepeated === true) {
      const index = counts.get(record.number) ?? 0;
      counts.set(record.number, index + 1);
      fieldPath.push(index);
    }
    if (field?.isSource === true) {
      onStripped(field.isRepeated ? fieldPath.slice(0, -1) : fieldPath);
      changed = true;
    } else if (field?.message !== undefined && record.content !== undefined) {
      const stripped = stripMessage(schema, field.message, record.content, fieldPath, onStripped);
      if (stripped === record.content) kept.push(bytes.subarray(at, record.end));
      else {
        const head = bytes.subarray(at, record.tagEnd);
        if (record.isGroup) kept.push(head, stripped, bytes.subarray(record.contentEnd, record.end));
        else kept.push(head, varint(stripped.length), stripped);
        changed = true;
      }
    } else kept.push(bytes.subarray(at, record.end));
    at = record.end;
  }
  return changed ? concat(kept) : bytes;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
