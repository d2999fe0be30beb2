import type { LintCase } from "./lint-case.js";
import { commentCases, rpcCases } from "./lint-comment-cases.js";
import { categoryCases, configCases, ignoreCases } from "./lint-config-cases.js";
import { enumCases, fieldCases, nameCases } from "./lint-name-cases.js";
import { cycleCases, fileCases, importCases, optionCases, packageCases } from "./lint-package-cases.js";
import { protovalidateCases } from "./lint-protovalidate-cases.js";

/** The cases, made of tables: each rule several times, with what it finds fault with and with what it does not. */
export const LINT_CASES: readonly LintCase[] = [
  ...nameCases(),
  ...enumCases(),
  ...fieldCases(),
  ...fileCases(),
  ...packageCases(),
  ...importCases(),
  ...cycleCases(),
  ...optionCases(),
  ...rpcCases(),
  ...commentCases(),
  ...protovalidateCases(),
  ...ignoreCases(),
  ...configCases(),
  ...categoryCases(),
];
