import { parse } from "@bufbuild/cel";
import { type CelType, ERROR, formatType } from "./cel-type.js";
import { ExpressionChecker, type ExpressionScope } from "./expression-checker.js";

/** What is found out about an expression before it runs. */
export interface CheckedExpression {
  /** What its values are; `error` if something is wrong. */
  readonly type: CelType;
  /** What is wrong with it. */
  readonly errors: readonly string[];
}

/** 100,000 characters: what is longer would take longer to read than anybody waits, and was not written by hand. */
const MAX_LENGTH = 100_000;

/**
 * Reads an expression and finds out whether it can run with variables of these types, as the checker of cel-go does, whose words the
 * errors have; those of syntax are our parser's.
 */
export function checkExpression(text: string, scope: ExpressionScope): CheckedExpression {
  if (text.length > MAX_LENGTH) return failed([`the expression is longer than ${MAX_LENGTH} characters`]);
  try {
    const { expr } = parse(text);
    if (expr === undefined) return failed(["the expression is empty"]);
    const checker = new ExpressionChecker(scope);
    const type = checker.run(expr);
    return checker.errors.length > 0 ? failed(checker.errors) : { type, errors: [] };
  } catch (error) {
    if (error instanceof RangeError) return failed(["the expression is nested too deeply"]);
    const message = error instanceof Error ? error.message : String(error);
    return failed([message.replace(/^<input>:/, "")]);
  }
}

function failed(errors: readonly string[]): CheckedExpression {
  return { type: ERROR, errors };
}

/** Whether an expression's values are of a kind: `dyn` may be anything. */
export function mayBe(type: CelType, kind: "bool" | "string"): boolean {
  return type.kind === kind || type.kind === "dyn" || type.kind === "any";
}

export { formatType };
