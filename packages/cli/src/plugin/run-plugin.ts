import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { type CompileResult, decodePluginResponse, encodePluginRequest, type GeneratedFile } from "@hawser/compiler";
import { CliError, reasonOf } from "../cli-error.js";
import { isBuiltIn, isProtoc, runProtoc } from "./run-protoc.js";

/** 1 GiB: the code of the largest known API sets is a tenth of that. A plugin that writes without end is stopped. */
const MAX_OUTPUT = 1 << 30;

/** A `protoc-gen-*` program to run. */
export interface PluginSettings {
  /** `go` for protoc-gen-go. */
  readonly name: string;
  /** The program; without one, `protoc-gen-NAME` is looked for, and `protoc` for what is built into that. */
  readonly path: string | undefined;
  /** The directory for its files. */
  readonly out: string;
  /** What it is told, as protoc's --NAME_opt. */
  readonly options: readonly string[];
}

/**
 * Runs a code generator over compiled files.
 *
 * @param before what the plugins before it have generated into the same directory
 * @throws CliError if the program cannot be found or run, or says that it cannot generate the code
 */
export function runPlugin(
  plugin: PluginSettings,
  compiled: CompileResult,
  toGenerate: readonly string[],
  before: readonly GeneratedFile[],
): GeneratedFile[] {
  const wanted = isBuiltIn(plugin.name) ? [`protoc-gen-${plugin.name}`, "protoc"] : [`protoc-gen-${plugin.name}`];
  const program = plugin.path ?? wanted.map(findProgram).find((found) => found !== undefined);
  if (program === undefined) {
    throw new CliError(
      `there is no program ${wanted.join(" or ")} in node_modules/.bin or on the PATH`,
      `install it, or say where it is: --plugin ${plugin.name}=path/to/${wanted.at(-1)}`,
    );
  }
  const request = { files: compiled.files, toGenerate, parameter: plugin.options.join(",") };
  if (isProtoc(program)) return runProtoc(program, plugin.name, plugin.options, request);
  const input = encodePluginRequest(request);
  // A script is run by this Node: where files have no executable bit, or a system has no #!, it could not run itself.
  const isScript = /\.[cm]?js$/.test(program);
  const command = isScript ? process.execPath : resolve(program);
  const { error, status, signal, stdout, stderr } = spawnSync(command, isScript ? [resolve(program)] : [], {
    input,
    maxBuffer: MAX_OUTPUT,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const said = stderr?.toString().trim() ?? "";
  // A program that answers without reading the request is none of our concern.
  if (error !== undefined && (error as NodeJS.ErrnoException).code !== "EPIPE") {
    throw new CliError(`cannot run ${program}: ${reasonOf(error)}`, "check the path and its permissions");
  }
  if (status !== 0) {
    const how = signal === null ? `ended with the exit code ${status}` : `was ended by ${signal}`;
    throw new CliError(`${program} ${how}${said === "" ? "" : `: ${said}`}`, "see what the plugin says");
  }
  if (said !== "") process.stderr.write(`${said}\n`);
  const result = decodePluginResponse(stdout, before);
  if ("error" in result) throw new CliError(`${plugin.name}: ${result.error}`, "see the documentation of the plugin");
  return result.files;
}

/** In the `node_modules/.bin` of this directory and those above, then on the PATH. */
function findProgram(name: string): string | undefined {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
  const folders: string[] = [];
  for (let directory = resolve("."); ; directory = dirname(directory)) {
    folders.push(join(directory, "node_modules/.bin"));
    if (dirname(directory) === directory) break;
  }
  folders.push(...(process.env["PATH"] ?? "").split(delimiter).filter((each) => each !== ""));
  for (const folder of folders) {
    for (const each of names) {
      const path = join(folder, each);
      if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path;
    }
  }
  return undefined;
}
