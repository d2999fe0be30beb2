import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BuildCache } from "../grpc/build-cache.js";
import { MissingToolchain, type Peer, type ReadyPeer, type TlsFiles } from "../grpc/peer.js";
import { freePort, runClient, startServer } from "../grpc/peer-process.js";
import { grpcGo } from "../grpc/peers/grpc-go.js";
import { grpcJs } from "../grpc/peers/grpc-js.js";
import { runTestCase, TEST_CASES, type TestTarget } from "../grpc/test-cases.js";
import { startTestServer } from "../grpc/test-server.js";
import { type Section, table } from "../section.js";
import { caddy } from "./caddy.js";
import { envoy } from "./envoy.js";
import type { ForeignProxy, RunningProxy } from "./foreign-proxy.js";
import { haproxy } from "./haproxy.js";
import { nginx } from "./nginx.js";
import { PROXY_CASES, ServerView } from "./proxy-cases.js";

const PROXIES: readonly ForeignProxy[] = [nginx, haproxy, caddy, envoy];

const PACKAGES = ["nginx-light", "haproxy", "caddy"];

/** The cases that a peer beyond a proxy is put through: all that is about the way, none that is about load or features. */
const PEER_CASES = [
  "empty_unary",
  "large_unary",
  "client_streaming",
  "server_streaming",
  "ping_pong",
  "empty_stream",
  "timeout_on_sleeping_server",
  "cancel_after_begin",
  "cancel_after_first_response",
  "status_code_and_message",
  "special_status_message",
  "custom_metadata",
  "unimplemented_method",
  "unimplemented_service",
];

const CASE_LIMIT_MS = 60_000;

interface ProxyResult {
  readonly pair: string;
  readonly case: string;
  readonly failure: string | undefined;
  readonly lacks: string | undefined;
}

/** Runs the cases through each proxy, two proxies side by side. */
export async function proxySection(cache: BuildCache, tls: TlsFiles): Promise<Section> {
  installProxies();
  const missing: string[] = [];
  const peers: { peer: Peer; ready: ReadyPeer }[] = [];
  for (const peer of [grpcJs, grpcGo]) {
    try {
      peers.push({ peer, ready: await peer.prepare(cache) });
    } catch (error) {
      if (!(error instanceof MissingToolchain)) throw error;
      missing.push(`${peer.name}: ${error.message}`);
    }
  }
  const present: { proxy: ForeignProxy; version: string }[] = [];
  for (const proxy of PROXIES) {
    try {
      present.push({ proxy, version: await proxy.prepare(cache) });
    } catch (error) {
      if (!(error instanceof MissingToolchain)) throw error;
      missing.push(`${proxy.name}: ${error.message}`);
    }
  }
  const results = new Map<ForeignProxy, ProxyResult[]>();
  const waiting = [...present];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.set(next.proxy, await runProxy(next.proxy, peers, tls));
    }
  };
  await Promise.all([worker(), worker()]);

  const all = present.flatMap(({ proxy }) =>
    (results.get(proxy) ?? []).map((result) => ({ ...result, proxy: proxy.name })),
  );
  const rows = [...new Set(all.map(({ pair, case: name }) => `${pair} | ${name}`))];
  const notes: string[] = [];
  const summary = (proxy: string, row: string): string => {
    const result = all.find((each) => each.proxy === proxy && `${each.pair} | ${each.case}` === row);
    if (result === undefined) return "";
    if (result.lacks === undefined) return result.failure === undefined ? "passed" : "**failed**";
    if (!notes.includes(result.lacks)) notes.push(result.lacks);
    return `not let through [${notes.indexOf(result.lacks) + 1}]`;
  };
  const names = present.map(({ proxy }) => proxy.name);
  const pairs = [...new Set(all.map(({ pair }) => pair))];
  const countOf = (pair: string, proxy: string): string => {
    const of = all.filter((each) => each.pair === pair && each.proxy === proxy && TEST_CASES.has(each.case));
    return `${of.filter((each) => each.failure === undefined && each.lacks === undefined).length} of ${of.length}`;
  };
  const markdown = [
    table(
      ["proxy", "version", "reloaded by"],
      present.map(({ proxy, version }) => [proxy.name, version, proxy.reloadedBy]),
    ),
    "Cases of the test service that passed:",
    table(
      ["client → proxy → server", ...names],
      pairs.map((pair) => [pair, ...names.map((name) => countOf(pair, name))]),
    ),
    "What is about the proxy itself, hawser → proxy → hawser:",
    table(
      ["case", ...names],
      Object.keys(PROXY_CASES).flatMap((name) =>
        rows
          .filter((row) => row.endsWith(`| ${name}`))
          .map((row) => [name, ...names.map((proxy) => summary(proxy, row))]),
      ),
    ),
    ...notes.map((note, i) => `[${i + 1}] ${note}.`),
  ].join("\n\n");
  return {
    title: "Through proxies",
    markdown,
    passed: all.filter((each) => each.failure === undefined && each.lacks === undefined).length,
    failed: all
      .filter((each) => each.failure !== undefined)
      .map((each) => `${each.proxy}, ${each.pair}, ${each.case}: ${each.failure}`),
    missing,
  };
}

async function runProxy(
  proxy: ForeignProxy,
  peers: readonly { readonly peer: Peer; readonly ready: ReadyPeer }[],
  tls: TlsFiles,
): Promise<ProxyResult[]> {
  const results: ProxyResult[] = [];
  const add = (pair: string, name: string, failure: string | undefined, lacks = proxy.lacks[name]) =>
    results.push({ pair, case: name, failure: lacks === undefined ? failure : undefined, lacks });

  const view = new ServerView();
  const ours = await startTestServer(undefined, [view.interceptor]);
  await through(proxy, ours.port, tls, async (running, targets, port) => {
    for (const [transport, target] of targets) {
      const pair = `hawser → (${transport}) → hawser`;
      for (const name of TEST_CASES.keys()) {
        add(pair, name, proxy.lacks[name] === undefined ? await runTestCase(name, target) : undefined);
      }
    }
    for (const { peer, ready } of peers) {
      const cases = PEER_CASES.filter((name) => peer.clientLacks[name] === undefined);
      for (const run of ready.clients(cases, port, undefined)) {
        for (const [name, failure] of await runClient(run)) add(`${peer.name} → hawser`, name, failure);
      }
    }
    // Last: a proxy is not quite the same after it was reloaded.
    const target = targets.get("cleartext") as TestTarget;
    for (const [name, run] of Object.entries(PROXY_CASES)) {
      if (proxy.lacks[name] !== undefined) add("hawser → hawser", name, undefined);
      else add("hawser → hawser", name, await bounded(run({ target, view, proxy: running })));
    }
  });
  await ours.close();

  for (const { peer, ready } of peers) {
    const server = await startServer(ready.server(undefined, await freePort()));
    await through(proxy, server.port, tls, async (_running, targets) => {
      for (const name of PEER_CASES) {
        if (peer.serverLacks[name] !== undefined) continue;
        add(`hawser → ${peer.name}`, name, await runTestCase(name, targets.get("cleartext") as TestTarget));
      }
    });
    await server.stop();
  }
  return results;
}

/** Runs `use` with a proxy in front of the server on `origin`. */
async function through(
  proxy: ForeignProxy,
  origin: number,
  tls: TlsFiles,
  use: (running: RunningProxy, targets: ReadonlyMap<string, TestTarget>, cleartext: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `hawser-${proxy.name}-`));
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const running = await proxy.start({ folder, origin, tls, ports });
  try {
    const [cleartext, secured] = ports;
    const ca = readFileSync(tls.ca, "utf8");
    const targets = new Map<string, TestTarget>([
      ["cleartext", { address: `127.0.0.1:${cleartext}`, checksCompression: true }],
      ["TLS", { address: `127.0.0.1:${secured}`, tls: { ca, serverName: tls.serverName }, checksCompression: true }],
    ]);
    await use(running, targets, cleartext);
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bounded(run: Promise<void>): Promise<string | undefined> {
  const timer = new AbortController();
  const late = sleep(CASE_LIMIT_MS, `it did not end within ${CASE_LIMIT_MS} ms`, { signal: timer.signal });
  late.catch(() => {});
  const failure = run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const result = await Promise.race([failure, late]);
  timer.abort();
  return result;
}

/** As root in CI the proxies are installed from Debian; elsewhere what there is is taken. */
function installProxies(): void {
  if (process.env["CI"] !== "true" || process.getuid?.() !== 0) return;
  const absent = ["nginx", "haproxy", "caddy"].filter((name) => spawnSync(name, ["-v"]).error !== undefined);
  if (absent.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options: SpawnSyncOptions = { env, stdio: ["ignore", "ignore", "inherit"], timeout: 600_000 };
  spawnSync("apt-get", ["update", "-qq"], options);
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...PACKAGES], options);
}
