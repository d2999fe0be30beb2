import type { OrcaLoadReport } from "../../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import type { ChannelWatch } from "../call-trace.js";
import { asObject, booleanAt, durationAt, listAt, numberAt, ServiceConfigError } from "../config-json.js";
import { loadReportOf } from "../load-report.js";
import type { BalancerHelper, BalancerPolicy, Pick, Picker } from "./balancer.js";
import type { EndpointChild } from "./endpoint-children.js";
import { EndpointWeight, type WeightRules } from "./endpoint-weight.js";
import { SpreadingBalancer } from "./spreading-balancer.js";
import { StaticStride } from "./static-stride.js";

/** The configuration of `weighted_round_robin`. */
interface WeightedRoundRobinConfig extends WeightRules {
  readonly outOfBand: boolean;
  readonly reportingPeriodMs: number;
  readonly updatePeriodMs: number;
}

/** Each server in its turn, the more often the fewer resources a call costs it: by what servers say of their load (gRFC A58). */
export const weightedRoundRobin: BalancerPolicy = {
  name: "weighted_round_robin",
  parseConfig(value): WeightedRoundRobinConfig {
    const name = "weighted_round_robin";
    const config = asObject(value, name);
    const metricNames = listAt(config, "metricNamesForComputingUtilization", name);
    for (const each of metricNames) {
      if (typeof each !== "string") {
        throw new ServiceConfigError(`${name}.metricNamesForComputingUtilization must be a list of texts`);
      }
    }
    return {
      outOfBand: booleanAt(config, "enableOobLoadReport", name) ?? false,
      reportingPeriodMs: durationAt(config, "oobReportingPeriod", name) ?? 10_000,
      blackoutMs: durationAt(config, "blackoutPeriod", name) ?? 10_000,
      expirationMs: durationAt(config, "weightExpirationPeriod", name) ?? 180_000,
      updatePeriodMs: Math.max(MIN_UPDATE_PERIOD_MS, durationAt(config, "weightUpdatePeriod", name) ?? 1_000),
      errorPenalty: numberAt(config, "errorUtilizationPenalty", name, 0, Number.MAX_VALUE) ?? 1,
      metricNames: metricNames as readonly string[],
    };
  },
  create: (helper) => new Weigher(helper).balancer,
};

/** Keeps the weights of a balancer's servers. */
class Weigher {
  readonly balancer: SpreadingBalancer;
  readonly #helper: BalancerHelper;
  readonly #weights = new WeakMap<EndpointChild, EndpointWeight>();
  #config: WeightedRoundRobinConfig | undefined;
  #picker: WeightedPicker | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Goes on from picker to picker, so that a new one does not begin with the same server (gRFC A58). */
  #sequence: number;
  readonly #nextSequence = (): number => {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  };

  constructor(helper: BalancerHelper) {
    this.#helper = helper;
    this.#sequence = Math.floor(helper.random() * 2 ** 32);
    this.balancer = new SpreadingBalancer(helper, {
      makePicker: (ready, config) => this.#makePicker(ready, config as WeightedRoundRobinConfig),
      onUpdate: (config) => {
        this.#config = config as WeightedRoundRobinConfig;
      },
      onSubchannel: (child, subchannel) => {
        const config = this.#config;
        if (!config?.outOfBand) return;
        subchannel.watchLoad(config.reportingPeriodMs, (report) => this.#onReport(child, report));
      },
      // Whether a server is asked out of band is decided when it is connected.
      mustReplace: (before, after) => {
        const [old, young] = [before as WeightedRoundRobinConfig, after as WeightedRoundRobinConfig];
        return (
          old.outOfBand !== young.outOfBand || (young.outOfBand && old.reportingPeriodMs !== young.reportingPeriodMs)
        );
      },
      onClose: () => this.#cancelTimer?.(),
    });
  }

  #makePicker(ready: readonly EndpointChild[], config: WeightedRoundRobinConfig): Picker {
    const nowMs = this.#helper.clock.now();
    const entries = ready.map((child) => {
      const weight = this.#weightOf(child);
      weight.onReady(child.picker);
      return { picker: child.picker, weight, onReport: (report: OrcaLoadReport) => this.#onReport(child, report) };
    });
    this.#picker = new WeightedPicker(entries, config, this.#nextSequence, this.#helper.watch);
    this.#picker.refresh(nowMs);
    this.#schedule(config.updatePeriodMs);
    return this.#picker;
  }

  #onReport(child: EndpointChild, report: OrcaLoadReport): void {
    if (this.#config !== undefined) this.#weightOf(child).onReport(report, this.#config, this.#helper.clock.now());
  }

  #weightOf(child: EndpointChild): EndpointWeight {
    let weight = this.#weights.get(child);
    if (weight === undefined) this.#weights.set(child, (weight = new EndpointWeight()));
    return weight;
  }

  #schedule(periodMs: number): void {
    this.#cancelTimer?.();
    const { clock } = this.#helper;
    const task = (): void => {
      this.#picker?.refresh(clock.now());
      this.#schedule(periodMs);
    };
    this.#cancelTimer = clock.schedule(task, periodMs, true);
  }
}

interface WeightedEntry {
  readonly picker: Picker;
  readonly weight: EndpointWeight;
  readonly onReport: (report: OrcaLoadReport) => void;
}

class WeightedPicker implements Picker {
  readonly #entries: readonly WeightedEntry[];
  readonly #config: WeightedRoundRobinConfig;
  readonly #nextSequence: () => number;
  readonly #watch: ChannelWatch | undefined;
  /** Undefined while fewer than two weights are known: then it is `round_robin`. */
  #stride: StaticStride | undefined;

  constructor(
    entries: readonly WeightedEntry[],
    config: WeightedRoundRobinConfig,
    nextSequence: () => number,
    watch: ChannelWatch | undefined,
  ) {
    this.#entries = entries;
    this.#config = config;
    this.#nextSequence = nextSequence;
    this.#watch = watch;
  }

  /** Takes the weights as they are now. */
  refresh(nowMs: number): void {
    const standings = this.#watch && this.#entries.map(({ weight }) => weight.standing(this.#config, nowMs));
    const weights = this.#entries.map(({ weight }) => weight.current(this.#config, nowMs));
    const known = weights.filter((weight) => weight > 0).length;
    this.#stride = known < 2 ? undefined : new StaticStride(weights, this.#nextSequence);
    if (this.#watch === undefined || standings === undefined) return;
    this.#watch.observer.onEvent?.({
      type: "weights_updated",
      target: this.#watch.target,
      weights,
      notYetUsable: standings.filter((each) => each === "not_yet_usable").length,
      stale: standings.filter((each) => each === "stale").length,
      fallback: this.#stride === undefined,
    });
  }

  pick(info: Parameters<Picker["pick"]>[0]): Pick {
    const index = this.#stride?.next() ?? this.#nextSequence() % this.#entries.length;
    const { picker, onReport } = this.#entries[index];
    const pick = picker.pick(info);
    if (pick.kind !== "subchannel" || this.#config.outOfBand) return pick;
    return {
      kind: "subchannel",
      subchannel: pick.subchannel,
      onEnd: (end) => {
        const report = end === undefined ? undefined : loadReportOf(end.fields);
        if (report !== undefined) onReport(report);
        pick.onEnd?.(end);
      },
    };
  }
}

/** 100 ms (gRFC A58). */
const MIN_UPDATE_PERIOD_MS = 100;
