import type { FileOptions } from "hawser/wkt";
import type { SchemaFile } from "../schema/element.js";
import type { Location } from "../schema/location.js";
import { type BreakingContext, type BreakingRule, FILE_PACKAGE, WIRE_UP, withCategories } from "./breaking-rule.js";

/** What of a file must not change. */
export const FILE_RULES: readonly BreakingRule[] = [
  {
    id: "FILE_NO_DELETE",
    ...withCategories(["CSR", "FILE"], true),
    purpose: "Checks that files are not deleted.",
    schema({ now, before, report }) {
      for (const file of before.files.values()) {
        if (now.files.has(file.name)) continue;
        report(undefined, { file, location: undefined }, `Previously present file "${file.name}" was deleted.`);
      }
    },
  },
  {
    id: "FILE_SAME_PACKAGE",
    ...withCategories(WIRE_UP, true),
    purpose: "Checks that files have the same package.",
    file: (now, before, context) =>
      compare(
        "package",
        [now, now.package, now.packageLocation],
        [before, before.package, before.packageLocation],
        context,
      ),
  },
  {
    id: "FILE_SAME_SYNTAX",
    ...withCategories(["CSR", "FILE", "PACKAGE"], true),
    purpose: "Checks that files have the same syntax.",
    file: (now, before, context) =>
      compare(
        "syntax",
        [now, now.syntax ?? "proto2", now.locations.find([12])],
        [before, before.syntax ?? "proto2", before.locations.find([12])],
        context,
      ),
  },
  sameOption("CC_ENABLE_ARENAS", "cc_enable_arenas", 31, (options) => options?.ccEnableArenas ?? true),
  sameOption("CC_GENERIC_SERVICES", "cc_generic_services", 16, (options) => options?.ccGenericServices ?? false),
  sameOption("CSHARP_NAMESPACE", "csharp_namespace", 37, (options) => options?.csharpNamespace ?? ""),
  sameOption("GO_PACKAGE", "go_package", 11, (options) => options?.goPackage ?? ""),
  sameOption("JAVA_GENERIC_SERVICES", "java_generic_services", 17, (options) => options?.javaGenericServices ?? false),
  sameOption("JAVA_MULTIPLE_FILES", "java_multiple_files", 10, (options) => options?.javaMultipleFiles ?? false),
  sameOption("JAVA_OUTER_CLASSNAME", "java_outer_classname", 8, (options) => options?.javaOuterClassname ?? ""),
  sameOption("JAVA_PACKAGE", "java_package", 1, (options) => options?.javaPackage ?? ""),
  sameOption("OBJC_CLASS_PREFIX", "objc_class_prefix", 36, (options) => options?.objcClassPrefix ?? ""),
  sameOption("OPTIMIZE_FOR", "optimize_for", 9, (options) => OPTIMIZE_FOR[options?.optimizeFor ?? 1] ?? ""),
  sameOption("PHP_CLASS_PREFIX", "php_class_prefix", 40, (options) => options?.phpClassPrefix ?? ""),
  sameOption("PHP_METADATA_NAMESPACE", "php_metadata_namespace", 44, (options) => options?.phpMetadataNamespace ?? ""),
  sameOption("PHP_NAMESPACE", "php_namespace", 41, (options) => options?.phpNamespace ?? ""),
  sameOption("PY_GENERIC_SERVICES", "py_generic_services", 18, (options) => options?.pyGenericServices ?? false),
  sameOption("RUBY_PACKAGE", "ruby_package", 45, (options) => options?.rubyPackage ?? ""),
  sameOption("SWIFT_PREFIX", "swift_prefix", 39, (options) => options?.swiftPrefix ?? ""),
];

/** `google.protobuf.FileOptions.OptimizeMode` */
const OPTIMIZE_FOR: Readonly<Record<number, string>> = { 1: "SPEED", 2: "CODE_SIZE", 3: "LITE_RUNTIME" };

type Side = readonly [file: SchemaFile, value: string | boolean, location: Location | undefined];

function compare(what: string, now: Side, before: Side, { report }: BreakingContext): void {
  if (now[1] === before[1]) return;
  report(
    { file: now[0], location: now[2] },
    before[2] === undefined ? undefined : { file: before[0], location: before[2] },
    `File ${what} changed from ${quoted(before[1])} to ${quoted(now[1])}.`,
  );
}

function sameOption(
  id: string,
  name: string,
  number: number,
  read: (options: FileOptions | undefined) => string | boolean,
): BreakingRule {
  const side = (file: SchemaFile): Side => [file, read(file.proto.options), file.locateOption(number)];
  return {
    id: `FILE_SAME_${id}`,
    ...withCategories(FILE_PACKAGE, true),
    purpose: `Checks that files have the same value for the ${name} option.`,
    file: (now, before, context) => compare(`option "${name}"`, side(now), side(before), context),
  };
}

/** With backslashes escaped, which PHP's namespaces have. */
function quoted(value: string | boolean): string {
  return JSON.stringify(String(value));
}
