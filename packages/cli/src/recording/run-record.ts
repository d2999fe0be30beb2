import { type Channel, type Code, codeName, createServer, type Metadata } from "hawser";
import { createDynamicTypes, decode } from "hawser/protobuf";
import { ServerReflection, ServerReflectionV1Alpha } from "hawser/services";
import { FileDescriptorSet } from "hawser/wkt";
import { colorsFor } from "../colors.js";
import { corsOf, type ListenFlags, listenOn } from "../connect/listen-flags.js";
import { runBeside } from "../connect/run-beside.js";
import { EXIT_INTERRUPTED, type Interrupt } from "../connect/until-interrupted.js";
import { targetSchema } from "../console/target-schema.js";
import type { Contract } from "../contract/contract.js";
import { EXIT_DONE, EXIT_FAILED } from "../exit-code.js";
import { OWN_SERVICES } from "../mock/mock-schema.js";
import { passService } from "../proxy/pass-service.js";
import { printError, printJson } from "../report-error.js";
import { CallRecorder, type RecordedEnd } from "./call-recorder.js";
import type { CallLine } from "./recording-format.js";
import { RecordingWriter } from "./recording-writer.js";

/** After Ctrl-C running calls may take so long to end. */
const GRACE_MS = 1000;

/** Where `hawser record` listens if nobody says: not where its target may well be. */
export const RECORD_ADDRESS = "127.0.0.1:8081";

/** What is recorded, and how. */
export interface RecordPlan {
  /** As the user named it. */
  readonly target: string;
  readonly channel: Channel;
  readonly contract: Contract;
  /** Sent with every call beside what clients send. */
  readonly metadata: Metadata;
  readonly interrupt: Interrupt;
  readonly redacted: ReadonlySet<string>;
  readonly flags: RecordFlags;
}

/** The flags of how it is recorded. */
export interface RecordFlags extends ListenFlags {
  readonly out: string;
  readonly force?: true;
  readonly maxCall: number;
  readonly maxSize: number;
  readonly run?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/**
 * Passes calls on and records them until Ctrl-C, or until the command given with `--run` has ended.
 *
 * @returns the exit code
 * @throws CliError if the schema cannot be had, the port cannot be opened or the file not written
 */
export async function runRecord(plan: RecordPlan): Promise<number> {
  const { target, channel, contract, metadata, interrupt, redacted, flags } = plan;
  const { fileDescriptorSet, services } = await targetSchema(contract);
  const registry = createDynamicTypes(decode(FileDescriptorSet, fileDescriptorSet).file);
  let writer: RecordingWriter | undefined;
  const recorder = new CallRecorder({
    registry,
    redacted,
    maxCallBytes: flags.maxCall,
    wants: ({ service }) => !OWN_SERVICES.test(service),
    onCall: (call, ended) => {
      writer?.add(call);
      show(call, ended, flags);
    },
  });
  const server = createServer({ ...corsOf(flags), registry });
  // Tools ask for the schema here as they would there.
  for (const service of [...services.values(), ServerReflection, ServerReflectionV1Alpha]) {
    if (server.services.has(service.typeName)) continue;
    const passed = passService(service, channel, { watcher: recorder, metadata, json: true });
    server.add(passed.service, passed.implementation, passed.options);
  }
  let code: number;
  try {
    const address = await listenOn(server, flags, flags.run === undefined ? RECORD_ADDRESS : "127.0.0.1:0");
    // Now that nothing else can fail: a file that is there is in the way of the next try.
    writer = new RecordingWriter(
      flags.out,
      { target, redacted, schema: fileDescriptorSet },
      { maxBytes: flags.maxSize, force: flags.force === true },
    );
    announce(address, target, flags);
    if (flags.run !== undefined) code = await runBeside(flags.run, address, interrupt.signal);
    else {
      await interrupt.wait();
      code = EXIT_DONE;
    }
  } finally {
    await server.shutdown({ graceMs: GRACE_MS });
    recorder.cutOff();
    writer?.close();
  }
  return report(writer, interrupt.byUser && flags.run !== undefined ? EXIT_INTERRUPTED : code, flags);
}

function announce(address: string, target: string, flags: RecordFlags): void {
  if (flags.json) printJson({ listening: address, target, out: flags.out });
  // What the command beside prints is all that is wanted then.
  else if (flags.run === undefined) {
    process.stdout.write(`${colorsFor(process.stdout).bold(address)} passes calls on to ${target}\n`);
  }
}

function show(call: CallLine, { code, message, ms }: RecordedEnd, { json, quiet, run }: RecordFlags): void {
  const status = codeName(code as Code);
  if (json) printJson({ call: call.method, number: call.call, status, message, ms });
  else if (!quiet && run === undefined) {
    const colors = colorsFor(process.stderr);
    const shown = code === 0 ? colors.green(status) : colors.red(status);
    process.stderr.write(`${call.method} ${shown}${message === "" ? "" : `: ${message}`} (${Math.round(ms)} ms)\n`);
  }
}

function report(writer: RecordingWriter, code: number, flags: RecordFlags): number {
  const { calls, stopped } = writer;
  if (flags.json)
    printJson({
      ok: stopped === undefined,
      recorded: calls,
      out: flags.out,
      ...(stopped === undefined ? {} : { stopped }),
    });
  else {
    process.stderr.write(`${calls} ${calls === 1 ? "call" : "calls"} recorded in ${flags.out}\n`);
    if (stopped !== undefined) {
      printError({
        message: `not all calls are recorded: ${stopped}`,
        help: "make room, or allow more: --max-size 1G",
      });
    }
  }
  return stopped !== undefined && code === EXIT_DONE ? EXIT_FAILED : code;
}
