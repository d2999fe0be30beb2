/** Targets `k8s:` against an API server of the test, over real HTTP and HTTPS. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Client, createChannel, createClient, createServer, type NodeServer } from "hawser";
import { makeCertificates } from "./certificates.js";
import { mustExit } from "./exit-check.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";

mustExit();

/** A request to the API server, and what it is answered with. */
interface Asked {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Plays the API server: a test takes one request after the other and answers it by hand. */
class ScriptedApiServer {
  readonly port: number;
  readonly #server: Server;
  readonly #asked: Asked[] = [];
  #wake = (): void => {};

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#asked.push({ url: new URL(String(request.url), "http://x"), request, response });
      this.#wake();
    });
  }

  static async start(server: Server = createHttp()): Promise<ScriptedApiServer> {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ScriptedApiServer(server);
  }

  /** The next request, which must be a list or a watch. */
  async next(kind: "list" | "watch"): Promise<Asked> {
    while (this.#asked.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const asked = this.#asked.shift() as Asked;
    strictEqual(asked.url.searchParams.has("watch") ? "watch" : "list", kind);
    return asked;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

let versions = 100;

interface Pod {
  readonly addresses: readonly string[];
  readonly conditions?: object;
  readonly targetRef?: object;
}

function slice(name: string, addressType: string, ports: readonly object[], endpoints: readonly Pod[]) {
  return { metadata: { name, resourceVersion: String(++versions) }, addressType, ports, endpoints };
}

function list(items: readonly object[], metadata: object = {}): string {
  return JSON.stringify({ kind: "EndpointSliceList", metadata: { resourceVersion: "100", ...metadata }, items });
}

function event(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

const servers: NodeServer[] = [];
after(() => Promise.all(servers.map((server) => server.shutdown({ graceMs: 0 }))));

/** A pod: it answers with its number. */
async function pod(number: bigint, host = "127.0.0.1"): Promise<number> {
  const server = createServer().add(Interop, { unary: () => ({ id: number }) });
  servers.push(server);
  return (await server.listen(host.includes(":") ? `[${host}]:0` : `${host}:0`)).port;
}

async function answers(client: Client<typeof Interop>, wanted: readonly bigint[]): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    const seen = new Set<bigint>();
    for (let call = 0; call < 3 * wanted.length; call++) {
      seen.add((await client.unary({}, { waitForReady: true, timeoutMs: 30_000 })).id);
    }
    if ([...seen].sort().join() === wanted.join()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  ok(false, `the pods ${wanted.join()} were never those that answered`);
}

const ROUND_ROBIN = { loadBalancingConfig: [{ round_robin: {} }] };

test("list, watch, bookmarks, 410 Gone, and an API server that is away", async (t) => {
  const api = await ScriptedApiServer.start();
  const [one, two] = [await pod(1n), await pod(2n)];
  const warnings: string[] = [];
  const channel = createChannel("k8s:///notes.prod:grpc", {
    kubernetes: { apiServer: `http://127.0.0.1:${api.port}` },
    serviceConfig: ROUND_ROBIN,
    onWarning: (message) => warnings.push(message),
  });
  t.after(async () => {
    await channel.close();
    api.close();
  });
  const client = createClient(Interop, channel);
  channel.connect();

  // The list comes in pages; ports of the same name may differ from slice to slice.
  const first = await api.next("list");
  strictEqual(first.url.pathname, "/apis/discovery.k8s.io/v1/namespaces/prod/endpointslices");
  strictEqual(first.url.searchParams.get("labelSelector"), "kubernetes.io/service-name=notes");
  strictEqual(first.request.headers.authorization, undefined);
  const http = { name: "http", port: 1 };
  const a = slice("a", "IPv4", [http, { name: "grpc", port: one }], [{ addresses: ["127.0.0.1"] }]);
  first.response.end(list([a], { continue: "more" }));
  const second = await api.next("list");
  strictEqual(second.url.searchParams.get("continue"), "more");
  const b = slice(
    "b",
    "IPv4",
    [{ name: "grpc", port: two }],
    [{ addresses: ["127.0.0.1"], conditions: { ready: true } }],
  );
  second.response.end(list([b], { resourceVersion: "150" }));
  let watch = await api.next("watch");
  strictEqual(watch.url.searchParams.get("resourceVersion"), "150");
  strictEqual(watch.url.searchParams.get("allowWatchBookmarks"), "true");
  await answers(client, [1n, 2n]);

  // Not ready: out. An event may come in pieces.
  const text = event("MODIFIED", { ...b, endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready: false } }] });
  watch.response.write(text.slice(0, 20));
  watch.response.write(text.slice(20));
  await answers(client, [1n]);
  watch.response.write(event("DELETED", a));
  watch.response.write(event("MODIFIED", b));
  await answers(client, [2n]);

  // The connection is lost: the watch goes on from the last bookmark.
  watch.response.write(event("BOOKMARK", { metadata: { resourceVersion: "777" } }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  watch.response.destroy();
  watch = await api.next("watch");
  strictEqual(watch.url.searchParams.get("resourceVersion"), "777");

  // Too old: a new list, without what is gone.
  watch.response.end(event("ERROR", { kind: "Status", code: 410, message: "too old resource version" }));
  (await api.next("list")).response.end(list([a]));
  watch = await api.next("watch");
  await answers(client, [1n]);
  watch.response.statusCode = 410;
  watch.response.end("{}");
  (await api.next("list")).response.end(list([a, b]));
  watch = await api.next("watch");
  await answers(client, [1n, 2n]);

  // It fails in other ways: what is known stays in use, and somebody is told.
  watch.response.write("this is no JSON\n");
  watch.response.end();
  const again = await api.next("list");
  again.response.statusCode = 403;
  again.response.end(JSON.stringify({ kind: "Status", message: "endpointslices is forbidden" }));
  await answers(client, [1n, 2n]);
  (await api.next("list")).response.end(list([b]));
  await api.next("watch");
  await answers(client, [2n]);
  match(warnings.join("\n"), /notes in the namespace prod .*no JSON/);
  match(warnings.join("\n"), /answered 403: endpointslices is forbidden \(the service account needs/);
});

test("in a pod: token, authority and namespace from their files, each read anew; TLS checked", async (t) => {
  const certificates = await makeCertificates();
  const api = await ScriptedApiServer.start(createHttps(certificates.server));
  const folder = mkdtempSync(join(tmpdir(), "hawser-k8s-"));
  const write = (name: string, value: string) => writeFileSync(join(folder, name), value);
  write("token", "first\n");
  write("ca.crt", certificates.ca);
  write("namespace", "own");
  const port = await pod(5n);
  process.env.KUBERNETES_SERVICE_HOST = "127.0.0.1";
  process.env.KUBERNETES_SERVICE_PORT = String(api.port);
  const channel = createChannel("k8s:///notes", { kubernetes: { credentialsDirectory: folder } });
  t.after(async () => {
    delete process.env.KUBERNETES_SERVICE_HOST;
    delete process.env.KUBERNETES_SERVICE_PORT;
    await channel.close();
    api.close();
    rmSync(folder, { recursive: true });
  });
  const call = createClient(Interop, channel).unary({}, { timeoutMs: 60_000 });
  const first = await api.next("list");
  match(first.url.pathname, /namespaces\/own\//);
  strictEqual(first.request.headers.authorization, "Bearer first");
  write("token", "second");
  first.response.end(list([slice("a", "IPv4", [{ port }], [{ addresses: ["127.0.0.1"] }])]));
  strictEqual((await api.next("watch")).request.headers.authorization, "Bearer second");
  strictEqual((await call).id, 5n);

  // An API server that somebody else has signed gets no token.
  write("ca.crt", certificates.stranger.cert);
  const other = createChannel("k8s:///other", { kubernetes: { credentialsDirectory: folder } });
  t.after(() => other.close());
  await rejects(createClient(Interop, other).unary({}, { timeoutMs: 60_000 }), /service other .*certificate/);
});

test("conditions, families and ports of slices", async (t) => {
  const api = await ScriptedApiServer.start();
  t.after(() => api.close());
  const kubernetes = { apiServer: `http://127.0.0.1:${api.port}` };
  const port = await pod(1n);
  const at = (target: string) => {
    const channel = createChannel(target, { kubernetes, serviceConfig: ROUND_ROBIN });
    t.after(() => channel.close());
    return createClient(Interop, channel);
  };
  // A pod with an address of each family is one endpoint: nobody listens on its IPv6 one, and all calls go through.
  const dual = at(`k8s:///dual.ns:${port}`).unary({}, { timeoutMs: 60_000 });
  const ref = { targetRef: { kind: "Pod", uid: "u1" } };
  (await api.next("list")).response.end(
    list([
      slice("six", "IPv6", [{ port: 1 }], [{ addresses: ["::1"], ...ref }]),
      slice("four", "IPv4", [{ port: 1 }], [{ addresses: ["127.0.0.1"], ...ref }]),
      slice("odd", "IPX", [], [{ addresses: ["x"] }]),
      null as never,
      { metadata: { name: "empty" }, endpoints: null, ports: null } as never,
    ]),
  );
  await api.next("watch");
  strictEqual((await dual).id, 1n);

  // All pods are ending: those that still serve are better than none.
  const ending = at("k8s:///ending.ns").unary({}, { timeoutMs: 60_000 });
  const conditions = { ready: false, serving: true, terminating: true };
  (await api.next("list")).response.end(
    list([
      slice(
        "a",
        "IPv4",
        [{ port }],
        [
          { addresses: ["127.0.0.1"], conditions },
          { addresses: ["127.0.0.9"], conditions: { ready: false, serving: false, terminating: true } },
        ],
      ),
    ]),
  );
  await api.next("watch");
  strictEqual((await ending).id, 1n);

  const several = at("k8s:///several.ns").unary({}, { timeoutMs: 60_000 });
  const ports = [
    { name: "grpc", port },
    { name: "http", port: 80 },
  ];
  (await api.next("list")).response.end(list([slice("a", "IPv4", ports, [{ addresses: ["127.0.0.1"] }])]));
  await rejects(several, /several ports \(grpc, http\): name one in the target/);
  deepStrictEqual(
    ["k8s:///", "k8s:///A.b", "k8s:///a.b:0", "k8s:///a.b:70000", "k8s://x/a.b"].filter((target) => {
      try {
        createChannel(target);
        return true;
      } catch {
        return false;
      }
    }),
    [],
  );
});
