/** A channel of which the test plays every part, and the cases that every balancer must pass. */
import assert from "node:assert/strict";
import type { Clock } from "../../base/clock.js";
import type { OrcaLoadReport } from "../../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import type { RpcEvent } from "../../rpc/event.js";
import { Metadata } from "../../rpc/metadata.js";
import { type Address, addressText, type Endpoint } from "../address.js";
import type { OnPickedEnd, PickInfo } from "../call-channel.js";
import type { ChannelWatch } from "../call-trace.js";
import type {
  Balancer,
  BalancerHelper,
  HealthListener,
  LoadListener,
  Pick,
  Picker,
  Subchannel,
  SubchannelHealth,
  SubchannelListener,
  SubchannelState,
} from "./balancer.js";
import { chooseBalancer } from "./balancer-registry.js";

/** A subchannel whose state, health and load the test sets. */
export class FakeSubchannel implements Subchannel {
  readonly address: Address;
  readonly base: Subchannel["base"] = { take: () => true };
  state: SubchannelState = { kind: "idle" };
  health: SubchannelHealth = { kind: "ready" };
  connects = 0;
  released = false;
  /** How often each load listener wants to hear. */
  readonly loadListeners: Map<LoadListener, number> = new Map();
  readonly #listener: SubchannelListener;
  readonly #healthListeners = new Set<HealthListener>();

  constructor(address: Address, listener: SubchannelListener) {
    this.address = address;
    this.#listener = listener;
  }

  connect(): void {
    if (this.state.kind !== "idle") return;
    this.connects++;
    this.set("connecting");
  }

  watchHealth(listener: HealthListener): () => void {
    this.#healthListeners.add(listener);
    listener(this.health);
    return () => this.#healthListeners.delete(listener);
  }

  watchLoad(intervalMs: number, listener: LoadListener): () => void {
    this.loadListeners.set(listener, intervalMs);
    return () => this.loadListeners.delete(listener);
  }

  release(): void {
    this.released = true;
    this.#healthListeners.clear();
    this.loadListeners.clear();
  }

  set(kind: SubchannelState["kind"]): void {
    this.state = kind === "transient_failure" ? { kind, failure: failureOf("refused", this.address) } : { kind };
    if (!this.released) this.#listener(this.state);
  }

  setHealth(kind: SubchannelHealth["kind"]): void {
    this.health = kind === "transient_failure" ? { kind, failure: failureOf("unhealthy", this.address) } : { kind };
    for (const listener of [...this.#healthListeners]) listener(this.health);
  }

  report(report: Partial<OrcaLoadReport>): void {
    const whole: OrcaLoadReport = {
      cpuUtilization: 0,
      memUtilization: 0,
      rps: 0n,
      requestCost: {},
      utilization: {},
      rpsFractional: 0,
      eps: 0,
      namedMetrics: {},
      applicationUtilization: 0,
      ...report,
    };
    for (const listener of [...this.loadListeners.keys()]) listener(whole);
  }
}

function failureOf(word: string, address: Address) {
  return { code: 10, message: `${word} by ${addressText(address)}`, origin: "connection" as const, unprocessed: true };
}

/** Channel, resolver and network of one balancer. */
export class World implements BalancerHelper {
  readonly subchannels: FakeSubchannel[] = [];
  readonly balancer: Balancer;
  state = "none";
  /** All states that the balancer has told, each once in a row. */
  readonly states: string[] = [];
  picker: Picker | undefined;
  resolutions = 0;
  readonly events: RpcEvent[] = [];
  readonly watch: ChannelWatch = { observer: { onEvent: (event) => this.events.push(event) }, target: "test" };
  /** What further endpoints are called; the balancer `priority` goes by it. */
  group = "a";
  #config: unknown;
  #seed = 7;
  #nowMs = 1_000;
  #timers: { readonly dueMs: number; readonly task: () => void }[] = [];

  constructor(policy: string, config: object = {}) {
    const choice = chooseBalancer([{ [policy]: config }], "test");
    this.#config = choice.config;
    this.balancer = choice.policy.create(this);
  }

  readonly clock: Clock = {
    now: () => this.#nowMs,
    schedule: (task, delayMs) => {
      const timer = { dueMs: this.#nowMs + delayMs, task };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      };
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
    if (this.state !== state) this.states.push(state);
    this.state = state;
    this.picker = picker;
  }

  requestResolution(): void {
    this.resolutions++;
  }

  resolve(...ports: number[]): boolean {
    return this.resolveTo(ports.map((port) => endpoint(port, this.group)));
  }

  resolveTo(endpoints: readonly Endpoint[]): boolean {
    return this.balancer.update({ endpoints, config: this.#config });
  }

  /** The configuration of the updates to come. */
  configure(policy: string, config: object): void {
    this.#config = chooseBalancer([{ [policy]: config }], "test").config;
  }

  get timers(): number {
    return this.#timers.length;
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#timers.filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
    }
    this.#nowMs = untilMs;
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

  pickOf(metadata?: Metadata): Pick {
    return (this.picker as Picker).pick({ metadata } as PickInfo);
  }

  /** Where a call goes: a port, or the kind of the pick. */
  pick(metadata?: Metadata, ends?: OnPickedEnd[]): number | string {
    const pick = this.pickOf(metadata);
    if (pick.kind !== "subchannel") return pick.kind;
    if (pick.onEnd !== undefined) ends?.push(pick.onEnd);
    return (pick.subchannel.address as { port: number }).port;
  }

  /** How many of `calls` calls go to each port, or where else; they end at once, with `end`. */
  count(calls: number, end?: Parameters<OnPickedEnd>[0]): Map<number | string, number> {
    const counts = new Map<number | string, number>();
    for (let i = 0; i < calls; i++) {
      const ends: OnPickedEnd[] = [];
      const where = this.pick(undefined, ends);
      counts.set(where, (counts.get(where) ?? 0) + 1);
      for (const onEnd of ends) onEnd(end);
    }
    return counts;
  }

  /** Lets whatever waits for a call or a moment connect. */
  async wake(): Promise<void> {
    for (let i = 0; i < 6 && this.state !== "ready"; i++) {
      this.pick(new Metadata({ "x-key": `wake ${i}` }));
      for (let turn = 0; turn < 3; turn++) await Promise.resolve();
      this.advance(300);
    }
  }

  /** Everything that connects does so; what waits its turn is given it. */
  async connectAll(...ports: number[]): Promise<void> {
    for (let i = 0; i < 200; i++) {
      const left = ports.filter((port) => !this.live.includes(port) || this.at(port).state.kind !== "ready");
      if (left.length === 0) return;
      this.pick(new Metadata({ "x-key": `connect ${i}` }));
      for (let turn = 0; turn < 3; turn++) await Promise.resolve();
      for (const port of left) {
        if (this.live.includes(port) && this.at(port).state.kind === "connecting") this.at(port).set("ready");
      }
    }
    assert.fail(`not all of ${ports} were connected: ${this.live}`);
  }

  /** All that connects is refused, whenever it tries, until the balancer has given up. */
  async failAll(): Promise<void> {
    for (let i = 0; i < 8; i++) {
      await this.wake();
      for (const subchannel of [...this.subchannels]) {
        if (!subchannel.released && subchannel.state.kind === "connecting") subchannel.set("transient_failure");
      }
    }
  }
}

/** A server on `port`. */
export function endpoint(port: number, group: string = "a"): Endpoint {
  return { addresses: [{ kind: "tcp", host: "10.0.0.1", port }], group };
}

/** A case that every balancer must pass. */
export interface BalancerCase {
  readonly name: string;
  run(world: World): Promise<void> | void;
}

/** In the order of a balancer's life. */
export const BALANCER_CASES: readonly BalancerCase[] = [
  {
    name: "calls wait, then go to what is ready",
    async run(world) {
      assert.equal(world.resolve(1, 2), true);
      assert.equal(world.pick(), "wait");
      await world.wake();
      assert.equal(world.state, "connecting");
      world.at(world.live[0] as number).set("ready");
      assert.equal(world.state, "ready");
      assert.equal(world.pick(), world.live[0]);
    },
  },
  {
    name: "when all have failed it says so, with a cause, asks for other addresses, and recovers by itself",
    async run(world) {
      world.resolve(1, 2);
      await world.failAll();
      assert.equal(world.state, "transient_failure");
      const pick = world.pickOf();
      assert.equal(pick.kind, "fail");
      assert.match(pick.kind === "fail" ? pick.message : "", /refused by 10\.0\.0\.1:/);
      assert.ok(world.resolutions > 0);
      // After the backoff it is tried again, without a call, and the failure is told until it is ready (gRFC A62).
      const port = world.live.at(-1) as number;
      world.at(port).set("idle");
      assert.equal(world.at(port).state.kind, "connecting");
      assert.equal(world.state, "transient_failure");
      world.at(port).set("ready");
      assert.equal(world.state, "ready");
      assert.equal(world.pick(), port);
    },
  },
  {
    name: "a call that waits for ready is failed, never dropped, so that it goes on waiting, and is placed in the end",
    async run(world) {
      world.resolve(1);
      await world.failAll();
      assert.equal(world.pick(), "fail");
      world.at(1).set("idle");
      assert.equal(world.pick(), "fail");
      world.at(1).set("ready");
      assert.equal(world.pick(), 1);
    },
  },
  {
    name: "no addresses: calls fail, others are asked for; addresses that come later are used",
    async run(world) {
      assert.equal(world.resolve(), false);
      assert.equal(world.state, "transient_failure");
      assert.equal(world.pick(), "fail");
      assert.equal(world.resolve(1), true);
      await world.connectAll(1);
      assert.equal(world.pick(), 1);
    },
  },
  {
    name: "the last address goes: its connection is let go, and calls fail",
    async run(world) {
      world.resolve(1);
      await world.connectAll(1);
      assert.equal(world.resolve(), false);
      assert.deepEqual(world.live, []);
      assert.equal(world.pick(), "fail");
    },
  },
  {
    name: "the resolver fails before it has found anything: calls are told why; afterwards it changes nothing",
    async run(world) {
      world.balancer.resolverError("NXDOMAIN for the test", undefined);
      if (world.state !== "none") {
        const pick = world.pickOf();
        assert.match(pick.kind === "fail" ? pick.message : "", /NXDOMAIN/);
      }
      world.resolve(1);
      await world.connectAll(1);
      world.balancer.resolverError("NXDOMAIN for the test", undefined);
      assert.equal(world.state, "ready");
      assert.equal(world.pick(), 1);
    },
  },
  {
    name: "GOAWAY: a lost connection is made again, and other addresses are asked for",
    async run(world) {
      world.resolve(1);
      await world.connectAll(1);
      const before = world.resolutions;
      world.at(1).set("idle");
      assert.notEqual(world.state, "ready");
      assert.ok(world.resolutions > before);
      await world.connectAll(1);
      assert.equal(world.pick(), 1);
    },
  },
  {
    name: "exitIdle connects what is idle, and is harmless at any time",
    async run(world) {
      world.balancer.exitIdle();
      world.resolve(1);
      world.balancer.exitIdle();
      assert.equal(world.at(1).state.kind, "connecting");
      world.balancer.exitIdle();
      await world.connectAll(1);
      world.balancer.exitIdle();
      assert.equal(world.state, "ready");
      world.at(1).set("idle");
      world.balancer.exitIdle();
      assert.equal(world.at(1).state.kind, "connecting");
    },
  },
  {
    name: "an update keeps the connections of servers that stay, lets go those that left, and takes up new ones",
    async run(world) {
      world.resolve(1, 2);
      await world.wake();
      const kept = world.at(world.live[0] as number);
      kept.set("ready");
      const port = (kept.address as { port: number }).port;
      const left = port === 1 ? 2 : 1;
      world.resolve(3, port);
      assert.equal(kept.released, false);
      assert.ok(!world.live.includes(left));
      assert.equal(world.pick(), port);
      world.resolve(3);
      assert.ok(!world.live.includes(port));
      await world.connectAll(3);
      assert.equal(world.pick(), 3);
    },
  },
  {
    name: "an update while it connects, and the same address twice",
    async run(world) {
      world.resolve(1, 2);
      world.resolve(2, 2, 3);
      assert.ok(!world.live.includes(1));
      assert.equal(world.live.length, new Set(world.live).size);
      await world.wake();
      const port = world.live[0] as number;
      world.at(port).set("ready");
      assert.equal(world.pick(), port);
    },
  },
  {
    name: "the same addresses again: nothing is made anew",
    async run(world) {
      world.resolve(1, 2);
      await world.wake();
      world.at(world.live[0] as number).set("ready");
      const count = world.subchannels.length;
      world.resolve(1, 2);
      assert.equal(world.subchannels.length, count);
      assert.equal(world.state, "ready");
    },
  },
  {
    name: "closed: every subchannel is released, no timer is left, and nothing that comes late is said",
    async run(world) {
      world.resolve(1, 2);
      await world.wake();
      world.at(world.live[0] as number).set("ready");
      const { state, picker } = world;
      world.balancer.close();
      assert.deepEqual(world.live, []);
      for (const subchannel of world.subchannels) subchannel.set("transient_failure");
      assert.deepEqual([world.state, world.picker], [state, picker]);
      assert.equal(world.timers, 0);
    },
  },
];
