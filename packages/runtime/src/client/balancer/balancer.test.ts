import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../base/clock.js";
import { Metadata } from "../../rpc/metadata.js";
import { type Address, addressText, type Endpoint } from "../address.js";
import type { OnPickedEnd, PickInfo } from "../call-channel.js";
import type { Balancer, BalancerHelper, Picker, Subchannel, SubchannelListener, SubchannelState } from "./balancer.js";
import { chooseBalancer } from "./balancer-registry.js";
import { subsetOf } from "./random-subsetting.js";

/** A subchannel whose state the test sets. */
class FakeSubchannel implements Subchannel {
  readonly address: Address;
  readonly base: Subchannel["base"] = { take: () => true };
  state: SubchannelState = { kind: "idle" };
  connects = 0;
  released = false;
  readonly #listener: SubchannelListener;

  constructor(address: Address, listener: SubchannelListener) {
    this.address = address;
    this.#listener = listener;
  }

  connect(): void {
    if (this.state.kind !== "idle") return;
    this.connects++;
    this.set("connecting");
  }

  release(): void {
    this.released = true;
  }

  set(kind: SubchannelState["kind"]): void {
    const failure = {
      code: 10,
      message: `refused by ${addressText(this.address)}`,
      origin: "connection",
      unprocessed: true,
    };
    this.state = (kind === "transient_failure" ? { kind, failure } : { kind }) as SubchannelState;
    if (!this.released) this.#listener(this.state);
  }
}

/** A channel of which the test plays every part. */
class World implements BalancerHelper {
  readonly subchannels: FakeSubchannel[] = [];
  readonly balancer: Balancer;
  readonly #config: unknown;
  state = "none";
  picker: Picker | undefined;
  resolutions = 0;
  #seed = 7;
  #timers = new Map<() => void, number>();

  constructor(policy: string, config: object = {}) {
    const choice = chooseBalancer([{ [policy]: config }], "test");
    this.#config = choice.config;
    this.balancer = choice.policy.create(this);
  }

  readonly clock: Clock = {
    now: () => 0,
    schedule: (task, delayMs) => {
      this.#timers.set(task, delayMs);
      return () => this.#timers.delete(task);
    },
  };

  readonly random = (): number => {
    // Park and Miller's generator.
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  };

  createSubchannel(address: Address, listener: SubchannelListener): Subchannel {
    const subchannel = new FakeSubchannel(address, listener);
    this.subchannels.push(subchannel);
    return subchannel;
  }

  update(state: string, picker: Picker): void {
    this.state = state;
    this.picker = picker;
  }

  requestResolution(): void {
    this.resolutions++;
  }

  resolve(...ports: number[]): boolean {
    return this.balancer.update({ endpoints: ports.map(endpoint), config: this.#config });
  }

  get timers(): number {
    return this.#timers.size;
  }

  fire(): void {
    for (const task of [...this.#timers.keys()]) {
      this.#timers.delete(task);
      task();
    }
  }

  /** The live subchannel of a port. */
  at(port: number): FakeSubchannel {
    const found = this.subchannels.find(
      ({ address, released }) => !released && address.kind === "tcp" && address.port === port,
    );
    assert.ok(found, `no subchannel for port ${port}`);
    return found;
  }

  get live(): number[] {
    return this.subchannels
      .filter(({ released }) => !released)
      .map(({ address }) => (address as { port: number }).port);
  }

  /** Where a call goes: a port, or the kind of the pick. */
  pick(metadata?: Metadata, ends?: OnPickedEnd[]): number | string {
    const pick = (this.picker as Picker).pick({ metadata } as PickInfo);
    if (pick.kind !== "subchannel") return pick.kind;
    if (pick.onEnd !== undefined) ends?.push(pick.onEnd);
    return (pick.subchannel.address as { port: number }).port;
  }
}

function endpoint(port: number): Endpoint {
  return { addresses: [{ kind: "tcp", host: "10.0.0.1", port }] };
}

const SPREADING: readonly (readonly [string, object])[] = [
  ["round_robin", {}],
  ["least_request", {}],
  ["random_subsetting", { subsetSize: 10, childPolicy: [{ round_robin: {} }] }],
];
const ALL: readonly (readonly [string, object])[] = [["pick_first", {}], ["ring_hash", {}], ...SPREADING];

/** Lets whatever waits for a call or a timer connect. */
async function wake(world: World): Promise<void> {
  for (let i = 0; i < 4; i++) {
    if (world.state !== "ready") world.pick();
    await Promise.resolve();
    await Promise.resolve();
    if (world.state !== "ready") world.fire();
  }
}

for (const [policy, config] of ALL) {
  test(`${policy}: calls wait, then go to what is ready`, async () => {
    const world = new World(policy, config);
    assert.equal(world.resolve(1, 2), true);
    assert.equal(world.pick(), "wait");
    await wake(world);
    world.at(1).set("ready");
    assert.equal(world.state, "ready");
    assert.equal(world.pick(), 1);
  });

  test(`${policy}: when all have failed it says so, with a cause; and recovers`, async () => {
    const world = new World(policy, config);
    world.resolve(1, 2);
    for (let i = 0; i < 3; i++) {
      await wake(world);
      for (const port of [1, 2]) {
        if (!world.live.includes(port)) continue;
        const subchannel = world.at(port);
        if (subchannel.state.kind === "connecting") subchannel.set("transient_failure");
      }
    }
    assert.equal(world.state, "transient_failure");
    const pick = (world.picker as Picker).pick({ metadata: undefined } as PickInfo);
    assert.equal(pick.kind, "fail");
    assert.match(pick.kind === "fail" ? pick.message : "", /refused by 10\.0\.0\.1:/);
    assert.ok(world.resolutions > 0);
    // After the backoff it is tried again, without a call, and the failure is told until it is ready (gRFC A62).
    world.at(2).set("idle");
    assert.equal(world.at(2).state.kind, "connecting");
    assert.equal(world.state, "transient_failure");
    world.at(2).set("ready");
    assert.equal(world.state, "ready");
    assert.equal(world.pick(), 2);
  });

  test(`${policy}: no addresses`, () => {
    const world = new World(policy, config);
    assert.equal(world.resolve(), false);
    assert.equal(world.state, "transient_failure");
    assert.equal(world.pick(), "fail");
  });

  test(`${policy}: a lost connection is made again, and what is closed is released`, async () => {
    const world = new World(policy, config);
    world.resolve(1);
    await wake(world);
    world.at(1).set("ready");
    world.at(1).set("idle");
    assert.notEqual(world.state, "ready");
    await wake(world);
    world.at(1).set("ready");
    assert.equal(world.pick(), 1);
    world.balancer.close();
    assert.deepEqual(world.live, []);
  });

  test(`${policy}: an update keeps the connections of servers that stay`, async () => {
    const world = new World(policy, config);
    world.resolve(1, 2);
    await wake(world);
    const kept = world.at(1);
    kept.set("ready");
    world.resolve(3, 1);
    assert.equal(kept.released, false);
    assert.ok(!world.live.includes(2));
    assert.equal(world.pick(), 1);
  });
}

for (const [policy, config] of SPREADING) {
  test(`${policy}: calls are spread evenly (seeded)`, () => {
    const world = new World(policy, config);
    world.resolve(1, 2, 3, 4);
    for (const port of [1, 2, 3, 4]) world.at(port).set("ready");
    const counts = new Map<unknown, number>();
    for (let i = 0; i < 8_000; i++) {
      const ends: OnPickedEnd[] = [];
      const port = world.pick(undefined, ends);
      counts.set(port, (counts.get(port) ?? 0) + 1);
      for (const onEnd of ends) onEnd(undefined);
    }
    for (const port of [1, 2, 3, 4]) assert.ok(Math.abs((counts.get(port) ?? 0) - 2_000) < 150, `${[...counts]}`);
  });
}

test("pick_first: the next address a quarter of a second later, or at once after a failure", () => {
  const world = new World("pick_first");
  world.resolve(1, 2, 3);
  assert.equal(world.at(1).connects, 1);
  assert.equal(world.at(2).connects, 0);
  world.fire();
  assert.equal(world.at(2).connects, 1);
  world.at(2).set("transient_failure");
  assert.equal(world.at(3).connects, 1);
  assert.equal(world.timers, 0);
  // The first to be ready is taken, whichever it is; the others are let go.
  world.at(1).set("ready");
  assert.deepEqual(world.live, [1]);
  assert.equal(world.picker?.only, world.at(1));
});

test("pick_first: the families take turns", () => {
  const world = new World("pick_first");
  const hosts = ["::1", "::2", "::3", "10.0.0.1"];
  const endpoints = hosts.map((host) => ({ addresses: [{ kind: "tcp" as const, host, port: 1 }] }));
  world.balancer.update({ endpoints, config: { shuffle: false } });
  assert.deepEqual(
    world.subchannels.map(({ address }) => (address as { host: string }).host),
    ["::1", "10.0.0.1", "::2", "::3"],
  );
});

test("pick_first: shuffled, every server comes first about as often", () => {
  const counts = [0, 0, 0];
  const world = new World("pick_first", { shuffleAddressList: true });
  for (let i = 0; i < 900; i++) {
    world.resolve(1, 2, 3);
    const first = world.subchannels.find(({ released }) => !released) as FakeSubchannel;
    counts[(first.address as { port: number }).port - 1]++;
    world.resolve();
  }
  for (const count of counts) assert.ok(Math.abs(count - 300) < 60, counts.join());
});

test("least_request: a server that is slow to answer gets less", () => {
  const world = new World("least_request", { choiceCount: 3 });
  world.resolve(1, 2);
  world.at(1).set("ready");
  world.at(2).set("ready");
  const counts = new Map<unknown, number>();
  for (let i = 0; i < 1_000; i++) {
    const ends: OnPickedEnd[] = [];
    const port = world.pick(undefined, ends);
    counts.set(port, (counts.get(port) ?? 0) + 1);
    // The calls of server 1 never end.
    if (port === 2) for (const onEnd of ends) onEnd(undefined);
  }
  assert.ok((counts.get(1) ?? 0) < 200, `${[...counts]}`);
});

test("ring_hash: one key, one server; keys are spread; only servers that are asked for are connected", async () => {
  const world = new World("ring_hash", { requestHashHeader: "x-key" });
  const ports = [1, 2, 3, 4];
  world.resolve(...ports);
  assert.equal(world.subchannels.length, 0);
  const key = (text: string) => new Metadata({ "x-key": text });
  assert.equal(world.pick(key("a")), "wait");
  await Promise.resolve();
  assert.equal(world.live.length, 1);
  for (const port of ports) {
    for (let i = 0; !world.live.includes(port) && i < 100; i++) {
      world.pick(key(`${port} ${i}`));
      await Promise.resolve();
    }
    world.at(port).set("ready");
  }
  const counts = new Map<unknown, number>();
  for (let i = 0; i < 4_000; i++) {
    const port = world.pick(key(`key ${i}`));
    assert.equal(world.pick(key(`key ${i}`)), port);
    counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  for (const port of ports) assert.ok((counts.get(port) ?? 0) > 700, `${[...counts]}`);
});

test("random_subsetting: even over clients, and an update moves little", () => {
  const endpoints = Array.from({ length: 20 }, (_, port) => endpoint(port));
  const counts = new Array<number>(20).fill(0);
  let moved = 0;
  for (let client = 0; client < 1_000; client++) {
    const subset = subsetOf(endpoints, 5, client * 2_654_435_761);
    assert.equal(subset.length, 5);
    for (const each of subset) counts[endpoints.indexOf(each)]++;
    const after = subsetOf(endpoints.slice(1), 5, client * 2_654_435_761);
    moved += after.filter((each) => !subset.includes(each)).length;
  }
  for (const count of counts) assert.ok(Math.abs(count - 250) < 70, counts.join());
  // Only where the server that left was one of the five, and then only that one.
  assert.equal(moved, counts[0]);
});
