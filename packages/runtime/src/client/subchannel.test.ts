import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "../rpc/code.js";
import type { HttpConnection, HttpConnectionEvents } from "../rpc/http-types.js";
import type { Address } from "./address.js";
import type { SubchannelState } from "./balancer/balancer.js";
import type { PendingCall } from "./call-channel.js";
import { SharedSubchannel, type SubchannelHost } from "./subchannel.js";

const ADDRESS: Address = { kind: "tcp", host: "10.0.0.1", port: 1 };
const FAILURE = { code: 10, message: "refused", origin: "connection" as const, unprocessed: true };

/** A connection with room for so many calls. */
class FakeConnection {
  readonly peer = { address: "10.0.0.1:1" };
  closed = false;
  calls = 0;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get available(): boolean {
    return this.calls < this.limit;
  }

  close(): void {
    this.closed = true;
  }
}

/** A channel and a network of which the test plays both. */
function makeWorld(maxConnections: number) {
  const attempts: HttpConnectionEvents[] = [];
  const timers: { readonly task: () => void; readonly delayMs: number }[] = [];
  const repicked: PendingCall[] = [];
  const states: string[] = [];
  let released = 0;
  const host: SubchannelHost = {
    clock: {
      now: () => 0,
      schedule(task, delayMs) {
        timers.push({ task, delayMs });
        return () => {};
      },
    },
    random: () => 0.5,
    connector: {
      connect(_address, _authority, events) {
        attempts.push(events);
        return { cancel() {} };
      },
    },
    platform: undefined as never,
    target: "x",
    authority: "x",
    userAgent: undefined,
    callCredentials: undefined,
    healthService: () => undefined,
    warn() {},
    backoff: { initialMs: 100, multiplier: 2 },
    maxConnections: () => maxConnections,
    onOpened() {},
    onClosed() {},
    repick: (calls) => repicked.push(...calls),
    onReleased: () => released++,
  };
  const subchannel = new SharedSubchannel(host, ADDRESS);
  const handle = subchannel.hold((state: SubchannelState) => states.push(state.kind));
  const open = (index: number, limit: number): FakeConnection => {
    const connection = new FakeConnection(limit);
    attempts[index]?.onReady(connection as unknown as HttpConnection);
    return connection;
  };
  return { subchannel, handle, attempts, timers, repicked, states, open, released: () => released };
}

/** A call that notes where it went. */
function makeCall(): PendingCall & { at: FakeConnection | undefined } {
  return {
    at: undefined,
    waitForReady: false,
    method: undefined as never,
    metadata: undefined,
    configure: () => true,
    begin(connection) {
      this.at = connection as unknown as FakeConnection;
      this.at.calls++;
    },
    fail: (code) => assert.fail(`failed with ${code} of ${Code.Unavailable}`),
  };
}

test("idle, connecting, failure, backoff that grows, ready, and idle again", () => {
  const world = makeWorld(1);
  for (const delayMs of [100, 200]) {
    world.handle.connect();
    world.attempts.at(-1)?.onClosed(FAILURE);
    const timer = world.timers.at(-1);
    assert.equal(timer?.delayMs, delayMs);
    timer?.task();
  }
  world.handle.connect();
  world.open(2, 10);
  world.attempts[2]?.onDraining();
  const failed = ["connecting", "transient_failure", "idle"];
  assert.deepEqual(world.states, [...failed, ...failed, "connecting", "ready", "idle"]);
});

test("one connection: calls over its limit wait for a stream, and are placed anew when it is lost", () => {
  const world = makeWorld(1);
  world.handle.connect();
  const connection = world.open(0, 1);
  const [first, second, third] = [makeCall(), makeCall(), makeCall()];
  for (const call of [first, second, third]) assert.equal(world.subchannel.take(call, undefined), true);
  assert.equal(second.at, undefined);
  connection.calls--;
  world.attempts[0]?.onAvailable();
  assert.equal(second.at, connection);
  assert.equal(world.attempts.length, 1);
  world.attempts[0]?.onDraining();
  assert.deepEqual(world.repicked, [third]);
  assert.equal(world.subchannel.take(makeCall(), undefined), false);
});

test("further connections when all streams are taken, one at a time, up to the limit (gRFC A105)", () => {
  const world = makeWorld(2);
  world.handle.connect();
  world.open(0, 1);
  const calls = [makeCall(), makeCall(), makeCall()];
  for (const call of calls) world.subchannel.take(call, undefined);
  assert.equal(world.attempts.length, 2);
  const second = world.open(1, 1);
  assert.equal(calls[1]?.at, second);
  assert.equal(calls[2]?.at, undefined);
  assert.equal(world.attempts.length, 2);
  // The first goes away; the state stays ready, and there is room for another connection again.
  world.attempts[0]?.onDraining();
  assert.equal(world.states.at(-1), "ready");
  assert.equal(world.attempts.length, 3);
  // That one fails: the next attempt waits for the backoff.
  world.attempts[2]?.onClosed(FAILURE);
  assert.equal(world.attempts.length, 3);
  world.timers.at(-1)?.task();
  assert.equal(world.attempts.length, 4);
  const third = world.open(3, 1);
  assert.equal(calls[2]?.at, third);
});

test("when nobody holds it any more, its connections are closed and a late one is as well", () => {
  const world = makeWorld(2);
  world.handle.connect();
  const connection = world.open(0, 1);
  world.subchannel.take(makeCall(), undefined);
  world.subchannel.take(makeCall(), undefined);
  world.handle.release();
  assert.equal(connection.closed, true);
  assert.equal(world.released(), 1);
  assert.equal(world.repicked.length, 1);
  assert.equal(world.open(1, 1).closed, true);
});
