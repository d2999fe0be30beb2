import { gapComments } from "@hawser/compiler";
import type { Hover } from "vscode-languageserver";
import type { Declaration, FileIndex } from "./declaration.js";
import { findTarget, tokenAt } from "./find-target.js";
import { SCALARS } from "./index-file.js";
import { tokenRange } from "./ranges.js";
import { Resolver } from "./resolve.js";
import type { Workspace } from "./workspace.js";

/** 2,000: a declaration that is longer is cut off; nobody reads it in a box. */
const MAX_SIGNATURE = 2000;

/** What is at an offset: how it was declared, its full name, the types it names and its comments, as Markdown. */
export function hover(file: FileIndex, offset: number, workspace: Workspace): Hover | undefined {
  const target = findTarget(file, offset, workspace);
  if (target === undefined) {
    const token = tokenAt(file.tokens, offset);
    const word = token === undefined ? "" : file.tokens.textOf(token);
    if (token === undefined || !SCALARS.has(word)) return undefined;
    return { contents: { kind: "markdown", value: SCALAR_HELP[word]! }, range: tokenRange(file, token) };
  }
  if (target.kind === "import") {
    const value = target.file === undefined ? "not found" : describeFile(target.file);
    return {
      contents: { kind: "markdown", value },
      range: tokenRange(file, target.node.pathFirst, target.node.pathLast),
    };
  }
  return {
    contents: { kind: "markdown", value: describe(target.declaration, workspace) },
    range: tokenRange(file, target.token),
  };
}

/** A declaration as Markdown. */
export function describe(declaration: Declaration, workspace: Workspace): string {
  const parts = [`\`\`\`proto\n${signature(declaration, workspace)}\n\`\`\``];
  const number = declaration.number === undefined ? "" : `, number ${declaration.number}`;
  parts.push(`\`${declaration.fullName}\` (${KIND_NAMES[declaration.kind]}${number}), \`${declaration.file.name}\``);
  const comments = commentsOf(declaration);
  if (comments !== "") parts.push(comments);
  return parts.join("\n\n");
}

export const KIND_NAMES: Readonly<Record<Declaration["kind"], string>> = {
  message: "message",
  enum: "enum",
  enumValue: "enum value",
  field: "field",
  oneof: "oneof",
  service: "service",
  method: "rpc",
};

/** The declaration as written, without what is in its braces; names of types are their full ones. */
function signature(declaration: Declaration, workspace: Workspace): string {
  const { tokens, text } = declaration.file;
  const resolver = new Resolver(declaration.file, workspace);
  const names = new Map<number, { readonly last: number; readonly fullName: string }>();
  for (const name of [declaration.type, declaration.output]) {
    const type = name === undefined ? undefined : resolver.resolve(name);
    if (type === undefined) continue;
    names.set(name!.tokens[0]!, { last: name!.tokens.at(-1)!, fullName: type.fullName });
  }
  let result = "";
  let end = tokens.starts[declaration.first]!;
  for (let i = declaration.first; i <= declaration.last && result.length < MAX_SIGNATURE; i++) {
    const isOpen = text[tokens.starts[i]!] === "{" && declaration.number === undefined;
    const gap = tokens.starts[i]! > end ? " " : "";
    if (isOpen) {
      result += " { … }";
      break;
    }
    const name = names.get(i);
    result += gap + (name?.fullName ?? tokens.textOf(i));
    if (name !== undefined) i = name.last;
    end = tokens.ends[i]!;
  }
  return result;
}

function commentsOf({ file, first, last, nameToken }: Declaration): string {
  const { text, tokens } = file;
  const before = first === 0 ? 0 : tokens.ends[first - 1]!;
  const { leading } = gapComments(text, before, tokens.starts[first]!, first === 0, false);
  // Behind a brace or, without one, behind the semicolon.
  let end = nameToken;
  while (end < last && !["{", ";"].includes(text[tokens.starts[end]!]!)) end++;
  const next = end + 1;
  let trailing = "";
  if (next < tokens.count) {
    const endsScope = "}])".includes(text[tokens.starts[next]!] ?? " ");
    trailing = gapComments(text, tokens.ends[end]!, tokens.starts[next]!, false, endsScope).trailing;
  }
  return [leading, trailing]
    .map((comment) =>
      comment
        .replaceAll(/^[ \t]/gm, "")
        .replaceAll("\r", "")
        .trim(),
    )
    .filter((comment) => comment !== "")
    .join("\n\n");
}

function describeFile(file: FileIndex): string {
  const name = file.package === "" ? "no package" : `package \`${file.package}\``;
  const declared = file.declarations.map((each) => `\`${each.name}\``);
  const more = declared.length > 20 ? `, and ${declared.length - 20} more` : "";
  return `\`${file.name}\`, ${name}\n\n${declared.slice(0, 20).join(", ")}${more}`;
}

/** What each scalar is on the wire (Protocol Buffers, "Scalar Value Types" and "Encoding"). */
const SCALAR_HELP: Readonly<Record<string, string>> = {
  double: "`double`: 64 bits, IEEE 754",
  float: "`float`: 32 bits, IEEE 754",
  int32: "`int32`: a varint; negative numbers take 10 bytes, for which `sint32` is better",
  int64: "`int64`: a varint; negative numbers take 10 bytes, for which `sint64` is better",
  uint32: "`uint32`: a varint",
  uint64: "`uint64`: a varint",
  sint32: "`sint32`: a zigzag varint, short for small negative numbers too",
  sint64: "`sint64`: a zigzag varint, short for small negative numbers too",
  fixed32: "`fixed32`: always 4 bytes; shorter than `uint32` for numbers from 2^28",
  fixed64: "`fixed64`: always 8 bytes; shorter than `uint64` for numbers from 2^56",
  sfixed32: "`sfixed32`: always 4 bytes, signed",
  sfixed64: "`sfixed64`: always 8 bytes, signed",
  bool: "`bool`: a varint, 0 or 1",
  string: "`string`: UTF-8 text",
  bytes: "`bytes`: any bytes",
};
