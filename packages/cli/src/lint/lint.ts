import type { FileDescriptorProto } from "hawser/wkt";
import { type CheckConfig, ChosenRules, DEFAULT_CHECK_CONFIG } from "../check/check-config.js";
import { type Finding, placeOf, sortFindings } from "../check/finding.js";
import { SchemaFile, type SchemaMessage } from "../schema/element.js";
import type { Location } from "../schema/location.js";
import { isIgnoredByComment } from "./comment-ignore.js";
import { DEFAULT_LINT_OPTIONS, type LintContext, type LintOptions, type LintRule } from "./lint-rule.js";
import type { MakeProtovalidateChecker } from "./protovalidate/protovalidate-checker.js";
import { LINT_RULES, REPLACED_LINT_RULES } from "./rules.js";

/** What to check, and how; a `lint` section of `buf.yaml`. */
export interface LintConfig extends CheckConfig {
  readonly options: LintOptions;
  /** Whether `// buf:lint:ignore RULE` counts. */
  readonly allowCommentIgnores: boolean;
}

/** What applies without a `buf.yaml`: as a version 2 file that says nothing. */
export const DEFAULT_LINT_CONFIG: LintConfig = {
  ...DEFAULT_CHECK_CONFIG,
  options: DEFAULT_LINT_OPTIONS,
  allowCommentIgnores: true,
};

/** The schema to check. */
export interface LintInput {
  /** The descriptors, imports included. With source info findings have places, and comments are seen. */
  readonly files: readonly FileDescriptorProto[];
  /** The names of the files to check. */
  readonly entries: Iterable<string>;
  /** The names of the imports that a file does not use, by the name of the file. */
  readonly unusedImports?: ReadonlyMap<string, ReadonlySet<string>>;
  /** What PROTOVALIDATE checks with (`protovalidateFor`); without it, it checks nothing. */
  readonly protovalidate?: MakeProtovalidateChecker | undefined;
}

/**
 * Checks a schema. Reads and writes nothing.
 *
 * @returns what was found, by file and place
 * @throws UnknownRuleError if the configuration names a rule or category that does not exist
 */
export function lint(input: LintInput, config: LintConfig = DEFAULT_LINT_CONFIG): Finding[] {
  const chosen = new ChosenRules(config, LINT_RULES, REPLACED_LINT_RULES);
  const entries = new Set(input.entries);
  const allFiles = input.files.map((proto) => {
    const name = proto.name ?? "";
    const unusedImports = input.unusedImports?.get(name);
    return new SchemaFile(proto, {
      isImport: !entries.has(name),
      ...(unusedImports === undefined ? {} : { unusedImports }),
    });
  });
  const files = allFiles.filter((file) => !file.isImport);
  const findings: Finding[] = [];
  const wantsRules = chosen.rules.some(({ id }) => id === "PROTOVALIDATE");
  const protovalidate = wantsRules ? input.protovalidate?.(input.files) : undefined;
  const checks = chosen.rules.map((rule): Check => {
    const report = (file: SchemaFile, location: Location | undefined, message: string): void => {
      if (chosen.ignores(rule.id, file.name)) return;
      if (location !== undefined && config.allowCommentIgnores) {
        if (isIgnoredByComment(file, location.path, rule.id)) return;
      }
      findings.push({ rule: rule.id, file: file.name, location: placeOf(location), message });
    };
    return {
      rule,
      context: {
        options: config.options,
        files,
        allFiles,
        protovalidate,
        report,
        reportName: (element, message) => report(element.file, element.nameLocation, message),
        reportElement: (element, message) => report(element.file, element.location, message),
      },
    };
  });
  for (const { rule, context } of checks) rule.schema?.(context);
  checkGroups(files, checks);
  const walk = new Walk(checks);
  for (const file of files) walk.file(file);
  return sortFindings(findings);
}

interface Check {
  readonly rule: LintRule;
  readonly context: LintContext;
}

/** The rules about the files of a directory, and of a package. */
function checkGroups(files: readonly SchemaFile[], checks: readonly Check[]): void {
  for (const [path, group] of groupBy(files, (file) => file.directory)) {
    for (const { rule, context } of checks) rule.directory?.(path, group, context);
  }
  for (const [name, group] of groupBy(files, (file) => file.package)) {
    for (const { rule, context } of checks) rule.package?.(name, group, context);
  }
}

function groupBy(files: readonly SchemaFile[], keyOf: (file: SchemaFile) => string): Map<string, SchemaFile[]> {
  const groups = new Map<string, SchemaFile[]>();
  for (const file of files) {
    const key = keyOf(file);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}

type Kind = "file" | "import" | "message" | "field" | "oneof" | "enum" | "enumValue" | "service" | "method";

/** Goes through a file once and shows each thing to the rules that are about such things. */
class Walk {
  readonly #of: Record<Kind, readonly Check[]>;

  constructor(checks: readonly Check[]) {
    const about = (kind: Kind): Check[] => checks.filter(({ rule }) => rule[kind] !== undefined);
    this.#of = {
      file: about("file"),
      import: about("import"),
      message: about("message"),
      field: about("field"),
      oneof: about("oneof"),
      enum: about("enum"),
      enumValue: about("enumValue"),
      service: about("service"),
      method: about("method"),
    };
  }

  file(file: SchemaFile): void {
    for (const { rule, context } of this.#of.file) rule.file!(file, context);
    for (const each of file.imports) for (const { rule, context } of this.#of.import) rule.import!(each, context);
    for (const each of file.allEnums()) {
      for (const { rule, context } of this.#of.enum) rule.enum!(each, context);
      for (const value of each.values) {
        for (const { rule, context } of this.#of.enumValue) rule.enumValue!(value, context);
      }
    }
    for (const message of file.allMessages()) if (!message.isMapEntry) this.#message(message);
    for (const field of file.allExtensions()) {
      for (const { rule, context } of this.#of.field) rule.field!(field, context);
    }
    for (const service of file.services) {
      for (const { rule, context } of this.#of.service) rule.service!(service, context);
      for (const method of service.methods) {
        for (const { rule, context } of this.#of.method) rule.method!(method, context);
      }
    }
  }

  #message(message: SchemaMessage): void {
    for (const { rule, context } of this.#of.message) rule.message!(message, context);
    for (const field of message.fields) for (const { rule, context } of this.#of.field) rule.field!(field, context);
    for (const oneof of message.oneofs) for (const { rule, context } of this.#of.oneof) rule.oneof!(oneof, context);
  }
}
