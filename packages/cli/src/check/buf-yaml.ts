import { parseDocument } from "yaml";
import type { BreakingConfig } from "../breaking/breaking-config.js";
import { CliError } from "../cli-error.js";
import { DEFAULT_LINT_CONFIG, type LintConfig } from "../lint/lint.js";
import type { CheckConfig } from "./check-config.js";
import type { ConfigVersion } from "./rule.js";
import { YamlValue } from "./yaml-value.js";

/** A module of a `buf.yaml`: a directory that import paths are relative to. Paths are normal, with forward slashes. */
export interface BufModule {
  /** Relative to the directory of the `buf.yaml`; `.` for that itself. */
  readonly path: string;
  /** Directories below it that are all there is to it, relative to the module; empty for everything. */
  readonly includes: readonly string[];
  /** Directories below it that are left out, relative to the module. */
  readonly excludes: readonly string[];
  readonly lint: LintConfig;
  readonly breaking: BreakingConfig;
}

/** What a `buf.yaml` says about modules and rules. Dependencies and plugins have no meaning here. */
export interface BufYaml {
  readonly version: ConfigVersion;
  readonly modules: readonly BufModule[];
}

const TOP_KEYS: Readonly<Record<ConfigVersion, readonly string[]>> = {
  v1: ["version", "name", "deps", "build", "lint", "breaking"],
  v2: ["version", "name", "modules", "deps", "lint", "breaking", "plugins", "policies"],
};
const CHECK_KEYS = ["use", "except", "ignore", "ignore_only", "disable_builtin"];
const LINT_KEYS = [
  ...CHECK_KEYS,
  "enum_zero_value_suffix",
  "rpc_allow_same_request_response",
  "rpc_allow_google_protobuf_empty_requests",
  "rpc_allow_google_protobuf_empty_responses",
  "service_suffix",
];
const BREAKING_KEYS = [...CHECK_KEYS, "ignore_unstable_packages"];

/**
 * Reads a `buf.yaml` of version 1 or 2.
 *
 * @param name the name of the file, for errors
 * @throws CliError if it is no YAML, has a key that nobody knows or a value of the wrong kind
 */
export function parseBufYaml(text: string, name: string): BufYaml {
  const top = readYaml(text, name);
  const version = top.get("version")?.text();
  if (version !== "v1" && version !== "v2") {
    throw new CliError(
      version === undefined ? `${name} has no version` : `${name}: version ${version} is not supported`,
      'begin it with "version: v2" (buf config migrate writes an old file anew)',
    );
  }
  top.allow(TOP_KEYS[version]);
  return version === "v1" ? { version, modules: [moduleOfV1(top)] } : { version, modules: modulesOfV2(top) };
}

/** The directories that a `buf.work.yaml` of version 1 lists, each with a `buf.yaml` of its own or none. */
export function parseBufWorkYaml(text: string, name: string): string[] {
  const top = readYaml(text, name);
  top.allow(["version", "directories"]);
  const directories = top.get("directories")?.list() ?? [];
  if (directories.length === 0) throw new CliError(`${name} lists no directories`, "add them under directories:");
  return directories.map((value) => value.path());
}

function readYaml(text: string, name: string): YamlValue {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new CliError(`${name} is not YAML: ${error.message.split("\n")[0]}`, "correct it at that place");
  }
  try {
    return new YamlValue(document.toJS(), name, []);
  } catch (failure) {
    // Aliases that multiply without end are stopped by the library.
    throw new CliError(`${name} cannot be read: ${(failure as Error).message}`, "write it without aliases");
  }
}

function moduleOfV1(top: YamlValue): BufModule {
  const build = top.get("build");
  build?.allow(["excludes"]);
  return {
    path: ".",
    includes: [],
    excludes: build?.get("excludes")?.paths() ?? [],
    lint: lintConfig(top.get("lint"), "v1", ".", true),
    breaking: breakingConfig(top.get("breaking"), "v1", ".", true),
  };
}

function modulesOfV2(top: YamlValue): BufModule[] {
  const listed = top.get("modules")?.list() ?? [];
  const modules = listed.length > 0 ? listed : [undefined];
  return modules.map((module) => {
    module?.allow(["path", "name", "includes", "excludes", "lint", "breaking"]);
    const path = module?.get("path")?.path() ?? ".";
    const below = (key: string): string[] =>
      (module?.get(key)?.list() ?? []).map((value) => {
        const relative = relativeTo(path, value.path());
        if (relative === undefined || relative === ".") value.fail(`is not a directory below the module ${path}`);
        return relative!;
      });
    // A section of the module's own stands in the place of the common one, all of it.
    const [ownLint, ownBreaking] = [module?.get("lint"), module?.get("breaking")];
    return {
      path,
      includes: below("includes"),
      excludes: below("excludes"),
      lint: lintConfig(ownLint ?? top.get("lint"), "v2", path, ownLint !== undefined),
      breaking: breakingConfig(ownBreaking ?? top.get("breaking"), "v2", path, ownBreaking !== undefined),
    };
  });
}

function lintConfig(
  section: YamlValue | undefined,
  version: ConfigVersion,
  modulePath: string,
  isOwn: boolean,
): LintConfig {
  section?.allow([...LINT_KEYS, version === "v1" ? "allow_comment_ignores" : "disallow_comment_ignores"]);
  const defaults = DEFAULT_LINT_CONFIG.options;
  return {
    ...checkConfig(section, version, modulePath, isOwn),
    allowCommentIgnores:
      version === "v1"
        ? (section?.get("allow_comment_ignores")?.flag() ?? false)
        : !(section?.get("disallow_comment_ignores")?.flag() ?? false),
    options: {
      enumZeroValueSuffix: section?.get("enum_zero_value_suffix")?.text() || defaults.enumZeroValueSuffix,
      serviceSuffix: section?.get("service_suffix")?.text() || defaults.serviceSuffix,
      rpcAllowSameRequestResponse: section?.get("rpc_allow_same_request_response")?.flag() ?? false,
      rpcAllowGoogleProtobufEmptyRequests: section?.get("rpc_allow_google_protobuf_empty_requests")?.flag() ?? false,
      rpcAllowGoogleProtobufEmptyResponses: section?.get("rpc_allow_google_protobuf_empty_responses")?.flag() ?? false,
    },
  };
}

function breakingConfig(
  section: YamlValue | undefined,
  version: ConfigVersion,
  modulePath: string,
  isOwn: boolean,
): BreakingConfig {
  section?.allow(BREAKING_KEYS);
  return {
    ...checkConfig(section, version, modulePath, isOwn),
    ignoreUnstablePackages: section?.get("ignore_unstable_packages")?.flag() ?? false,
  };
}

function checkConfig(
  section: YamlValue | undefined,
  version: ConfigVersion,
  modulePath: string,
  isOwn: boolean,
): CheckConfig {
  let isDisabled = section?.get("disable_builtin")?.flag() === true;
  const relative = (values: readonly YamlValue[]): string[] =>
    values.flatMap((value) => {
      const path = relativeTo(modulePath, value.path());
      if (path === undefined && isOwn) value.fail(`is not below the module ${modulePath}`);
      return path === undefined ? [] : [path];
    });
  const ignore = relative(section?.get("ignore")?.list() ?? []);
  if (ignore.includes(".")) isDisabled = true;
  const ignoreOnly = new Map<string, string[]>();
  for (const [id, value] of section?.get("ignore_only")?.entries() ?? []) {
    const paths = relative(value.list());
    const whole = value.list().find((path) => relativeTo(modulePath, path.path()) === ".");
    whole?.fail("is the module itself; name the rule under except instead");
    if (paths.length > 0) ignoreOnly.set(id, paths);
  }
  return {
    version,
    use: section?.get("use")?.texts() ?? [],
    except: section?.get("except")?.texts() ?? [],
    ignore,
    ignoreOnly,
    isDisabled,
  };
}

/** A path below a directory as seen from that; `undefined` if it is not below it. */
function relativeTo(directory: string, path: string): string | undefined {
  if (directory === ".") return path;
  if (path === directory) return ".";
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : undefined;
}
