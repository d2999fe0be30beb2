import { createServer } from "hawser";
import { addHealth, addReflection } from "hawser/services";
import type { CliError } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import { corsOf, type ListenFlags, listenOn } from "../connect/listen-flags.js";
import { runBeside } from "../connect/run-beside.js";
import { EXIT_INTERRUPTED, Interrupt } from "../connect/until-interrupted.js";
import { printError, printJson } from "../report-error.js";
import { type CallLog, jsonLog, textLog } from "./call-log.js";
import type { Answerer } from "./mock-call.js";
import type { MockSchema } from "./mock-schema.js";
import { addMockServices } from "./mock-services.js";
import type { ScriptSource } from "./script/script-source.js";

/** After Ctrl-C running calls may take so long to end. */
const GRACE_MS = 1000;

/** What is served, and how. */
export interface MockPlan {
  readonly schema: MockSchema;
  /** Asked in this order. */
  readonly answerers: readonly Answerer[];
  /** Read again when it changes. */
  readonly script?: ScriptSource | undefined;
  readonly flags: MockServerFlags;
}

/** The flags of how it is served. */
export interface MockServerFlags extends ListenFlags {
  readonly run?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/**
 * Serves until Ctrl-C, or until the command given with `--run` has ended.
 *
 * @returns the exit code
 * @throws CliError if the port cannot be opened
 */
export async function runMock({ schema, answerers, script, flags }: MockPlan): Promise<number> {
  const { quiet, json, run } = flags;
  const log: CallLog = json ? jsonLog() : quiet ? () => {} : textLog();
  const server = createServer({ ...corsOf(flags), onError: reportFault, registry: schema.types });
  addMockServices(server, schema.services, answerers, log);
  addReflection(server, { files: schema.files.flatMap(({ name }) => schema.types.file(name ?? "") ?? []) });
  addHealth(server);
  using interrupt = new Interrupt();
  try {
    await script?.follow({
      onReload: (rules) => tell(flags, { reloaded: rules }, `the script has changed: ${rules} rules`),
      onFault: (error) => fault(flags, error),
    });
    const target = await listenOn(server, flags, run === undefined ? undefined : "127.0.0.1:0");
    announce(schema, target, flags);
    if (run !== undefined) {
      const code = await runBeside(run, target, interrupt.signal);
      return interrupt.byUser ? EXIT_INTERRUPTED : code;
    }
    await interrupt.wait();
    return interrupt.byUser ? EXIT_INTERRUPTED : 0;
  } finally {
    await script?.close();
    await server.shutdown({ graceMs: GRACE_MS });
  }
}

function announce({ services }: MockSchema, target: string, flags: MockServerFlags): void {
  const names = services.map(({ typeName }) => typeName);
  if (flags.json) {
    printJson({ listening: target, services: names });
    return;
  }
  // What the command beside prints is all that is wanted then.
  if (flags.run !== undefined) return;
  const colors = colorsFor(process.stdout);
  const shown = names.length > 10 ? `${names.slice(0, 10).join(", ")} and ${names.length - 10} more` : names.join(", ");
  process.stdout.write(`${colors.bold(target)} answers for ${shown}\n`);
}

function tell(flags: MockServerFlags, value: object, text: string): void {
  if (flags.json) printJson(value);
  else if (!flags.quiet) process.stderr.write(`${colorsFor(process.stderr).dim(text)}\n`);
}

function fault(flags: MockServerFlags, error: CliError): void {
  if (flags.json) printJson({ fault: { message: error.message, help: error.help } });
  else printError({ message: error.message, help: `${error.help}; until then the script is used as it was` });
}

function reportFault(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  printError({ message: `an answer could not be sent: ${message}`, help: "correct the script, or report it" });
}
