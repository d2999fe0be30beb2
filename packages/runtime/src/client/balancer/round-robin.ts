import { asObject } from "../config-json.js";
import type { BalancerPolicy } from "./balancer.js";
import { SpreadingBalancer } from "./spreading-balancer.js";

/** Each server in its turn, beginning with a random one. */
export const roundRobin: BalancerPolicy = {
  name: "round_robin",
  parseConfig: (config) => asObject(config, "round_robin"),
  create: (helper) =>
    new SpreadingBalancer(helper, {
      makePicker(ready) {
        const pickers = ready.map(({ picker }) => picker);
        let next = Math.floor(helper.random() * pickers.length);
        return {
          pick(info) {
            const picker = pickers[next];
            next = next + 1 === pickers.length ? 0 : next + 1;
            return picker.pick(info);
          },
        };
      },
    }),
};
