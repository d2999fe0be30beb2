import { decode, ProtobufError } from "hawser/protobuf";
import { CodeGeneratorResponse } from "hawser/wkt";
import type { GeneratedFile } from "../emit/index.js";

/** What came of a code generator: its files, or the reason why there are none. */
export type PluginResult = { readonly files: GeneratedFile[] } | { readonly error: string };

/**
 * Reads the `CodeGeneratorResponse` that a `protoc-gen-*` program writes to its standard output: joins the parts of
 * files that come in parts, and puts what is meant for insertion points where it belongs.
 *
 * @param before files that were generated into the same directory before, into which this generator may insert
 */
export function decodePluginResponse(bytes: Uint8Array, before: readonly GeneratedFile[] = []): PluginResult {
  let response: CodeGeneratorResponse;
  try {
    response = decode(CodeGeneratorResponse, bytes);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    return { error: `its output is not a CodeGeneratorResponse: ${error.message}` };
  }
  if (response.error !== undefined && response.error !== "") return { error: response.error };
  const contents = new Map<string, string>();
  const outside = new Map(before.map((file) => [file.path, file.content]));
  let current = "";
  for (const { name, insertionPoint, content = "" } of response.file) {
    if (name !== undefined && name !== "") current = name;
    else if (current === "") return { error: "its first file has no name" };
    const existing = contents.get(current);
    if (insertionPoint !== undefined && insertionPoint !== "") {
      const target = existing ?? outside.get(current);
      if (target === undefined) return { error: `it inserts into "${current}", which was not generated` };
      const inserted = insertAt(target, insertionPoint, content);
      if (inserted === undefined) return { error: `"${current}" has no insertion point "${insertionPoint}"` };
      contents.set(current, inserted);
    } else if (existing === undefined) contents.set(current, content);
    else if (name === undefined || name === "") contents.set(current, existing + content);
    else return { error: `it wrote "${current}" twice` };
  }
  return { files: [...contents].map(([path, content]) => ({ path, content })) };
}

/** Inserts above the line of `@@protoc_insertion_point(name)`, indented as that line is (plugin.proto). */
function insertAt(text: string, name: string, content: string): string | undefined {
  const at = text.indexOf(`@@protoc_insertion_point(${name})`);
  if (at < 0) return undefined;
  const line = text.lastIndexOf("\n", at) + 1;
  const indent = /^[ \t]*/.exec(text.slice(line, at))![0];
  const lines = content.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return text.slice(0, line) + lines.map((each) => `${indent}${each}\n`).join("") + text.slice(line);
}
