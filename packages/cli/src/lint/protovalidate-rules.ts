import { type LintRule, STANDARD } from "./lint-rule.js";

/** Whether the rules of buf.validate in a schema make sense. */
export const PROTOVALIDATE_RULES: readonly LintRule[] = [
  {
    id: "PROTOVALIDATE",
    categories: STANDARD,
    isDefault: true,
    purpose: "Checks that protovalidate rules are valid and all CEL expressions compile.",
    message: (message, { protovalidate, report }) =>
      protovalidate?.checkMessage(message, (location, text) => report(message.file, location, text)),
    field: (field, { protovalidate, report }) =>
      protovalidate?.checkField(field, (location, text) => report(field.file, location, text)),
  },
];
