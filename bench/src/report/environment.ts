import { cpus, loadavg, type as osType, release, totalmem } from "node:os";
import { findPackage } from "../installed-package.js";
import type { Stack } from "../stack.js";

/** Where and when a run took place: without it a figure means nothing. */
export interface Environment {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly node: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  /** The load of the last minute before the run: what else the machine was doing. */
  readonly load: number;
  readonly rounds: number;
  readonly measureMs: number;
  /** Versions of the packages of all stacks. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Describes this machine and this run. */
export function describeEnvironment(
  stacks: readonly Stack[],
  settings: Pick<Environment, "rounds" | "measureMs">,
): Environment {
  return {
    date: new Date().toISOString(),
    node: process.version,
    os: `${osType()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    load: Math.round(loadavg()[0]! * 100) / 100,
    ...settings,
    versions: versionsOf(stacks.flatMap(({ packages }) => packages)),
  };
}

function versionsOf(names: readonly string[]): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const name of names) {
    const installed = findPackage(name);
    if (installed !== undefined) versions[name] = installed.version;
  }
  return versions;
}
