import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Result } from "../rounds.js";
import type { Environment } from "./environment.js";

/** bench/results/, which is not checked in. */
const folder = fileURLToPath(new URL("../../../results/", import.meta.url));

/** The whole run as a plain value: environment, every row, every round. */
export function jsonOf(environment: Environment, results: readonly Result[]): unknown {
  return {
    environment,
    workloads: results.map(({ workload, rows, failures }) => ({
      name: workload.name,
      title: workload.title,
      metrics: workload.metrics,
      rows,
      failures,
    })),
  };
}

/** Writes the run into bench/results/ and gives the file's path. */
export function writeJson(environment: Environment, results: readonly Result[]): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${environment.date.replaceAll(":", "-")}.json`;
  writeFileSync(file, `${JSON.stringify(jsonOf(environment, results), null, 2)}\n`);
  return file;
}
