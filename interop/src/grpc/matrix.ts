import { readFileSync } from "node:fs";
import type { BuildCache } from "./build-cache.js";
import { MissingToolchain, type Peer, type ReadyPeer, type TlsFiles } from "./peer.js";
import { freePort, runClient, startServer } from "./peer-process.js";
import { grpcGo } from "./peers/grpc-go.js";
import { grpcJava } from "./peers/grpc-java.js";
import { grpcJs } from "./peers/grpc-js.js";
import { grpcio } from "./peers/grpcio.js";
import { tonic } from "./peers/tonic.js";
import { runTestCase, TEST_CASES } from "./test-cases.js";
import { startTestServer } from "./test-server.js";

export const PEERS: readonly Peer[] = [grpcGo, grpcJava, grpcio, tonic, grpcJs];

/** Who is the client. */
export type Direction = "ours to theirs" | "theirs to ours";

export type Transport = "cleartext" | "TLS";

/** A cell of the matrix. */
export interface Cell {
  readonly peer: string;
  readonly direction: Direction;
  readonly transport: Transport;
  readonly case: string;
  readonly result: "passed" | "failed" | "not offered";
  /** Why it failed, or what the peer lacks. */
  readonly reason: string;
}

/** A peer that took part, or why it did not. */
export interface Participant {
  readonly peer: Peer;
  readonly ready: ReadyPeer | undefined;
  readonly missing: string;
}

/** Builds or installs the peers, one after the other: each build uses all the cores it gets. */
export async function preparePeers(cache: BuildCache, peers: readonly Peer[]): Promise<Participant[]> {
  const participants: Participant[] = [];
  for (const peer of peers) {
    try {
      participants.push({ peer, ready: await peer.prepare(cache), missing: "" });
    } catch (error) {
      if (!(error instanceof MissingToolchain)) throw error;
      participants.push({ peer, ready: undefined, missing: error.message });
    }
  }
  return participants;
}

/** Runs every case of the participants, two jobs side by side. */
export async function runMatrix(
  participants: readonly Participant[],
  tls: TlsFiles,
  cases: readonly string[] = [...TEST_CASES.keys()],
): Promise<Cell[]> {
  const jobs: (() => Promise<Cell[]>)[] = [];
  for (const { peer, ready } of participants) {
    if (ready === undefined) continue;
    for (const transport of ["cleartext", "TLS"] as const) {
      const files = transport === "TLS" ? (ready.tls ?? tls) : undefined;
      jobs.push(
        () => runOurClient(peer, ready, files, cases),
        () => runTheirClient(peer, ready, files, cases),
      );
    }
  }
  const cells: Cell[][] = [];
  let next = 0;
  const worker = async () => {
    while (next < jobs.length) {
      const at = next++;
      cells[at] = await (jobs[at] as () => Promise<Cell[]>)();
    }
  };
  await Promise.all([worker(), worker()]);
  return cells.flat();
}

async function runOurClient(
  peer: Peer,
  ready: ReadyPeer,
  tls: TlsFiles | undefined,
  cases: readonly string[],
): Promise<Cell[]> {
  const cell = cellMaker(peer, "ours to theirs", tls);
  let server: Awaited<ReturnType<typeof startServer>>;
  try {
    server = await startServer(ready.server(tls, await freePort()));
  } catch (error) {
    return cases.map((name) => cell(name, "failed", `its server did not start: ${error}`));
  }
  const cells: Cell[] = [];
  const target = {
    address: `127.0.0.1:${server.port}`,
    ...(tls === undefined ? {} : { tls: { ca: readFileSync(tls.ca, "utf8"), serverName: tls.serverName } }),
    checksCompression: peer.checksCompression,
  };
  for (const name of cases) {
    const lacks = peer.serverLacks[name];
    if (lacks !== undefined) {
      cells.push(cell(name, "not offered", lacks));
      continue;
    }
    const failure = await runTestCase(name, target);
    cells.push(cell(name, failure === undefined ? "passed" : "failed", failure ?? ""));
  }
  await server.stop();
  return cells;
}

async function runTheirClient(
  peer: Peer,
  ready: ReadyPeer,
  tls: TlsFiles | undefined,
  cases: readonly string[],
): Promise<Cell[]> {
  const cell = cellMaker(peer, "theirs to ours", tls);
  const server = await startTestServer(
    tls === undefined ? undefined : { cert: readFileSync(tls.certificate, "utf8"), key: readFileSync(tls.key, "utf8") },
  );
  const offered = cases.filter((name) => peer.clientLacks[name] === undefined);
  const results = new Map<string, string | undefined>();
  for (const run of ready.clients(offered, server.port, tls)) {
    for (const [name, failure] of await runClient(run)) results.set(name, failure);
  }
  await server.close();
  return cases.map((name) => {
    const lacks = peer.clientLacks[name];
    if (lacks !== undefined) return cell(name, "not offered", lacks);
    const failure = results.get(name);
    return cell(name, failure === undefined ? "passed" : "failed", failure ?? "");
  });
}

function cellMaker(peer: Peer, direction: Direction, tls: TlsFiles | undefined) {
  return (name: string, result: Cell["result"], reason: string): Cell => ({
    peer: peer.name,
    direction,
    transport: tls === undefined ? "cleartext" : "TLS",
    case: name,
    result,
    reason,
  });
}
