import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { type Call, type Interceptor, intercept } from "./interceptor.js";

const CALL = {} as Call;

describe("intercept", () => {
  test("runs in order, each around the next; a request left away stays what it is", async () => {
    const log: string[] = [];
    const named =
      (name: string): Interceptor =>
      async (_, next, request) => {
        log.push(`${name} ${request}`);
        const reply = await next(name === "b" ? `${request}!` : undefined);
        log.push(`${name} ${reply}`);
        return `${reply}${name}`;
      };
    const reply = await intercept([named("a"), named("b"), named("c")], CALL, "r", (request) => `<${request}>`);
    strictEqual(reply, "<r!>cba");
    deepStrictEqual(log, ["a r", "b r", "c r!", "c <r!>", "b <r!>c", "a <r!>cb"]);
  });

  test("next may be called again, or never", async () => {
    let calls = 0;
    const twice: Interceptor = (_, next) => next().catch(() => next());
    const flaky = () => {
      if (++calls === 1) throw new Error("first");
      return calls;
    };
    strictEqual(await intercept([twice], CALL, "r", flaky), 2);
    strictEqual(await intercept([() => "short"], CALL, "r", () => rejects), "short");
  });

  test("what is thrown, at once or later, is a rejection", async () => {
    const sync: Interceptor = () => {
      throw new Error("sync");
    };
    await rejects(
      intercept([sync], CALL, "r", () => 1),
      /sync/,
    );
    await rejects(
      intercept([(_, next) => next()], CALL, "r", () => {
        throw new Error("last");
      }),
      /last/,
    );
  });

  test("an answer that nobody waits for may fail unheard", async () => {
    const impatient: Interceptor = (_, next) => {
      next();
      return "cached";
    };
    strictEqual(await intercept([impatient], CALL, "r", () => Promise.reject(new Error("unheard"))), "cached");
    // An unhandled rejection would end this process.
    await new Promise(setImmediate);
  });
});
