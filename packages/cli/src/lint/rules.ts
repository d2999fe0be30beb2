import { COMMENT_RULES } from "./comment-rules.js";
import { IMPORT_RULES } from "./import-rules.js";
import { LANGUAGE_RULES } from "./language-rules.js";
import type { LintRule } from "./lint-rule.js";
import { NAME_RULES } from "./name-rules.js";
import { PACKAGE_RULES } from "./package-rules.js";
import { PROTOVALIDATE_RULES } from "./protovalidate-rules.js";
import { RPC_RULES } from "./rpc-rules.js";

/** All rules of `hawser lint`: those of `buf lint`, under the same names. */
export const LINT_RULES: readonly LintRule[] = [
  ...PACKAGE_RULES,
  ...IMPORT_RULES,
  ...NAME_RULES,
  ...LANGUAGE_RULES,
  ...RPC_RULES,
  ...COMMENT_RULES,
  ...PROTOVALIDATE_RULES,
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Names that have gone, or are known to buf alone, and what they stand for here. */
export const REPLACED_LINT_RULES: ReadonlyMap<string, readonly string[]> = new Map([
  ["DEFAULT", ["STANDARD"]],
  // The language has no weak imports any more.
  ["IMPORT_NO_WEAK", []],
]);
