import { InvalidArgumentError } from "commander";
import open from "open";
import type { CommandSpec } from "../command.js";
import { bytesAlone } from "../connect/bytes-alone.js";
import { metadataOf } from "../connect/metadata-flags.js";
import { isSecure, openChannel } from "../connect/open-channel.js";
import { openContract } from "../connect/open-contract.js";
import { addServerFlags, type Protocol, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { Interrupt } from "../connect/until-interrupted.js";
import { Protocol as TargetProtocol } from "../console/gen/hawser/console/v1/console.pb.js";
import { serveConsole } from "../console/serve-console.js";
import { printJson } from "../report-error.js";

interface Flags extends ServerFlags {
  readonly port?: number;
  readonly open: boolean;
  readonly json?: true;
}

/** `hawser console`: a page on this machine that shows a server and calls it. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("<target>", "the server")
      .option("-p, --port <port>", "the port of 127.0.0.1 at which the page is; 0 for a free one", parsePort)
      .option("--no-open", "do not open a browser");
    addServerFlags(command);
    command.option("--json", "print where the page is as JSON, on one line");
  },
  run: ([target], flags) => runConsole(target as string, flags),
  sections: [
    {
      title: "The page",
      text: `It is served by this command, at 127.0.0.1 alone, and calls the server through it: whatever the server speaks, and
whether or not it lets browsers in. Pages of other origins are refused. It runs until Ctrl-C.
Without --port it is at the same port each time that it shows the same target, if that is free: a browser keeps history,
saved calls and environments by port.
A Hawser server can have the page itself: server.add(console()), from @hawser/cli/console.`,
    },
    ...SERVER_HELP,
  ],
  exitCodes: [
    {
      code: 1,
      meaning: "the server or the schema is not there, or the port is taken; 64 and the status of reflection",
    },
  ],
  examples: [
    { line: "hawser console localhost:8080", does: "the console of a server with reflection" },
    { line: "hawser console api.example.com:443 --tls --schema proto/", does: "of one without, by its .proto files" },
    {
      line: "hawser console localhost:8080 --no-open --schema gone/",
      does: "a schema that is not there",
      shown: {
        files: {},
        prints:
          "error: the input gone/ does not exist\nhelp: check the path, which is relative to the working directory\n",
        exitCode: 1,
      },
    },
  ],
};

async function runConsole(target: string, flags: Flags): Promise<number> {
  const metadata = metadataOf(flags.header ?? []);
  bytesAlone("console", flags);
  const channel = openChannel(target, flags, { backoff: BACKOFF });
  using interrupt = new Interrupt();
  try {
    const running = await serveConsole(
      {
        name: target.replace(/^https?:\/\//i, ""),
        tls: isSecure(target, flags),
        channel,
        openContract: () => openContract(channel, flags, metadata, interrupt.signal),
        metadata,
        protocol: PROTOCOLS[flags.protocol],
        schemaInputs: flags.schema ?? [],
        protoPaths: flags.protoPath ?? [],
        onLeft: (name, reason) => process.stderr.write(`note: ${name} is not shown: ${reason}\n`),
      },
      flags.port,
    );
    try {
      if (flags.json) printJson({ ok: true, url: running.url, target });
      else process.stdout.write(`The console of ${target} is at ${running.url}; Ctrl-C ends it.\n`);
      if (flags.open) await openPage(running.url);
      await interrupt.wait();
    } finally {
      await running.close();
    }
    return 0;
  } catch (error) {
    if (interrupt.byUser) return 0;
    throw error;
  } finally {
    await channel.close();
  }
}

/** Somebody who has started the server again doesn't want to wait for the console to notice. */
const BACKOFF = { initialMs: 250, maxMs: 2_000 };

/** A machine without a browser is no failure: the page's address was printed. */
async function openPage(url: string): Promise<void> {
  try {
    const child = await open(url);
    child.once("error", () => {});
  } catch {
    process.stderr.write("no browser could be opened: open the page yourself\n");
  }
}

const PROTOCOLS: Readonly<Record<Protocol, TargetProtocol>> = {
  grpc: TargetProtocol.PROTOCOL_GRPC,
  "grpc-web": TargetProtocol.PROTOCOL_GRPC_WEB,
  connect: TargetProtocol.PROTOCOL_CONNECT,
  "connect-json": TargetProtocol.PROTOCOL_CONNECT,
};

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError("Give a port from 0 to 65535.");
  return port;
}
