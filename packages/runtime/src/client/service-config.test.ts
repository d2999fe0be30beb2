import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "../rpc/code.js";
import { ServiceConfigError } from "./config-json.js";
import { methodConfigOf, parseServiceConfig } from "./service-config.js";
import { chooseServiceConfig } from "./service-config-choice.js";

test("the most exact name wins", () => {
  const config = parseServiceConfig(
    JSON.stringify({
      methodConfig: [
        { name: [{}], timeout: "1s" },
        { name: [{ service: "a.B" }], timeout: "2.5s", waitForReady: true, maxRequestMessageBytes: "100" },
        { name: [{ service: "a.B", method: "C" }], timeout: "0.003s" },
      ],
    }),
  );
  assert.equal(methodConfigOf(config, "/a.B/C")?.timeoutMs, 3);
  assert.equal(methodConfigOf(config, "/a.B/D")?.timeoutMs, 2_500);
  assert.equal(methodConfigOf(config, "/a.B/D")?.maxRequestBytes, 100);
  assert.equal(methodConfigOf(config, "/a.Bc/D")?.timeoutMs, 1_000);
});

test("policies are read, with their limits", () => {
  const retryPolicy = {
    maxAttempts: 50,
    initialBackoff: "0.1s",
    maxBackoff: "1s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["unavailable", 8],
  };
  const config = parseServiceConfig({
    loadBalancingConfig: [{ not_known: {} }, { pick_first: { shuffleAddressList: true } }],
    methodConfig: [{ name: [{ service: "a" }], retryPolicy }],
    retryThrottling: { maxTokens: 10, tokenRatio: 0.5466 },
  });
  assert.equal(config.balancer?.policy.name, "pick_first");
  assert.deepEqual(config.throttling, { maxTokens: 10, tokenRatio: 0.546 });
  const retry = methodConfigOf(config, "/a/b")?.retry;
  assert.equal(retry?.maxAttempts, 5);
  assert.deepEqual([...(retry?.codes ?? [])], [Code.Unavailable, Code.ResourceExhausted]);
});

const RETRY = {
  maxAttempts: 2,
  initialBackoff: "1s",
  maxBackoff: "1s",
  backoffMultiplier: 1,
  retryableStatusCodes: [14],
};

const INVALID: readonly unknown[] = [
  "{",
  [],
  null,
  { methodConfig: {} },
  { methodConfig: [{ name: [{ method: "x" }] }] },
  { methodConfig: [{ name: [{ service: "x" }] }, { name: [{ service: "x" }] }] },
  { methodConfig: [{ name: [], timeout: "1" }] },
  { methodConfig: [{ name: [], timeout: "-1s" }] },
  { methodConfig: [{ waitForReady: 1 }] },
  { methodConfig: [{ retryPolicy: { ...RETRY, maxAttempts: 1 } }] },
  { methodConfig: [{ retryPolicy: { ...RETRY, initialBackoff: "0s" } }] },
  { methodConfig: [{ retryPolicy: { ...RETRY, retryableStatusCodes: [] } }] },
  { methodConfig: [{ retryPolicy: { ...RETRY, retryableStatusCodes: ["GONE"] } }] },
  { methodConfig: [{ retryPolicy: RETRY, hedgingPolicy: { maxAttempts: 2 } }] },
  { retryThrottling: { maxTokens: 0, tokenRatio: 1 } },
  { retryThrottling: { maxTokens: 1001, tokenRatio: 1 } },
  { retryThrottling: { maxTokens: 10, tokenRatio: 0 } },
  { retryThrottling: { maxTokens: 1.5, tokenRatio: 1 } },
  { retryThrottling: { tokenRatio: 1 } },
  { retryThrottling: { maxTokens: 1 } },
  { methodConfig: [{ retryPolicy: { ...RETRY, maxAttempts: 2.5 } }] },
  { methodConfig: [{ retryPolicy: { ...RETRY, backoffMultiplier: 0 } }] },
  { methodConfig: [{ retryPolicy: { ...RETRY, maxBackoff: undefined } }] },
  { methodConfig: [{ hedgingPolicy: { maxAttempts: 1 } }] },
  { methodConfig: [{ hedgingPolicy: {} }] },
  { methodConfig: [{ hedgingPolicy: { maxAttempts: 2, hedgingDelay: "1" } }] },
  { methodConfig: [{ hedgingPolicy: { maxAttempts: 2, nonFatalStatusCodes: [99] } }] },
  { loadBalancingConfig: [] },
  { loadBalancingConfig: [{ not_known: {} }] },
  { loadBalancingConfig: [{ pick_first: {}, round_robin: {} }] },
  { loadBalancingConfig: [JSON.parse('{"__proto__":{}}')] },
  { loadBalancingPolicy: "not_known" },
];

for (const config of INVALID) {
  test(`invalid: ${JSON.stringify(config)}`, () => {
    assert.throws(() => parseServiceConfig(config), ServiceConfigError);
  });
}

test("TXT records: the first choice whose conditions are met (gRFC A2)", () => {
  const record = `grpc_config=${JSON.stringify([
    { clientLanguage: ["go"], serviceConfig: { loadBalancingPolicy: "a" } },
    { clientHostname: ["Other"], serviceConfig: { loadBalancingPolicy: "b" } },
    { percentage: 30, serviceConfig: { loadBalancingPolicy: "c" } },
    { clientLanguage: ["NODE"], clientHostname: ["me"], serviceConfig: { loadBalancingPolicy: "d" } },
  ])}`;
  const choose = (draw: number) => chooseServiceConfig(["other=1", record], "ME", () => draw);
  assert.deepEqual(choose(0.29), { loadBalancingPolicy: "c" });
  assert.deepEqual(choose(0.31), { loadBalancingPolicy: "d" });
  assert.equal(
    chooseServiceConfig(["other=1"], "me", () => 0),
    undefined,
  );
  assert.throws(() => parseServiceConfig(chooseServiceConfig(["grpc_config={"], "me", () => 0)), ServiceConfigError);
});
