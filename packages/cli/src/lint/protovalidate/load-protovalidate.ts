import type { FileDescriptorProto } from "hawser/wkt";
import { CliError } from "../../cli-error.js";
import type { MakeProtovalidateChecker } from "./protovalidate-checker.js";

/** The file that rules of protovalidate are written with. */
const VALIDATE_PROTO = "buf/validate/validate.proto";

let loaded: Promise<MakeProtovalidateChecker> | undefined;

/** Loads what checks rules of protovalidate: libraries that take a while, and that no schema without rules should wait for. */
export function loadProtovalidate(): Promise<MakeProtovalidateChecker> {
  loaded ??= import("./rule-checker.js").then(({ RuleChecker }) => (files) => {
    try {
      return new RuleChecker(usersOf(files));
    } catch (error) {
      throw new CliError(
        `the rules of buf.validate cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        "if the files are right, except PROTOVALIDATE in the buf.yaml",
      );
    }
  });
  return loaded;
}

/** {@link loadProtovalidate} if there is a file that imports `buf/validate/validate.proto`. */
export async function protovalidateFor(
  files: readonly FileDescriptorProto[],
): Promise<MakeProtovalidateChecker | undefined> {
  return hasRules(files) ? loadProtovalidate() : undefined;
}

/** Whether there can be rules: somebody imports the file that they are written with. */
export function hasRules(files: readonly FileDescriptorProto[]): boolean {
  return files.some(({ name }) => name === VALIDATE_PROTO);
}

/** The files that import the rules, through others too, and all that they import. The files are in order, imports first. */
function usersOf(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const users = new Set([VALIDATE_PROTO]);
  for (const { name = "", dependency } of files) if (dependency.some((each) => users.has(each))) users.add(name);
  const wanted = new Set(users);
  for (const file of files.toReversed()) {
    if (wanted.has(file.name ?? "")) for (const each of file.dependency) wanted.add(each);
  }
  return files.filter(({ name = "" }) => wanted.has(name));
}
