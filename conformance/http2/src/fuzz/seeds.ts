import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The file in which a target's inputs are kept that have shown something new: one a line, in hexadecimal. */
function fileOf(target: string): string {
  return fileURLToPath(new URL(`../../seeds/${target}.hex`, import.meta.url));
}

/** The inputs that are kept for a target. */
export function loadSeeds(target: string): Uint8Array[] {
  let text: string;
  try {
    text = readFileSync(fileOf(target), "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => new Uint8Array(Buffer.from(line, "hex")));
}

/** Keeps an input. */
export function keepSeed(target: string, input: Uint8Array): void {
  mkdirSync(new URL("../../seeds", import.meta.url), { recursive: true });
  appendFileSync(fileOf(target), `${Buffer.from(input).toString("hex")}\n`);
}

/** Keeps these inputs and no others. */
export function replaceSeeds(target: string, inputs: readonly Uint8Array[]): void {
  writeFileSync(fileOf(target), inputs.map((input) => `${Buffer.from(input).toString("hex")}\n`).join(""));
}
