import { InvalidArgumentError } from "commander";

/** Commander's parser of `--speed`: how many times as fast; `max` is without waiting. */
export function parseSpeed(text: string): number {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(speed > 0 && speed <= 1_000_000)) throw new InvalidArgumentError("Give a number above 0, such as 10, or max.");
  return speed;
}
