import type { BreakingCase } from "./breaking-case.js";
import { categoryCases, configCases } from "./breaking-config-cases.js";
import { deleteCases, extensionCases } from "./breaking-delete-cases.js";
import { cardinalityCases, fieldCases, typeCases } from "./breaking-field-cases.js";
import { enumCases, fileCases, messageCases, rangeCases, rpcCases } from "./breaking-shape-cases.js";
import { defaultCases, featureCases } from "./breaking-value-cases.js";

/** The cases, made of tables: each rule several times, with what it finds fault with and with what it does not. */
export const BREAKING_CASES: readonly BreakingCase[] = [
  ...deleteCases(),
  ...fileCases(),
  ...typeCases(),
  ...cardinalityCases(),
  ...fieldCases(),
  ...featureCases(),
  ...defaultCases(),
  ...enumCases(),
  ...rangeCases(),
  ...messageCases(),
  ...rpcCases(),
  ...extensionCases(),
  ...configCases(),
  ...categoryCases(),
];
