/** What is known of a rule of `lint` or `breaking` apart from how it is checked. Names and categories are buf's. */
export interface RuleInfo {
  readonly id: string;
  /** The categories it belongs to, from the narrowest. */
  readonly categories: readonly string[];
  /** Whether it is checked when no rules are chosen. */
  readonly isDefault: boolean;
  /** What it checks, as a sentence. */
  readonly purpose: string;
  /** How a version 1 `buf.yaml` differs: other categories, or that it does not know the rule at all. */
  readonly v1?: { readonly categories: readonly string[]; readonly isDefault: boolean } | "unknown";
}

/** The versions of `buf.yaml`. */
export type ConfigVersion = "v1" | "v2";

/** The rule as that version of `buf.yaml` has it; `undefined` if it does not know it. */
export function ruleIn<Rule extends RuleInfo>(rule: Rule, version: ConfigVersion): Rule | undefined {
  if (version === "v2" || rule.v1 === undefined) return rule;
  return rule.v1 === "unknown" ? undefined : { ...rule, ...rule.v1 };
}
