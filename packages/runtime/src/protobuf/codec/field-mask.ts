import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { describeValue } from "../wire/describe-value.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import { mergeField } from "./merge.js";
import { valueIfSet } from "./presence.js";

type Fields = Record<string, unknown>;

/** The part of a `google.protobuf.FieldMask` that counts: paths of field names as in the `.proto`, as `user.name`. */
export interface Mask {
  readonly paths: readonly string[];
}

/** How `updateByMask` treats what the mask names. */
export interface UpdateOptions {
  /**
   * Whether messages and lists that a path ends with are replaced. Default: they are merged and appended to, as
   * google/protobuf/field_mask.proto has it.
   */
  readonly replace?: boolean;
}

/** The paths of a mask as a tree: what is below a field, or `"all"` of it. */
type Tree = Map<FieldType, Tree | "all">;

/**
 * Checks that every path of a mask names a field of a message; on the way to the last field there may be only single
 * messages (google/protobuf/field_mask.proto).
 *
 * @throws ProtobufError naming the path
 */
export function checkMask(type: AnyMessageType, mask: Mask): void {
  treeOf(type, mask);
}

/**
 * A copy of a message with nothing in it but the fields that a mask names. An empty mask names nothing.
 *
 * @throws ProtobufError if a path names no field
 */
export function selectByMask<T, Init>(type: MessageType<T, Init>, message: T, mask: Mask): T {
  const selected = type.empty() as Fields;
  select(treeOf(type, mask), message as Fields, selected);
  return selected as T;
}

/**
 * Carries over from one message to another the fields that a mask names: what `source` has is set in `target`, what it
 * has not is cleared there. `source` is copied, not shared.
 *
 * @returns `target`
 * @throws ProtobufError if a path names no field; nothing has been changed then
 */
export function updateByMask<T, Init>(
  type: MessageType<T, Init>,
  target: T,
  source: T,
  mask: Mask,
  options: UpdateOptions = {},
): T {
  update(treeOf(type, mask), target as Fields, source as Fields, type.empty() as Fields, options.replace === true);
  return target;
}

function treeOf(type: AnyMessageType, mask: Mask): Tree {
  const root: Tree = new Map();
  for (const path of mask.paths) addPath(root, type, path);
  return root;
}

function addPath(root: Tree, type: AnyMessageType, path: string): void {
  if (typeof path !== "string") throw badPath(type, path, "is not a path");
  const names = path.split(".", RECURSION_LIMIT + 1);
  if (names.length > RECURSION_LIMIT) throw badPath(type, path, "is too long");
  let tree = root;
  let at: AnyMessageType | undefined = type;
  for (const [i, name] of names.entries()) {
    const field: FieldType | undefined = at?.fields.find((each) => each.name === name);
    if (field === undefined) {
      const why = at === undefined ? "goes on behind a list, a map or a scalar" : `is not in ${at.typeName}`;
      throw badPath(type, path, why);
    }
    const below = tree.get(field);
    // A shorter path takes in all that is below it.
    if (below === "all") return;
    if (i === names.length - 1) {
      tree.set(field, "all");
      return;
    }
    const inner: Tree = below ?? new Map();
    tree.set(field, inner);
    tree = inner;
    at = !field.repeated && field.mapKey === undefined && isMessageType(field.type) ? field.type : undefined;
  }
}

function badPath(type: AnyMessageType, path: unknown, why: string): ProtobufError {
  return new ProtobufError(`${type.typeName}: the path ${describeValue(path)} of the field mask ${why}`, {
    kind: "schema",
  });
}

function select(tree: Tree, message: Fields, selected: Fields): void {
  for (const [field, below] of tree) {
    const value = valueIfSet(field, message);
    if (value === undefined) continue;
    if (below === "all") mergeField(field, selected, value, 0);
    else {
      const inner = (field.type as AnyMessageType).empty() as Fields;
      select(below, value as Fields, inner);
      setField(field, selected, inner);
    }
  }
}

/** @param empty a message with no field set, for the values of fields to be cleared */
function update(tree: Tree, target: Fields, source: Fields, empty: Fields, replace: boolean): void {
  for (const [field, below] of tree) {
    const value = valueIfSet(field, source);
    if (below !== "all") {
      const inner = valueIfSet(field, target);
      if (inner === undefined && value === undefined) continue;
      const type = field.type as AnyMessageType;
      const into = (inner ?? type.empty()) as Fields;
      update(below, into, (value ?? type.empty()) as Fields, type.empty() as Fields, replace);
      setField(field, target, into);
      continue;
    }
    const collects = field.repeated || field.mapKey !== undefined;
    // An empty list appends nothing; any other field that the source does not have is cleared.
    if (replace || (value === undefined && !collects)) clearField(field, target, empty);
    if (value !== undefined) mergeField(field, target, value, 0);
  }
}

function setField(field: FieldType, message: Fields, value: unknown): void {
  if (field.oneof === undefined) message[field.localName] = value;
  else message[field.oneof] = { case: field.localName, value };
}

function clearField(field: FieldType, message: Fields, empty: Fields): void {
  if (field.oneof === undefined) message[field.localName] = unsetValue(field, empty);
  else if ((message[field.oneof] as { case?: string } | undefined)?.case === field.localName) {
    message[field.oneof] = undefined;
  }
}

/** What the field is in a message with nothing set; lists and maps are made anew. */
function unsetValue(field: FieldType, empty: Fields): unknown {
  if (field.repeated) return [];
  return field.mapKey !== undefined ? {} : empty[field.localName];
}
