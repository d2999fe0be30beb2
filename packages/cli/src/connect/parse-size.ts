import { InvalidArgumentError } from "commander";

const UNITS = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;

/** Commander's parser of sizes: `64k`, `4M`, `1G`; a bare number is bytes. Gives bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:([kmg])(?:i?b)?|b)?$/i.exec(text);
  const bytes =
    match === null
      ? Number.NaN
      : Math.floor(Number(match[1]) * UNITS[(match[2] ?? "").toLowerCase() as keyof typeof UNITS]);
  if (!(bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER)) {
    throw new InvalidArgumentError("Give a size above 0 as 64k, 4M or 1G.");
  }
  return bytes;
}
