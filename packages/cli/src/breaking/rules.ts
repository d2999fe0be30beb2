import type { BreakingRule } from "./breaking-rule.js";
import { DELETE_RULES } from "./delete-rules.js";
import { ENUM_RULES } from "./enum-rules.js";
import { FIELD_RULES } from "./field-rules.js";
import { FILE_RULES } from "./file-rules.js";
import { MESSAGE_RULES } from "./message-rules.js";
import { RPC_RULES } from "./rpc-rules.js";
import { TYPE_RULES } from "./type-rules.js";

/** All rules of `hawser breaking`: those of `buf breaking`, under the same names. */
export const BREAKING_RULES: readonly BreakingRule[] = [
  ...DELETE_RULES,
  ...FILE_RULES,
  ...MESSAGE_RULES,
  ...ENUM_RULES,
  ...FIELD_RULES,
  ...TYPE_RULES,
  ...RPC_RULES,
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Names that have gone, and what they stand for now. */
export const REPLACED_BREAKING_RULES: ReadonlyMap<string, readonly string[]> = new Map([
  ["FIELD_SAME_CTYPE", ["FIELD_SAME_CPP_STRING_TYPE"]],
  [
    "FIELD_SAME_LABEL",
    ["FIELD_SAME_CARDINALITY", "FIELD_WIRE_COMPATIBLE_CARDINALITY", "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY"],
  ],
  ["FILE_SAME_JAVA_STRING_CHECK_UTF8", ["FIELD_SAME_JAVA_UTF8_VALIDATION"]],
  // These compared options that changed nothing.
  ["FILE_SAME_PHP_GENERIC_SERVICES", []],
  ["MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT", []],
]);
