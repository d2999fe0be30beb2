import { CliError } from "../cli-error.js";
import { UnknownRuleError } from "./check-config.js";
import { type RuleInfo, ruleIn } from "./rule.js";

/** Runs a check; a rule in the configuration that does not exist becomes an error that says which there are. */
export async function withKnownRules<Result>(
  rules: readonly RuleInfo[],
  command: string,
  check: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof UnknownRuleError)) throw error;
    const categories = new Set(rules.flatMap((rule) => ruleIn(rule, "v2")?.categories ?? []));
    throw new CliError(
      `the buf.yaml names a rule or category ${JSON.stringify(error.id)}, which does not exist`,
      `hawser ${command} --list-rules has all rules; the categories are ${[...categories].join(", ")}`,
    );
  }
}
