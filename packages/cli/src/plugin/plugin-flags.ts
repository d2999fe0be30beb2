import { CliError } from "../cli-error.js";
import type { PluginSettings } from "./run-plugin.js";

/** The flags of `hawser generate` about plugins, each as often as it was given. */
export interface PluginFlags {
  /** `NAME` or `NAME=PATH`. */
  readonly plugin?: readonly string[];
  /** `NAME=DIR` */
  readonly pluginOut?: readonly string[];
  /** `NAME=OPTIONS` */
  readonly pluginOpt?: readonly string[];
}

/**
 * The plugins that the flags ask for, in the order of `--plugin-out`.
 *
 * @throws CliError if a flag is incomplete or a plugin has no directory
 */
export function pluginSettings(flags: PluginFlags): PluginSettings[] {
  const outs = (flags.pluginOut ?? []).map((flag) => split("--plugin-out", flag, "DIR"));
  const options = (flags.pluginOpt ?? []).map((flag) => split("--plugin-opt", flag, "OPTIONS"));
  const paths = new Map<string, string | undefined>();
  for (const flag of flags.plugin ?? []) {
    const at = flag.indexOf("=");
    if (at < 0) paths.set(flag, undefined);
    else paths.set(flag.slice(0, at), flag.slice(at + 1));
  }
  const known = new Set(outs.map(([name]) => name));
  for (const name of [...paths.keys(), ...options.map(([option]) => option)]) {
    if (known.has(name)) continue;
    throw new CliError(
      `the plugin ${name} has no directory for its files`,
      `add --plugin-out ${name}=path/to/a/directory`,
    );
  }
  return outs.map(([name, out]) => ({
    name,
    path: paths.get(name),
    out,
    options: options.filter(([option]) => option === name).map(([, value]) => value),
  }));
}

function split(flag: string, value: string, what: string): [name: string, value: string] {
  const at = value.indexOf("=");
  if (at > 0 && at < value.length - 1) return [value.slice(0, at), value.slice(at + 1)];
  throw new CliError(`${flag} ${value} is incomplete`, `write ${flag} NAME=${what}, as in ${flag} es=src/gen`);
}
