import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../base/clock.js";
import { TimerWheel } from "../../base/timer-wheel.js";
import { type MethodType, type ServiceType, service } from "../../protobuf/type/service-type.js";
import { StringValue } from "../../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../../rpc/code.js";
import { Compressions } from "../../rpc/compression.js";
import type { ClientExchangeSink, ClientProtocol, ExchangeEnd, RequestOptions } from "../../rpc/exchange.js";
import type { HttpConnection, HttpFailure, HttpHead } from "../../rpc/http-types.js";
import { RpcError } from "../../rpc/rpc-error.js";
import type { CallChannel, PendingCall } from "../call-channel.js";
import { createChannelClient } from "../create-client.js";
import { methodConfigOf, parseServiceConfig } from "../service-config.js";
import { readPushback } from "./pushback.js";
import { MAX_CALL_BUFFER_BYTES, MAX_CHANNEL_BUFFER_BYTES, RetryBudget, type RetryLimits } from "./retry-budget.js";
import { RetryThrottle } from "./retry-throttle.js";
import { retries } from "./retrying-exchange.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  collect: MethodType<"client_streaming", Text, Text>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  collect: { kind: "client_streaming", name: "Collect", input: StringValue, output: StringValue },
});

/** No policy is configured for it. */
const Plain: ServiceType<{ echo: MethodType<"unary", Text, Text> }> = service("test.Plain", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
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
  /** The requests that went out. */
  readonly sent: Uint8Array[];
  /** Whether it takes further requests at once. */
  writable: boolean;
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
  readonly budget: RetryBudget;
  /** Whether attempts that are made take more than one request at once. */
  writable = true;
  /** What becomes of the attempts to come, in the place of a connection. */
  readonly unplaced: ((call: PendingCall) => void)[] = [];
  readonly platform: CallChannel["platform"];
  readonly #config: ReturnType<typeof parseServiceConfig>;
  readonly #configured = new Set<PendingCall>();

  constructor(methodConfig: object, throttling?: object, limits?: RetryLimits) {
    this.budget = new RetryBudget(limits);
    const name = [{ service: "test.Echo" }];
    this.#config = parseServiceConfig(
      {
        methodConfig: [{ name, ...methodConfig }],
        retryThrottling: throttling ?? null,
      },
      limits?.maxAttempts,
    );
    if (this.#config.throttling !== undefined) this.budget.throttle = new RetryThrottle(this.#config.throttling);
    const protocol: ClientProtocol = {
      requestFields: () => [],
      open: (_connection, _fields, _target, _encoding, options: RequestOptions, sink) => {
        const previous = options.metadata?.get("grpc-previous-rpc-attempts");
        const attempt: SeenAttempt = {
          atMs: this.clock.now(),
          previous,
          sink,
          sent: [],
          writable: this.writable,
          cancelled: false,
        };
        this.seen.push(attempt);
        return {
          send(bytes) {
            attempt.sent.push(bytes as Uint8Array);
            return attempt.writable;
          },
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
      if (!call.configure(methodConfigOf(this.#config, call.method.path), this.budget, retries)) return;
    }
    const unplaced = this.unplaced.shift();
    if (unplaced !== undefined) {
      unplaced(call);
      return;
    }
    call.begin({ peer: { address: "scripted:1" }, available: true } as unknown as HttpConnection);
  }

  forget(): void {}

  describeWait(): string {
    return "waiting";
  }

  call(value = "", timeoutMs = Infinity): { readonly outcome: Promise<Code>; cancel(): void } {
    const call = createChannelClient(Echo, this).echo({ value }, { timeoutMs });
    return { outcome: outcomeOf(call), cancel: () => call.cancel() };
  }

  /** A call of a method without a policy. */
  plainCall(): Promise<Code> {
    return outcomeOf(createChannelClient(Plain, this).echo({}));
  }

  /** A call whose requests are sent by hand. */
  stream() {
    const call = createChannelClient(Echo, this).collect();
    return { call, outcome: outcomeOf(call) };
  }

  answer(index: number, step: Step): void {
    const { sink } = this.seen[index] as SeenAttempt;
    if (step.header) sink.onHeader(HEAD);
    if (step.code === Code.Ok) {
      if (!step.header) sink.onHeader(HEAD);
      sink.onMessage({ value: "" }, 5);
    }
    sink.onFinish(endOf(step));
  }
}

function outcomeOf(call: PromiseLike<unknown>): Promise<Code> {
  return Promise.resolve(call).then(
    () => Code.Ok,
    (error: unknown) => {
      assert.ok(RpcError.is(error), String(error));
      return error.code;
    },
  );
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
    retryableStatusCodes: ["UNAVAILABLE", 10],
  },
};

const UNAVAILABLE: Step = { code: Code.Unavailable };
const OK: Step = { code: Code.Ok };
const PUSHED: Step = { code: Code.Unavailable, pushback: "10" };
const FORBIDDEN: Step = { code: Code.Unavailable, pushback: "-1" };
const COMMITTED: Step = { code: Code.Unavailable, header: true };
const REFUSED: Step = { code: Code.Unavailable, unprocessed: true };

/** gRFC A6, a rule a line: how the attempts are answered, how many there are, and how the call ends. */
const RULES: readonly (readonly [rule: string, steps: readonly Step[], attempts: number, outcome: Code])[] = [
  ["every code that is listed is retried", [{ code: Code.Aborted }, UNAVAILABLE, OK], 3, Code.Ok],
  ["pushback does not make more attempts than maxAttempts", [UNAVAILABLE, UNAVAILABLE, PUSHED], 3, Code.Unavailable],
  ["pushback of 0 is at once", [{ code: Code.Unavailable, pushback: "0" }, OK], 2, Code.Ok],
  ["pushback that says no ends the retries of a later attempt too", [UNAVAILABLE, FORBIDDEN], 2, Code.Unavailable],
  [
    "a header commits, also when the call then fails in a way that is retried",
    [UNAVAILABLE, COMMITTED],
    2,
    Code.Unavailable,
  ],
  ["a status alone does not commit", [UNAVAILABLE, UNAVAILABLE, OK], 3, Code.Ok],
  [
    "what the server's library refused is tried again whatever the code",
    [{ ...REFUSED, code: Code.Internal }, OK],
    2,
    Code.Ok,
  ],
  ["refused after a retry: at once, once, and without counting", [UNAVAILABLE, REFUSED, UNAVAILABLE, OK], 4, Code.Ok],
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

test("retries: the nth wait is min(initialBackoff * multiplier^(n-1), maxBackoff), a fifth more or less", () => {
  const policy = { ...RETRY.retryPolicy, maxAttempts: 5, maxBackoff: "0.3s" };
  const shares: number[] = [];
  for (let round = 0; round < 50; round++) {
    const channel = new ScriptedChannel({ retryPolicy: policy });
    channel.call();
    for (const [index, waitMs] of [100, 200, 300, 300].entries()) {
      const from = channel.clock.now();
      channel.answer(index, UNAVAILABLE);
      channel.clock.advance(1_000);
      const share = ((channel.seen[index + 1] as SeenAttempt).atMs - from) / waitMs;
      assert.ok(share >= 0.8 && share <= 1.2, `${share} of ${waitMs} ms`);
      shares.push(share);
    }
  }
  // They do differ.
  assert.ok(Math.max(...shares) - Math.min(...shares) > 0.1);
});

test("retries: pushback is waited for exactly, and the backoff after it begins anew", () => {
  const channel = new ScriptedChannel({ retryPolicy: { ...RETRY.retryPolicy, maxAttempts: 5 } });
  channel.call();
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(1_000);
  channel.answer(1, { code: Code.Unavailable, pushback: "777" });
  channel.clock.advance(776);
  assert.equal(channel.seen.length, 2);
  channel.clock.advance(1);
  assert.equal(channel.seen.length, 3);
  const from = channel.clock.now();
  channel.answer(2, UNAVAILABLE);
  channel.clock.advance(1_000);
  const waitedMs = (channel.seen[3] as SeenAttempt).atMs - from;
  assert.ok(waitedMs >= 80 && waitedMs <= 120, `${waitedMs}`);
});

test("retries: five attempts at most, whatever the service config says; the client may set another limit, or none at all", async () => {
  for (const [limits, attempts] of [
    [{}, 5],
    [{ maxAttempts: 7 }, 7],
    [{ maxAttempts: 1 }, 1],
  ] as const) {
    const channel = new ScriptedChannel({ retryPolicy: { ...RETRY.retryPolicy, maxAttempts: 50 } }, undefined, limits);
    const call = channel.call();
    for (let i = 0; i < attempts; i++) {
      channel.answer(i, UNAVAILABLE);
      channel.clock.advance(2_000);
    }
    assert.equal(await call.outcome, Code.Unavailable);
    assert.equal(channel.seen.length, attempts);
  }
});

test("transparent: at once, and the server is told of no attempt before it", () => {
  const channel = new ScriptedChannel(RETRY);
  channel.call();
  channel.answer(0, REFUSED);
  assert.deepEqual(
    channel.seen.map(({ atMs, previous }) => [atMs, previous]),
    [
      [0, undefined],
      [0, undefined],
    ],
  );
});

test("no connection: it is a failed attempt of the policy, and tried again after the backoff", async () => {
  const channel = new ScriptedChannel(RETRY);
  channel.unplaced.push((call) => call.fail(Code.Unavailable, "nobody is there", undefined));
  const call = channel.call();
  assert.equal(channel.seen.length, 0);
  channel.clock.advance(121);
  assert.equal(channel.seen[0]?.previous, "1");
  channel.answer(0, OK);
  assert.equal(await call.outcome, Code.Ok);
});

test("dropped by a balancer: the call fails, and nothing is tried again", async () => {
  for (const policy of [RETRY, HEDGE]) {
    const channel = new ScriptedChannel(policy);
    channel.unplaced.push((call) => call.fail(Code.Unavailable, "dropped", undefined, true));
    const call = channel.call();
    assert.equal(await call.outcome, Code.Unavailable);
    channel.clock.advance(10_000);
    assert.equal(channel.seen.length, 0);
    assert.equal(channel.clock.pending, 0);
  }
});

/** What a call does to the tokens, of which there are ten: how its attempts are answered, and what is left. */
const TOKENS: readonly (readonly [rule: string, steps: readonly Step[], tokens: number])[] = [
  ["a failure that is retried takes one each time", [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE], 7],
  ["also after the header, when it can't be retried any more", [COMMITTED], 9],
  ["a failure of another kind takes none", [{ code: Code.InvalidArgument }], 10],
  ["but if the server forbids retries with it", [{ code: Code.InvalidArgument, pushback: "-1" }], 9],
  ["a success gives a part back", [UNAVAILABLE, UNAVAILABLE, OK], 8.5],
  ["never more than there were", [OK], 10],
  ["transparent retries take none", [REFUSED, OK], 10],
];

for (const [rule, steps, tokens] of TOKENS) {
  test(`throttling: ${rule}`, () => {
    const channel = new ScriptedChannel(RETRY, { maxTokens: 10, tokenRatio: 0.5 });
    channel.call();
    for (const [index, step] of steps.entries()) {
      channel.answer(index, step);
      channel.clock.advance(2_000);
    }
    assert.equal(channel.budget.throttle?.tokens, tokens);
  });
}

test("throttling: calls without a policy give tokens back as well, and take none", async () => {
  const channel = new ScriptedChannel(RETRY, { maxTokens: 10, tokenRatio: 0.5 });
  channel.call();
  channel.answer(0, COMMITTED);
  assert.equal(channel.budget.throttle?.tokens, 9);
  const plain = channel.plainCall();
  channel.answer(1, OK);
  assert.equal(await plain, Code.Ok);
  assert.equal(channel.budget.throttle?.tokens, 9.5);
  const failed = channel.plainCall();
  channel.answer(2, UNAVAILABLE);
  assert.equal(await failed, Code.Unavailable);
  assert.equal(channel.budget.throttle?.tokens, 9.5);
});

test("throttling: hedges are held back too, but never the first attempt; nothing waits", async () => {
  const channel = new ScriptedChannel(HEDGE, { maxTokens: 2, tokenRatio: 0.1 });
  const first = channel.call();
  channel.answer(0, UNAVAILABLE);
  // One token of two is left: half.
  assert.equal(await first.outcome, Code.Unavailable);
  assert.equal(channel.seen.length, 1);
  const second = channel.call();
  channel.clock.advance(1_000);
  assert.equal(channel.seen.length, 2);
  channel.answer(1, OK);
  assert.equal(await second.outcome, Code.Ok);
});

test("hedging: without a delay all attempts at once", () => {
  const channel = new ScriptedChannel({ hedgingPolicy: { maxAttempts: 4 } });
  channel.call();
  channel.clock.advance(0);
  assert.deepEqual(
    channel.seen.map(({ atMs, previous }) => [atMs, previous]),
    [
      [0, undefined],
      [0, "1"],
      [0, "2"],
      [0, "3"],
    ],
  );
});

test("hedging: five attempts at most", () => {
  const channel = new ScriptedChannel({ hedgingPolicy: { maxAttempts: 9, hedgingDelay: "0.01s" } });
  channel.call();
  channel.clock.advance(10_000);
  assert.equal(channel.seen.length, 5);
});

test("hedging: after a failure that is not fatal the delays count from the attempt that it brought", () => {
  const channel = new ScriptedChannel(HEDGE);
  channel.call();
  channel.clock.advance(40);
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(1_000);
  assert.deepEqual(
    channel.seen.map(({ atMs }) => atMs),
    [0, 40, 140],
  );
});

test("hedging: pushback of n ms: the next after n, the one after that a delay later", () => {
  const channel = new ScriptedChannel(HEDGE);
  channel.call();
  channel.clock.advance(10);
  channel.answer(0, { code: Code.Unavailable, pushback: "30" });
  channel.clock.advance(1_000);
  assert.deepEqual(
    channel.seen.map(({ atMs }) => atMs),
    [0, 40, 140],
  );
});

test("hedging: pushback that says no sends no more, and lets those under way go on", async () => {
  const channel = new ScriptedChannel(HEDGE);
  const call = channel.call();
  channel.clock.advance(100);
  channel.answer(0, FORBIDDEN);
  channel.clock.advance(1_000);
  assert.equal(channel.seen.length, 2);
  assert.equal(channel.seen[1]?.cancelled, false);
  channel.answer(1, OK);
  assert.equal(await call.outcome, Code.Ok);
});

test("hedging: when all have failed, the last status; there is no retry on top", async () => {
  const channel = new ScriptedChannel(HEDGE);
  const call = channel.call();
  for (let i = 0; i < 3; i++) channel.answer(i, UNAVAILABLE);
  assert.equal(await call.outcome, Code.Unavailable);
  channel.clock.advance(10_000);
  assert.equal(channel.seen.length, 3);
});

test("hedging: a header of one cancels all others, and what is to come", async () => {
  const channel = new ScriptedChannel(HEDGE);
  const call = channel.call();
  channel.clock.advance(100);
  channel.seen[0]?.sink.onHeader(HEAD);
  assert.equal(channel.seen[1]?.cancelled, true);
  channel.clock.advance(1_000);
  assert.equal(channel.seen.length, 2);
  channel.seen[0]?.sink.onFinish(endOf(UNAVAILABLE));
  assert.equal(await call.outcome, Code.Unavailable);
});

test("hedging: the deadline ends all attempts", async () => {
  const channel = new ScriptedChannel(HEDGE);
  const call = channel.call("", 150);
  channel.clock.advance(200);
  assert.equal(await call.outcome, Code.DeadlineExceeded);
  assert.deepEqual(
    channel.seen.map(({ cancelled }) => cancelled),
    [true, true],
  );
});

test("the deadline is that of the call, not of an attempt", async () => {
  const channel = new ScriptedChannel(RETRY);
  const call = channel.call("", 150);
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(125);
  assert.equal(channel.seen.length, 2);
  channel.clock.advance(25);
  assert.equal(await call.outcome, Code.DeadlineExceeded);
  assert.equal(channel.seen[1]?.cancelled, true);
});

test("buffer: a stream is sent again from its beginning, with what came in between", async () => {
  const channel = new ScriptedChannel(RETRY);
  const { call, outcome } = channel.stream();
  await call.send({ value: "a" });
  channel.answer(0, UNAVAILABLE);
  // While there is no attempt there is room for nothing more; it is sent when there is one.
  const sending = call.send({ value: "bc" });
  channel.clock.advance(200);
  await sending;
  call.end();
  assert.deepEqual(
    channel.seen.map(({ sent }) => sent.map(({ length }) => length)),
    [[3], [3, 4]],
  );
  channel.answer(1, OK);
  assert.equal(await outcome, Code.Ok);
  assert.equal(channel.budget.bufferedBytes, 0);
});

test("buffer: a call that has sent more than is kept is committed to the attempt under way, and goes on", async () => {
  const channel = new ScriptedChannel(RETRY);
  const { call, outcome } = channel.stream();
  await call.send({ value: "x".repeat(MAX_CALL_BUFFER_BYTES - 10) });
  assert.ok(channel.budget.bufferedBytes > 0);
  await call.send({ value: "x".repeat(20) });
  // Nothing is kept any more, of what was sent nor of what comes.
  assert.equal(channel.budget.bufferedBytes, 0);
  await call.send({ value: "x".repeat(100) });
  assert.equal(channel.budget.bufferedBytes, 0);
  assert.equal(channel.seen[0]?.sent.length, 3);
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(10_000);
  assert.equal(await outcome, Code.Unavailable);
  assert.equal(channel.seen.length, 1);
});

test("buffer: just within the limit it is tried again", async () => {
  const channel = new ScriptedChannel(RETRY, undefined, { callBufferBytes: 102 });
  const fits = channel.call("x".repeat(100));
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(1_000);
  channel.answer(1, OK);
  assert.equal(await fits.outcome, Code.Ok);
  const over = channel.call("x".repeat(101));
  channel.answer(2, UNAVAILABLE);
  channel.clock.advance(1_000);
  assert.equal(await over.outcome, Code.Unavailable);
  assert.equal(channel.seen.length, 3);
});

test("buffer: a request that is too large from the start is sent once", async () => {
  const channel = new ScriptedChannel(RETRY);
  const call = channel.call("x".repeat(MAX_CALL_BUFFER_BYTES));
  assert.equal(channel.seen[0]?.sent.length, 1);
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(2_000);
  assert.equal(await call.outcome, Code.Unavailable);
  assert.equal(channel.seen.length, 1);
});

test("buffer: of several hedges the one that is furthest goes on, the others are cancelled", async () => {
  const channel = new ScriptedChannel(HEDGE, undefined, { callBufferBytes: 20 });
  // The first attempt takes one request and then no more; the second takes them all.
  channel.writable = false;
  const { call } = channel.stream();
  call.send({ value: "a" }).catch(() => {});
  channel.writable = true;
  channel.clock.advance(100);
  call.send({ value: "b" }).catch(() => {});
  await Promise.resolve();
  call.send({ value: "x".repeat(30) }).catch(() => {});
  await Promise.resolve();
  assert.deepEqual(
    channel.seen.map(({ cancelled, sent }) => [cancelled, sent.length]),
    [
      [true, 1],
      [false, 3],
    ],
  );
  channel.clock.advance(10_000);
  assert.equal(channel.seen.length, 2);
  call.cancel();
});

test("buffer: a channel that keeps too much commits its calls to the attempts under way", async () => {
  const channel = new ScriptedChannel(RETRY);
  channel.budget.bufferedBytes = MAX_CHANNEL_BUFFER_BYTES + 1;
  const call = channel.call();
  channel.answer(0, UNAVAILABLE);
  channel.clock.advance(2_000);
  assert.equal(await call.outcome, Code.Unavailable);
  assert.equal(channel.seen.length, 1);
  assert.equal(channel.budget.bufferedBytes, MAX_CHANNEL_BUFFER_BYTES + 1);
  const small = new ScriptedChannel(RETRY, undefined, { channelBufferBytes: 12 });
  const [first, second] = [small.call("12345"), small.call("123456")];
  small.answer(1, UNAVAILABLE);
  assert.equal(await second.outcome, Code.Unavailable);
  small.answer(0, UNAVAILABLE);
  small.clock.advance(1_000);
  small.answer(2, OK);
  assert.equal(await first.outcome, Code.Ok);
});

test("pushback is a number of milliseconds, or it forbids", () => {
  const read = (...values: string[]) =>
    readPushback(values.map((value) => ({ name: "grpc-retry-pushback-ms", value })));
  assert.equal(read(), undefined);
  assert.equal(read("0"), 0);
  assert.equal(read("1500"), 1_500);
  assert.equal(read("2147483647"), 2_147_483_647);
  for (const value of ["-1", "", "x", "1.5", "1e3", "2147483648", "99999999999"]) assert.equal(read(value), "stop");
  assert.equal(read("1", "2"), "stop");
});
