import { TokenKind, type TokenTable } from "@hawser/compiler";
import type { Declaration, FileIndex, ImportReference } from "./declaration.js";
import { type Mention, Resolver } from "./resolve.js";
import type { Workspace } from "./workspace.js";

/** What an editor's cursor is on. */
export type Target =
  | { readonly kind: "declaration"; readonly token: number; readonly declaration: Declaration }
  | { readonly kind: "import"; readonly node: ImportReference; readonly file: FileIndex | undefined };

/** Finds what is at an offset: a declaration's own name, a name that stands for one, or an import. */
export function findTarget(file: FileIndex, offset: number, workspace: Workspace): Target | undefined {
  const token = tokenAt(file.tokens, offset);
  if (token === undefined) return undefined;
  const node = file.imports.find(({ pathFirst, pathLast }) => pathFirst <= token && token <= pathLast);
  if (node !== undefined) return { kind: "import", node, file: workspace.imported(node.path, file.path) };
  // Of a group, both the message and the field: the message is what is named elsewhere.
  const own = file.all.find(({ nameToken }) => nameToken === token);
  if (own !== undefined) return { kind: "declaration", token, declaration: own };
  const resolver = new Resolver(file, workspace);
  for (const name of file.names) {
    if (!name.tokens.includes(token)) continue;
    const found = resolver.mentions(name).find((mention) => mention.token === token);
    if (found !== undefined) return { kind: "declaration", ...found };
  }
  for (const option of file.options) {
    if (!holds(option.parts[0]!.name.tokens[0]!, option.valueLast, token)) continue;
    const found = resolver.optionMentions(option).find((mention) => mention.token === token);
    if (found !== undefined) return { kind: "declaration", ...found };
  }
  return undefined;
}

/** Every token of a file that names a declaration of that name: its own, and those elsewhere. */
export function mentionsOf(declaration: Declaration, file: FileIndex, workspace: Workspace): Mention[] {
  if (!file.text.includes(declaration.name)) return [];
  const resolver = new Resolver(file, workspace);
  const { tokens } = file;
  const found: Mention[] = [];
  const isNamed = (token: number): boolean => tokens.textOf(token) === declaration.name;
  if (declaration.file.path === file.path) found.push({ token: declaration.nameToken, declaration });
  const add = (mentions: readonly Mention[]): void => {
    for (const mention of mentions) if (isSame(mention.declaration, declaration)) found.push(mention);
  };
  for (const name of file.names) if (name.tokens.some(isNamed)) add(resolver.mentions(name));
  for (const option of file.options) {
    let isIn = false;
    for (let i = option.parts[0]!.name.tokens[0]!; i <= option.valueLast && !isIn; i++) isIn = isNamed(i);
    if (isIn) add(resolver.optionMentions(option));
  }
  return found.sort((a, b) => a.token - b.token);
}

/** Indexes are made anew when a text changes: it is the place that makes a declaration the same. */
export function isSame(a: Declaration, b: Declaration): boolean {
  return a === b || (a.file.path === b.file.path && a.nameToken === b.nameToken && a.kind === b.kind);
}

function holds(first: number, last: number, token: number): boolean {
  return first <= token && token <= last;
}

/** The token that an offset is in or at the end of; of two that meet, the name. */
export function tokenAt(tokens: TokenTable, offset: number): number | undefined {
  const after = lastTokenAt(tokens, offset);
  if (after < 0) return undefined;
  const isIn = (token: number): boolean =>
    token >= 0 && tokens.starts[token]! <= offset && offset <= tokens.ends[token]! && token < tokens.count - 1;
  if (isIn(after) && tokens.kinds[after] === TokenKind.Identifier) return after;
  if (isIn(after - 1) && tokens.kinds[after - 1] === TokenKind.Identifier) return after - 1;
  return isIn(after) ? after : undefined;
}

/** The last token that begins at or before an offset; -1 without. */
export function lastTokenAt(tokens: TokenTable, offset: number): number {
  let low = 0;
  let high = tokens.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens.starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
