import { asObject, integerAt } from "../config-json.js";
import type { BalancerPolicy, Pick } from "./balancer.js";
import type { EndpointChild } from "./endpoint-children.js";
import { SpreadingBalancer } from "./spreading-balancer.js";

/** The configuration of `least_request`. */
interface LeastRequestConfig {
  readonly choiceCount: number;
}

/** Of a few servers drawn at random the one with the fewest calls under way (gRFC A48). */
export const leastRequest: BalancerPolicy = {
  name: "least_request",
  parseConfig(value): LeastRequestConfig {
    const config = asObject(value, "least_request");
    // More than ten are taken for ten.
    return { choiceCount: Math.min(MAX_CHOICES, integerAt(config, "choiceCount", "least_request", 2) ?? 2) };
  },
  create(helper) {
    /** Calls under way, by endpoint; they go on while pickers come and go. */
    const active = new WeakMap<EndpointChild, { calls: number }>();
    const countOf = (child: EndpointChild) => {
      let count = active.get(child);
      if (count === undefined) active.set(child, (count = { calls: 0 }));
      return count;
    };
    return new SpreadingBalancer(helper, {
      makePicker(ready, config) {
        const { choiceCount } = config as LeastRequestConfig;
        const choices = ready.map((child) => ({ picker: child.picker, count: countOf(child) }));
        return {
          pick(info): Pick {
            let best = choices[Math.floor(helper.random() * choices.length)];
            for (let i = 1; i < choiceCount; i++) {
              const other = choices[Math.floor(helper.random() * choices.length)];
              if (other.count.calls < best.count.calls) best = other;
            }
            const pick = best.picker.pick(info);
            if (pick.kind !== "subchannel") return pick;
            const { count } = best;
            count.calls++;
            return {
              kind: "subchannel",
              subchannel: pick.subchannel,
              onEnd: (end) => {
                count.calls--;
                pick.onEnd?.(end);
              },
            };
          },
        };
      },
    });
  },
};

const MAX_CHOICES = 10;
