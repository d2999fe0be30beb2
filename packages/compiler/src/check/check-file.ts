import type { FeatureSet, FieldOptions_FeatureSupport } from "hawser/wkt";
import { Edition, FieldPresence } from "../descriptor/constants.js";
import type { FileUnit, ImportLink, OptionSet } from "../link/definition.js";
import type { Resolver } from "../link/resolver.js";
import { MAX_PACKAGE_DOTS } from "../link/symbol-tree.js";
import { editionName } from "../options/option-use.js";
import { checkEnum } from "./check-enum.js";
import { checkField, LITE_RUNTIME } from "./check-field.js";
import { checkMessage } from "./check-message.js";
import { checkNaming } from "./check-naming.js";
import { checkOptionImports } from "./check-option-imports.js";
import { checkVisibility } from "./check-visibility.js";
import { Checker } from "./checker.js";

/** Checks a linked file against all rules that go beyond syntax and names. */
export function checkFile(unit: FileUnit, resolver: Resolver): void {
  const checker = new Checker(unit);
  checkPackage(checker, unit);
  checkImports(checker, unit);
  checkOptionImports(checker, unit);
  for (const message of unit.messages) checkMessage(checker, message);
  for (const definition of unit.enums) checkEnum(checker, definition);
  for (const extension of unit.extensions) checkField(checker, extension);
  checkFileOptions(checker, unit);
  for (const set of unit.optionSets) checkOptionSet(checker, set);
  if (unit.edition >= Edition.E2024) {
    checkNaming(checker, unit);
    checkVisibility(checker, unit);
  }
  if (unit.report.errorCount === 0 && !unit.incomplete) warnUnused(checker, unit, resolver);
}

function checkPackage(checker: Checker, unit: FileUnit): void {
  const node = unit.ast.elements.find((element) => element.kind === "package");
  if (node !== undefined && node.name.split(".").length - 1 > MAX_PACKAGE_DOTS) {
    checker.error("package", node, `a package name cannot have more than ${MAX_PACKAGE_DOTS} dots`);
  }
}

function checkImports(checker: Checker, unit: FileUnit): void {
  const seen = new Set<string>();
  const isLite = unit.proto.options?.optimizeFor === LITE_RUNTIME;
  for (const { node, unit: imported } of unit.imports) {
    if (seen.has(node.path))
      checker.error("import-twice", node, `"${node.path}" is imported twice`, "remove one of them");
    seen.add(node.path);
    if (!isLite && node.modifier !== "option" && imported?.proto.options?.optimizeFor === LITE_RUNTIME) {
      const problem = `"${node.path}" uses optimize_for = LITE_RUNTIME, so only files that do so too can import it`;
      checker.error("lite-runtime", node, problem);
    }
  }
}

function checkFileOptions(checker: Checker, unit: FileUnit): void {
  const { options } = unit.proto;
  if (options === undefined) return;
  const nodeOf = (name: string) =>
    unit.ast.elements.find((element) => element.kind === "option" && element.name[0]!.name === name)!;
  if (unit.edition >= Edition.E2023) {
    if (options.features?.fieldPresence === FieldPresence.LegacyRequired) {
      checker.error("features", nodeOf("features"), "fields cannot be required by default");
    }
    if (options.javaStringCheckUtf8 === true) {
      const help = "use the feature (pb.java).utf8_validation";
      checker.error("features", nodeOf("java_string_check_utf8"), "editions have no java_string_check_utf8", help);
    }
  }
  const generic = [
    ["cc_generic_services", options.ccGenericServices],
    ["java_generic_services", options.javaGenericServices],
    ["py_generic_services", options.pyGenericServices],
  ] as const;
  for (const [name, value] of generic) {
    if (value !== true) continue;
    const problem = `${name} is deprecated: code for services comes from the plugins of RPC systems`;
    checker.warning("generic-services", nodeOf(name), problem, "remove it");
  }
  if (options.optimizeFor === LITE_RUNTIME && (options.ccGenericServices || options.javaGenericServices)) {
    for (const service of unit.services) {
      const problem = "a file with optimize_for = LITE_RUNTIME cannot define generic services";
      checker.errorAt(
        "lite-runtime",
        service.nameToken,
        problem,
        "remove cc_generic_services and java_generic_services",
      );
    }
  }
}

interface CommonOptions {
  readonly features?: FeatureSet | undefined;
  readonly featureSupport?: FieldOptions_FeatureSupport | undefined;
}

function checkOptionSet(checker: Checker, set: OptionSet): void {
  const options = set.target.options as CommonOptions | undefined;
  const entry = set.entries[0];
  if (options === undefined || entry === undefined) return;
  if (options.features !== undefined) {
    for (const [name, value] of Object.entries(options.features)) {
      if (value === 0) checker.error("features", entry.node, `the feature "${name}" must have a known value`);
    }
  }
  if (options.featureSupport !== undefined) {
    const problem = supportProblem(options.featureSupport);
    if (problem !== undefined) checker.error("feature-support", entry.node, problem);
  }
}

/** What is wrong with the life of a feature as `feature_support` tells it. */
function supportProblem(support: FieldOptions_FeatureSupport): string | undefined {
  const { editionIntroduced = 0, editionDeprecated, editionRemoved } = support;
  if (editionDeprecated !== undefined) {
    if (editionDeprecated < editionIntroduced) return "the feature is deprecated before it is introduced";
    if (support.deprecationWarning === undefined) {
      return `the feature is deprecated in ${editionName(editionDeprecated)} without a deprecation_warning`;
    }
  } else if (support.deprecationWarning !== undefined) {
    return "the feature has a deprecation_warning, but is never deprecated";
  }
  if (editionRemoved !== undefined) {
    if ((editionDeprecated ?? 0) >= editionRemoved) return "the feature is deprecated after it is removed";
    if (editionRemoved < editionIntroduced) return "the feature is removed before it is introduced";
    if (editionIntroduced !== editionRemoved && support.removalError === undefined) {
      return `the feature is removed in ${editionName(editionRemoved)} without a removal_error`;
    }
  } else if (support.removalError !== undefined) {
    return "the feature has a removal_error, but is never removed";
  }
  return undefined;
}

/** An import of which nothing is used. One that itself imports publicly may be there for that. */
function warnUnused(checker: Checker, unit: FileUnit, resolver: Resolver): void {
  for (const link of unit.imports) {
    if (isUnused(link, resolver)) {
      checker.warning("unused-import", link.node, `nothing of the import "${link.node.path}" is used`, "remove it");
    }
  }
}

function isUnused({ node, unit }: ImportLink, resolver: Resolver): boolean {
  if (unit === undefined || node.modifier === "public" || resolver.used.has(unit)) return false;
  return unit.imports.every((inner) => inner.node.modifier !== "public");
}
