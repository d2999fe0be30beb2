import { printJson } from "../report-error.js";
import type { RuleInfo } from "./rule.js";

/** Prints all rules: one to a line, or one JSON object. */
export function listRules(rules: readonly RuleInfo[], json: boolean): void {
  if (json) {
    printJson({
      ok: true,
      rules: rules.map(({ id, categories, isDefault, purpose }) => ({ id, categories, default: isDefault, purpose })),
    });
    return;
  }
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length)) + 2;
  const ids = width(rules.map((rule) => rule.id));
  const categories = width(rules.map((rule) => rule.categories.join(", ")));
  for (const rule of rules) {
    const columns = [rule.id.padEnd(ids), rule.categories.join(", ").padEnd(categories)];
    process.stdout.write(`${columns.join("")}${rule.isDefault ? "default  " : "         "}${rule.purpose}\n`);
  }
}
