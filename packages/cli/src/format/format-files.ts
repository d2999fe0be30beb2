import { isUtf8 } from "node:buffer";
import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Diagnostic } from "@hawser/compiler";
import { CliError, reasonOf } from "../cli-error.js";
import { displayPath } from "../input/display-path.js";
import { formatProto } from "./format.js";

/** A file, and how it should be. */
export interface FormattedFile {
  /** Absolute. */
  readonly path: string;
  readonly before: string;
  readonly text: string;
}

/** Files and what is wrong with others. */
export interface FormattedFiles {
  readonly files: readonly FormattedFile[];
  /** Errors of files that cannot be parsed, which are left alone. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Formats files and writes nothing.
 *
 * @param paths absolute
 * @throws CliError if one cannot be read, or is not UTF-8
 */
export function formatFiles(paths: Iterable<string>): FormattedFiles {
  const files: FormattedFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const before = decodeText(readBytes(path), displayPath(path));
    const result = formatProto(before, displayPath(path));
    if (result.ok) files.push({ path, before, text: result.text });
    else for (const diagnostic of result.diagnostics) diagnostics.push(diagnostic);
  }
  return { files, diagnostics };
}

/** @throws CliError if the bytes are not UTF-8: what is no character would be lost */
export function decodeText(bytes: Uint8Array, name: string): string {
  if (isUtf8(bytes)) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  throw new CliError(`${name} is not UTF-8`, "save it as UTF-8; .proto files are nothing else");
}

/**
 * Writes a file in the place of the old one, which stays whole if that fails. Its mode stays, and a link stays a link.
 *
 * @throws CliError if it cannot be written
 */
export function replaceFile(path: string, text: string): void {
  let temporary: string | undefined;
  try {
    const real = realpathSync(path);
    const { mode } = statSync(real);
    temporary = join(dirname(real), `.${basename(real)}.${randomBytes(6).toString("hex")}.tmp`);
    writeFileSync(temporary, text, { flag: "wx", mode });
    renameSync(temporary, real);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw new CliError(`cannot write ${displayPath(path)}: ${reasonOf(error)}`, "check the file and its permissions");
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError(`cannot read ${displayPath(path)}: ${reasonOf(error)}`, "check the file and its permissions");
  }
}
