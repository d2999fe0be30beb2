import assert from "node:assert/strict";
import { test } from "node:test";
import { BOOL, INT, STRING } from "./cel-type.js";
import { checkExpression } from "./check-expression.js";
import type { ExpressionScope } from "./expression-checker.js";

const SCOPE: ExpressionScope = {
  ident: (name) => (name === "this" ? STRING : undefined),
  field: () => null,
};

test("the type of an expression, or what is wrong with it", () => {
  assert.deepEqual(checkExpression("this.size()", SCOPE), { type: INT, errors: [] });
  assert.deepEqual(checkExpression("this in ['a']", SCOPE), { type: BOOL, errors: [] });
  assert.deepEqual(checkExpression("this.size('a') || that", SCOPE).errors, [
    "found no matching overload for 'size' applied to 'string.(string)'",
    "undeclared reference to 'that' (in container '')",
  ]);
});

test("expressions that would take forever end with an error", () => {
  const deep = 20_000;
  const hostile = {
    parentheses: "(".repeat(deep) + "1" + ")".repeat(deep),
    "open parentheses": "(".repeat(deep),
    brackets: "[".repeat(deep),
    calls: `this${".size()".repeat(deep)}`,
    nulls: "\0".repeat(deep),
    long: "a".repeat(200_000),
  };
  for (const [name, text] of Object.entries(hostile)) assert.ok(checkExpression(text, SCOPE).errors.length > 0, name);
  // A parser that tried each way again at each level would not come to an end here.
  assert.deepEqual(checkExpression(`${"(".repeat(60)}[{'a': this.size()}]${")".repeat(60)}[0]['a']`, SCOPE).type, INT);
});
