import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import { equalBytes, equalValues } from "./equals.js";
import { valueIfSet } from "./presence.js";

type Fields = Readonly<Record<string, unknown>>;

/** One place where two messages differ. */
export interface Difference {
  /** The names of the fields as in the `.proto`, with indexes and keys: `items[3].price`, `labels["a"]`, `$unknown`. */
  readonly path: string;
  /** The path of a `google.protobuf.FieldMask` that covers it: `path` up to the first index or key. */
  readonly maskPath: string;
  /** The value in the first message; `undefined` if the field is not set there. */
  readonly before: unknown;
  /** The value in the second message; `undefined` if the field is not set there. */
  readonly after: unknown;
}

/**
 * Where two whole messages (that `decode` or `create` gave) differ, in the order of the fields. Messages that are set
 * on both sides are gone into; lists are compared index by index. The list is empty just when `equals` says yes.
 */
export function diff<T, Init>(type: MessageType<T, Init>, before: T, after: T): Difference[] {
  const found: Difference[] = [];
  diffMessages(found, type, before as Fields, after as Fields, "", undefined, 0);
  return found;
}

function diffMessages(
  found: Difference[],
  type: AnyMessageType,
  before: Fields,
  after: Fields,
  path: string,
  maskPath: string | undefined,
  depth: number,
): void {
  if (before === after) return;
  if (depth > RECURSION_LIMIT) {
    throw new ProtobufError(`${type.typeName}: messages nest more than ${RECURSION_LIMIT} deep`, { kind: "encode" });
  }
  const prefix = path === "" ? "" : `${path}.`;
  for (const field of type.fields) {
    const [a, b] = [valueIfSet(field, before), valueIfSet(field, after)];
    if (a === undefined && b === undefined) continue;
    const place = prefix + field.name;
    if (field.mapKey !== undefined) diffMaps(found, field, a as Fields, b as Fields, place, maskPath ?? place, depth);
    else if (field.repeated) {
      diffLists(found, field, (a ?? []) as unknown[], (b ?? []) as unknown[], place, maskPath ?? place, depth);
    } else diffValues(found, field, a, b, place, maskPath, depth);
  }
  const [x, y] = [before["$unknown"], after["$unknown"]] as (Uint8Array | undefined)[];
  if (!equalBytes(x ?? NO_BYTES, y ?? NO_BYTES)) {
    const place = `${prefix}$unknown`;
    found.push({ path: place, maskPath: maskPath ?? path, before: x, after: y });
  }
}

const NO_BYTES = new Uint8Array(0);

/** @param maskPath what is fixed already, because an index or key went before */
function diffValues(
  found: Difference[],
  field: FieldType,
  before: unknown,
  after: unknown,
  path: string,
  maskPath: string | undefined,
  depth: number,
): void {
  if (isMessageType(field.type) && before !== undefined && after !== undefined) {
    diffMessages(found, field.type, before as Fields, after as Fields, path, maskPath, depth + 1);
  } else if (before === undefined || after === undefined || !equalValues(field, before, after, depth)) {
    found.push({ path, maskPath: maskPath ?? path, before, after });
  }
}

function diffLists(
  found: Difference[],
  field: FieldType,
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  maskPath: string,
  depth: number,
): void {
  const length = Math.max(before.length, after.length);
  for (let i = 0; i < length; i++) diffValues(found, field, before[i], after[i], `${path}[${i}]`, maskPath, depth);
}

function diffMaps(
  found: Difference[],
  field: FieldType,
  before: Fields | undefined,
  after: Fields | undefined,
  path: string,
  maskPath: string,
  depth: number,
): void {
  for (const key of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    const a = before !== undefined && Object.hasOwn(before, key) ? before[key] : undefined;
    const b = after !== undefined && Object.hasOwn(after, key) ? after[key] : undefined;
    diffValues(found, field, a, b, `${path}[${JSON.stringify(key)}]`, maskPath, depth);
  }
}
