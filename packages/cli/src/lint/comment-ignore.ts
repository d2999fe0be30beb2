import type { SchemaFile } from "../schema/element.js";

/** What a comment begins with that has a rule ignored: `// buf:lint:ignore RULE`. */
export const COMMENT_IGNORE = "buf:lint:ignore";

/** Field numbers of lists of declarations in file, message, enum and service, by the field number that leads there. */
const NESTED: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  file: { 3: "leaf", 4: "message", 5: "enum", 6: "service", 7: "leaf" },
  message: { 2: "leaf", 3: "message", 4: "enum", 5: "leaf", 6: "leaf", 8: "leaf", 9: "leaf", 10: "leaf" },
  enum: { 2: "leaf", 4: "leaf", 5: "leaf" },
  service: { 2: "leaf" },
};

/** Field numbers of options. */
const OPTIONS: Readonly<Record<string, number>> = { file: 8, message: 7, enum: 3, service: 3 };

/**
 * Whether a comment has a rule ignored for what stands at that path: one in front of the declaration itself, or in front
 * of one that it stands in.
 */
export function isIgnoredByComment(file: SchemaFile, path: readonly number[], rule: string): boolean {
  const instruction = `${COMMENT_IGNORE} ${rule}`;
  return declarations(path).some((each) => {
    const comments = file.locations.find(each)?.leadingComments;
    return comments?.split("\n").some((line) => line.trim().startsWith(instruction)) === true;
  });
}

/** The paths of the declarations around that path, outermost first. */
function declarations(path: readonly number[]): (readonly number[])[] {
  const found: (readonly number[])[] = [];
  let kind = "file";
  for (let at = 0; at < path.length; at += 2) {
    const inner = NESTED[kind]?.[path[at]!];
    if (inner === undefined) {
      // The syntax and package statements, and options as wholes, carry comments of their own.
      if (kind === "file" || path[at] === OPTIONS[kind] || kind === "leaf") found.push(path);
      break;
    }
    if (at + 1 >= path.length) break;
    found.push(path.slice(0, at + 2));
    kind = inner;
  }
  return found;
}
