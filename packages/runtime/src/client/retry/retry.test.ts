import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../base/clock.js";
import { TimerWheel } from "../../base/timer-wheel.js";
import { type MethodType, type ServiceType, service } from "../../protobuf/type/service-type.js";
import { Empty } from "../../protobuf/wkt/google/protobuf/empty.pb.js";
import { Code } from "../../rpc/code.js";
import { Compressions } from "../../rpc/compression.js";
import type { ClientExchangeSink, ClientProtocol, ExchangeEnd, RequestOptions } from "../../rpc/exchange.js";
import type { HttpConnection, HttpFailure, HttpHead } from "../../rpc/http-types.js";
import { RpcError } from "../../rpc/rpc-error.js";
import type { CallChannel, PendingCall } from "../call-channel.js";
import { createChannelClient } from "../create-client.js";
import { methodConfigOf, parseServiceConfig } from "../service-config.js";
import { readPushback } from "./pushback.js";
import { MAX_CHANNEL_BUFFER_BYTES, RetryBudget } from "./retry-budget.js";
import { RetryThrottle } from "./retry-throttle.js";

const Echo: ServiceType<{ echo: MethodType<"unary", typeof Empty, typeof Empty> }> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: Empty, output: Empty },
});

/** Time that a test moves. */
class FakeClock implements Clock {
  #nowMs = 0;
  #tasks: { readonly dueMs: number; readonly task: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  schedule(task: () => void, delayMs: number): () => void {
    const entry = { dueMs: this.#nowMs + delayMs, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((each) => each !== entry);
    };
  }

  get pending(): number {
    return this.#tasks.length;
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#tasks.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((each) => each !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
    }
    this.#nowMs = untilMs;
  }
}

/** One attempt as the server sees it. */
interface SeenAttempt {
  readonly atMs: number;
  readonly previous: string | undefined;
  readonly sink: ClientExchangeSink;
  cancelled: boolean;
}

const HEAD: HttpHead = { method: "", scheme: "", authority: "", path: "", status: 200, fields: [], derived: undefined };

/** A channel whose server is the test. */
class ScriptedChannel implements CallChannel {
  readonly target = "scripted";
  readonly authority = "scripted";
  readonly options = {};
  readonly clock = new FakeClock();
  readonly seen: SeenAttempt[] = [];
  readonly budget = new RetryBudget();
  readonly platform: CallChannel["platform"];
  readonly #config: ReturnType<typeof parseServiceConfig>;
  readonly #configured = new Set<PendingCall>();

  constructor(methodConfig: object, throttling?: object) {
    const name = [{ service: "test.Echo" }];
    this.#config = parseServiceConfig({
      methodConfig: [{ name, ...methodConfig }],
      retryThrottling: throttling ?? null,
    });
    if (this.#config.throttling !== undefined) this.budget.throttle = new RetryThrottle(this.#config.throttling);
    const protocol: ClientProtocol = {
      requestFields: () => [],
      open: (_connection, _fields, _target, _encoding, options: RequestOptions, sink) => {
        const previous = options.metadata?.get("grpc-previous-rpc-attempts");
        const attempt: SeenAttempt = { atMs: this.clock.now(), previous, sink, cancelled: false };
        this.seen.push(attempt);
        return {
          send: () => true,
          end() {},
          cancel: () => {
            attempt.cancelled = true;
          },
          resume() {},
        };
      },
    };
    const timers = new TimerWheel(this.clock);
    this.platform = { clock: this.clock, timers, compressions: new Compressions([]), protocol, scheme: "http" };
  }

  start(call: PendingCall): void {
    if (!this.#configured.has(call)) {
      this.#configured.add(call);
      if (!call.configure(methodConfigOf(this.#config, call.method.path), this.budget)) return;
    }
    call.begin({ peer: { address: "scripted:1" }, available: true } as unknown as HttpConnection);
  }

  forget(): void {}

  describeWait(): string {
    return "waiting";
  }

  call(): { readonly outcome: Promise<Code>; cancel(): void } {
    const call = createChannelClient(Echo, this).echo({});
    const outcome = call.then(
      () => Code.Ok,
      (error: unknown) => {
        assert.ok(RpcError.is(error));
        return error.code;
      },
    );
    return { outcome, cancel: () => call.cancel() };
  }

  answer(index: number, step: Step): void {
    const { sink } = this.seen[index] as SeenAttempt;
    if (step.header) sink.onHeader(HEAD);
    if (step.code === Code.Ok) {
      if (!step.header) sink.onHeader(HEAD);
      sink.onMessage({}, 5);
    }
    sink.onFinish(endOf(step));
  }
}

/** How an attempt is answered. */
interface Step {
  readonly code: Code;
  /** A header before the status. */
  readonly header?: boolean;
  readonly pushback?: string;
  readonly unprocessed?: boolean;
}

function endOf({ code, pushback, unprocessed }: Step): ExchangeEnd {
  const failure: HttpFailure | undefined = unprocessed
    ? { code: 7, message: "refused", origin: "peer", unprocessed: true }
    : undefined;
  const fields = pushback === undefined ? [] : [{ name: "grpc-retry-pushback-ms", value: pushback }];
  return { code, message: "scripted", fields, details: [], failure };
}

const RETRY = {
  retryPolicy: {
    maxAttempts: 3,
    initialBackoff: "0.1s",
    maxBackoff: "1s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE"],
  },
};

const UNAVAILABLE: Step = { code: Code.Unavailable };
const OK: Step = { code: Code.Ok };

/** gRFC A6, a rule a line: how the attempts are answered, how many there are, and how the call ends. */
const RULES: readonly (readonly [rule: string, steps: readonly Step[], attempts: number, outcome: Code])[] = [
  ["the first attempt succeeds", [OK], 1, Code.Ok],
  ["a retryable status is retried", [UNAVAILABLE, OK], 2, Code.Ok],
  ["maxAttempts counts the original", [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE], 3, Code.Unavailable],
  ["another status is not retried", [{ code: Code.NotFound }], 1, Code.NotFound],
  ["a retry may end otherwise", [UNAVAILABLE, { code: Code.NotFound }], 2, Code.NotFound],
  ["a header commits the call", [{ code: Code.Unavailable, header: true }], 1, Code.Unavailable],
  ["pushback delays", [{ code: Code.Unavailable, pushback: "50" }, OK], 2, Code.Ok],
  ["negative pushback forbids", [{ code: Code.Unavailable, pushback: "-1" }], 1, Code.Unavailable],
  ["unreadable pushback forbids", [{ code: Code.Unavailable, pushback: "soon" }], 1, Code.Unavailable],
  ["pushback does not make a status retryable", [{ code: Code.NotFound, pushback: "50" }], 1, Code.NotFound],
  [
    "an unprocessed attempt is made again, uncounted",
    [{ ...UNAVAILABLE, unprocessed: true }, UNAVAILABLE, UNAVAILABLE, OK],
    4,
    Code.Ok,
  ],
  [
    "but only once",
    [
      { code: Code.Internal, unprocessed: true },
      { code: Code.Internal, unprocessed: true },
    ],
    2,
    Code.Internal,
  ],
];

for (const [rule, steps, attempts, outcome] of RULES) {
  test(`retries: ${rule}`, async () => {
    const channel = new ScriptedChannel(RETRY);
    const call = channel.call();
    for (const [index, step] of steps.entries()) {
      assert.equal(channel.seen.length, index + 1, "attempts so far");
      channel.answer(index, step);
      channel.clock.advance(2_000);
    }
    assert.equal(await call.outcome, outcome);
    assert.equal(channel.seen.length, attempts);
    assert.equal(channel.clock.pending, 0);
    assert.equal(channel.budget.bufferedBytes, 0);
  });
}

test("retries: the backoff grows, within its jitter; the server learns of attempts before", () => {
  const channel = new ScriptedChannel(RETRY);
  channel.call();
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(79);
  assert.equal(channel.seen.length, 1);
  channel.clock.advance(42);
  assert.equal(channel.seen.length, 2);
  channel.answer(1, UNAVAILABLE);
  const from = channel.clock.now();
  channel.clock.advance(300);
  const waited = (channel.seen[2] as SeenAttempt).atMs - from;
  assert.ok(waited >= 160 && waited <= 240, `${waited}`);
  assert.deepEqual(
    channel.seen.map(({ previous }) => previous),
    [undefined, "1", "2"],
  );
});

test("retries: a cancelled call makes no further attempt", async () => {
  const channel = new ScriptedChannel(RETRY);
  const call = channel.call();
  channel.answer(0, UNAVAILABLE);
  call.cancel();
  channel.clock.advance(10_000);
  assert.equal(await call.outcome, Code.Cancelled);
  assert.equal(channel.seen.length, 1);
});

test("retries: throttled from half of the tokens down, and open again after successes", async () => {
  const channel = new ScriptedChannel(RETRY, { maxTokens: 4, tokenRatio: 1 });
  const first = channel.call();
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(1_000);
  channel.answer(1, UNAVAILABLE);
  // 4 - 2 tokens: half of them.
  assert.equal(await first.outcome, Code.Unavailable);
  assert.equal(channel.seen.length, 2);
  channel.call();
  channel.answer(2, OK);
  channel.call();
  channel.answer(3, OK);
  assert.equal(channel.budget.throttle?.tokens, 4);
  channel.call();
  channel.answer(4, UNAVAILABLE);
  channel.clock.advance(1_000);
  assert.equal(channel.seen.length, 6);
});

const HEDGE = { hedgingPolicy: { maxAttempts: 3, hedgingDelay: "0.1s", nonFatalStatusCodes: ["UNAVAILABLE"] } };

test("hedging: an attempt after each delay, the first answer wins, the others are cancelled", async () => {
  const channel = new ScriptedChannel(HEDGE);
  const call = channel.call();
  channel.clock.advance(1_000);
  assert.deepEqual(
    channel.seen.map(({ atMs, previous }) => [atMs, previous]),
    [
      [0, undefined],
      [100, "1"],
      [200, "2"],
    ],
  );
  channel.answer(1, OK);
  assert.equal(await call.outcome, Code.Ok);
  assert.deepEqual(
    channel.seen.map(({ cancelled }) => cancelled),
    [true, false, true],
  );
});

test("hedging: a status that is not fatal brings the next at once, a fatal one ends the call", async () => {
  const channel = new ScriptedChannel(HEDGE);
  const call = channel.call();
  channel.answer(0, UNAVAILABLE);
  assert.equal(channel.seen.length, 2);
  channel.answer(1, { code: Code.PermissionDenied });
  assert.equal(await call.outcome, Code.PermissionDenied);
  channel.clock.advance(1_000);
  assert.equal(channel.seen.length, 2);
});

test("hedging: pushback moves the next, or forbids it; when all have failed the last status holds", async () => {
  const channel = new ScriptedChannel(HEDGE);
  const call = channel.call();
  channel.answer(0, { code: Code.Unavailable, pushback: "500" });
  channel.clock.advance(499);
  assert.equal(channel.seen.length, 1);
  channel.clock.advance(1);
  assert.equal(channel.seen.length, 2);
  channel.answer(1, { code: Code.Unavailable, pushback: "-1" });
  assert.equal(await call.outcome, Code.Unavailable);
  channel.clock.advance(1_000);
  assert.equal(channel.seen.length, 2);
});

test("a service config's timeout holds for all attempts together", async () => {
  const channel = new ScriptedChannel({ ...RETRY, timeout: "0.05s" });
  const call = channel.call();
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(60);
  assert.equal(await call.outcome, Code.DeadlineExceeded);
});

test("a channel that keeps too much commits its calls to the attempts under way", async () => {
  const channel = new ScriptedChannel(RETRY);
  channel.budget.bufferedBytes = MAX_CHANNEL_BUFFER_BYTES + 1;
  const call = channel.call();
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(2_000);
  assert.equal(await call.outcome, Code.Unavailable);
  assert.equal(channel.seen.length, 1);
  assert.equal(channel.budget.bufferedBytes, MAX_CHANNEL_BUFFER_BYTES + 1);
});

test("pushback is a number of milliseconds, or it forbids", () => {
  const read = (...values: string[]) =>
    readPushback(values.map((value) => ({ name: "grpc-retry-pushback-ms", value })));
  assert.equal(read(), undefined);
  assert.equal(read("0"), 0);
  assert.equal(read("1500"), 1_500);
  for (const value of ["-1", "", "x", "1.5", "1e3"]) assert.equal(read(value), "stop");
  assert.equal(read("1", "2"), "stop");
});
