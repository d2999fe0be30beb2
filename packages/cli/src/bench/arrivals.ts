import { randomOf } from "../random.js";
import type { LoadProfile } from "./load-profile.js";

/** How calls follow one another at a rate: evenly, or as those of many users who know nothing of one another. */
export type ArrivalKind = "even" | "poisson";

/** When the calls of an open loop are due. */
export class Arrivals {
  readonly #profile: LoadProfile;
  readonly #gap: () => number;
  #amount = 0;

  /** @param seed of the random gaps of `poisson` */
  constructor(profile: LoadProfile, kind: ArrivalKind, seed: number) {
    this.#profile = profile;
    const random = randomOf(seed);
    // The gaps of a Poisson process are exponential, with a mean of one call.
    this.#gap = kind === "even" ? () => 1 : () => -Math.log(1 - random());
  }

  /** When the next call is due, in ms from the beginning; Infinity for never. */
  next(): number {
    const due = this.#profile.timeOf(this.#amount);
    this.#amount += this.#gap();
    return due;
  }
}
