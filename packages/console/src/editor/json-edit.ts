import type { JsonArrayNode, JsonNode, JsonObjectNode, JsonTree } from "./json-tree.js";
import { parseJsonTree } from "./json-tree.js";

/**
 * Changes of a text at one place: what the user wrote elsewhere, with its order and spaces, stays as it is. The nodes are those
 * of the tree that is given.
 */

/** Puts another value in the place of one. */
export function replaceValue(tree: JsonTree, node: JsonNode, value: string): string {
  const { text } = tree;
  return text.slice(0, node.from) + indented(value, indentAt(text, node.from)) + text.slice(node.to);
}

/** Sets a member: in the place of the one that has its name, or behind the last. */
export function setMember(tree: JsonTree, object: JsonObjectNode, key: string, value: string): string {
  const member = object.members.find((each) => each.key === key);
  if (member !== undefined) {
    const { text } = tree;
    const indent = indentAt(text, member.keyFrom);
    if (member.colon === undefined) {
      return `${text.slice(0, member.keyTo)}: ${indented(value, indent)}${text.slice(member.keyTo)}`;
    }
    return text.slice(0, member.value.from) + indented(value, indent) + text.slice(member.value.to);
  }
  const last = object.members.at(-1);
  return insertInto(tree, object, last === undefined ? undefined : endOf(last), `${JSON.stringify(key)}: `, value);
}

/** Gives a member another name. */
export function renameMember(tree: JsonTree, object: JsonObjectNode, index: number, key: string): string {
  const member = object.members[index]!;
  return tree.text.slice(0, member.keyFrom) + JSON.stringify(key) + tree.text.slice(member.keyTo);
}

/** Takes a member away. */
export function removeMember(tree: JsonTree, object: JsonObjectNode, index: number): string {
  const spans = object.members.map((member) => ({ from: member.keyFrom, to: endOf(member) }));
  return removeSpan(tree.text, object, spans, index);
}

/** Adds an item behind the last. */
export function addItem(tree: JsonTree, array: JsonArrayNode, value: string): string {
  return insertInto(tree, array, array.items.at(-1)?.to, "", value);
}

/** Takes an item away. */
export function removeItem(tree: JsonTree, array: JsonArrayNode, index: number): string {
  return removeSpan(tree.text, array, array.items, index);
}

/** Lets an item and the one behind it change places. */
export function swapItems(tree: JsonTree, array: JsonArrayNode, index: number): string {
  const { text } = tree;
  const first = array.items[index]!;
  const second = array.items[index + 1]!;
  return (
    text.slice(0, first.from) +
    text.slice(second.from, second.to) +
    text.slice(first.to, second.from) +
    text.slice(first.from, first.to) +
    text.slice(second.to)
  );
}

/** The text again, each member and item in a line of its own; the text itself if it is no JSON. */
export function formatJson(text: string): string {
  const { root, problems } = parseJsonTree(text);
  return problems.length > 0 ? text : formatNode(text, root, "");
}

/** A line is not broken if it is no longer than this and has no objects in it. */
const SHORT_ARRAY = 60;

function formatNode(text: string, node: JsonNode, indent: string): string {
  const inner = `${indent}  `;
  if (node.kind === "object") {
    if (node.members.length === 0) return "{}";
    const lines = node.members.map(
      (member) => `${inner}${text.slice(member.keyFrom, member.keyTo)}: ${formatNode(text, member.value, inner)}`,
    );
    return `{\n${lines.join(",\n")}\n${indent}}`;
  }
  if (node.kind === "array") {
    if (node.items.length === 0) return "[]";
    const items = node.items.map((item) => formatNode(text, item, inner));
    const line = `[${items.join(", ")}]`;
    if (line.length <= SHORT_ARRAY && node.items.every(({ kind }) => kind !== "object" && kind !== "array"))
      return line;
    return `[\n${items.map((item) => inner + item).join(",\n")}\n${indent}]`;
  }
  return text.slice(node.from, node.to);
}

function endOf(member: JsonObjectNode["members"][number]): number {
  return member.colon === undefined ? member.keyTo : Math.max(member.value.to, member.colon + 1);
}

/** Inserts behind `after`, or as the first of an empty one. */
function insertInto(
  tree: JsonTree,
  container: JsonObjectNode | JsonArrayNode,
  after: number | undefined,
  prefix: string,
  value: string,
): string {
  const { text } = tree;
  const outer = indentAt(text, container.from);
  const inside = `${outer}  `;
  const one = prefix + indented(value, inside);
  const close = container.closed ? "" : container.kind === "object" ? "}" : "]";
  if (after === undefined) {
    const end = container.closed ? container.to - 1 : container.to;
    return `${text.slice(0, container.from + 1)}\n${inside}${one}\n${outer}${close}${text.slice(end)}`;
  }
  const broken = text.slice(container.from, after).includes("\n");
  const separator = broken ? `,\n${inside}` : ", ";
  const rest = text.slice(after);
  // A comma that is there already is taken for the one that is needed.
  const withoutComma = /^\s*,(?=\s*[}\]]|\s*$)/.test(rest) ? rest.replace(/^\s*,/, "") : rest;
  return text.slice(0, after) + separator + one + close + withoutComma;
}

function removeSpan(
  text: string,
  container: JsonObjectNode | JsonArrayNode,
  spans: readonly { readonly from: number; readonly to: number }[],
  index: number,
): string {
  const next = spans[index + 1];
  const before = spans[index - 1];
  if (next !== undefined) return text.slice(0, spans[index]!.from) + text.slice(next.from);
  const end = container.closed ? container.to - 1 : container.to;
  if (before === undefined) return text.slice(0, container.from + 1) + text.slice(end);
  // What stands between the last one and the bracket stays: as a rule the end of a line.
  return text.slice(0, before.to) + text.slice(spans[index]!.to).replace(/^\s*,/, "");
}

/** The blanks at the beginning of the line of a place. */
function indentAt(text: string, at: number): string {
  const line = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, at))![0];
}

function indented(value: string, indent: string): string {
  return value.replaceAll("\n", `\n${indent}`);
}
