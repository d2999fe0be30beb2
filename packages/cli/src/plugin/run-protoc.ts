import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join, relative, resolve, sep } from "node:path";
import { encodePluginRequest, type GeneratedFile } from "@hawser/compiler";
import { decode, encode } from "hawser/protobuf";
import { CodeGeneratorRequest, FileDescriptorSet } from "hawser/wkt";
import { CliError, reasonOf } from "../cli-error.js";

/** The generators that are no programs of their own: they are built into protoc. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "cpp",
  "csharp",
  "java",
  "kotlin",
  "objc",
  "php",
  "pyi",
  "python",
  "ruby",
  "rust",
]);

/** Whether protoc has this generator itself. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** Whether a program is protoc, or one with its flags, as `python-grpc-tools-protoc` is; by its name. */
export function isProtoc(program: string): boolean {
  return basename(program, extname(program)).endsWith("protoc");
}

/**
 * Has protoc's own generator `name` write the code of files that we have compiled: protoc gets descriptors and reads
 * no `.proto`.
 *
 * @throws CliError if protoc cannot be run, or says that it cannot generate the code
 */
export function runProtoc(
  protoc: string,
  name: string,
  options: readonly string[],
  request: Parameters<typeof encodePluginRequest>[0],
): GeneratedFile[] {
  const folder = mkdtempSync(join(tmpdir(), "hawser-protoc-"));
  try {
    const { protoFile } = decode(CodeGeneratorRequest, encodePluginRequest(request));
    const descriptors = join(folder, "descriptors.binpb");
    writeFileSync(descriptors, encode(FileDescriptorSet, { file: protoFile }));
    const out = join(folder, "out");
    mkdirSync(out);
    const args = [
      `--descriptor_set_in=${descriptors}`,
      `--${name}_out=${out}`,
      ...(options.length === 0 ? [] : [`--${name}_opt=${options.join(",")}`]),
      ...request.toGenerate,
    ];
    const isScript = /\.[cm]?js$/.test(protoc);
    const command = isScript ? process.execPath : resolve(protoc);
    const { error, status, stderr } = spawnSync(command, isScript ? [resolve(protoc), ...args] : args, {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (error !== undefined) {
      throw new CliError(`cannot run ${protoc}: ${reasonOf(error)}`, "check the path and its permissions");
    }
    if (status !== 0) {
      throw new CliError(
        `${protoc} --${name}_out ended with the exit code ${status}: ${stderr.trim()}`,
        "see what protoc says",
      );
    }
    return readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => ({
        path: relative(out, path).split(sep).join("/"),
        content: readFileSync(path, "utf8"),
      }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
