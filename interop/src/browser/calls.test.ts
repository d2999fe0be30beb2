/** hawser/web in a headless Chromium: calls of all kinds from a page of another origin, by fetch and by WebSocket. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer, type NodeServer } from "hawser";
import type { Browser } from "playwright-core";
import { addInterop, LARGE } from "../hawser-peer.js";
import { addLibrary } from "../library-server.js";
import { newName, observe } from "../script.js";
import type { Ended } from "./calls-page.js";
import {
  bundlePage,
  inChromium,
  launchChromium,
  openPage,
  type ServedPage,
  servePage,
  skipWithoutChromium,
  type WatchedPage,
} from "./chromium.js";

const LIMIT = { timeout: 60_000, skip: skipWithoutChromium };
/** The page's source is a module of this package; it is bundled from what the build made of it. */
const PROGRAM = join(import.meta.dirname, "calls-page.js");
const PROTOCOLS = ["gRPC-Web", "Connect", "Connect JSON", "Connect GET"] as const;
const METADATA = { "h-begin": "ahoy", "t-end": "bye" };

describe(inChromium("hawser/web in Chromium"), { skip: skipWithoutChromium }, () => {
  let browser: Browser;
  let site: ServedPage;
  let server: NodeServer;
  let url: string;
  let watched: WatchedPage;

  before(async () => {
    browser = await launchChromium();
    site = await servePage(await bundlePage(PROGRAM));
    ({ server, url } = await start([site.origin], "127.0.0.1:0"));
    watched = await openPage(browser, site.origin);
  });

  after(async () => {
    await browser?.close();
    await site?.close();
    await server?.shutdown({ graceMs: 0 });
  });

  async function start(origins: string[], address: string): Promise<{ server: NodeServer; url: string }> {
    const made = addLibrary(addInterop(createServer({ cors: { origins }, maxReceiveBytes: LARGE, onError() {} })));
    const { port } = await made.listen(address);
    return { server: made, url: `http://127.0.0.1:${port}` };
  }

  /** Runs one of the page's functions there. */
  function call(name: string, ...args: readonly unknown[]): Promise<Ended> {
    // biome-ignore lint/suspicious/noExplicitAny: the page's own global
    return watched.page.evaluate(([f, all]) => (globalThis as any).calls[f](...all), [name, args] as const);
  }

  /** Nothing was printed that a user would see as an error; then forgets it. */
  function noComplaints(): void {
    assert.deepEqual(watched.complaints.splice(0), []);
  }

  for (const protocol of PROTOCOLS) {
    test(`${protocol}: a unary call with metadata both ways, and a stream of replies`, LIMIT, async () => {
      const unary = await call("unary", url, protocol, METADATA);
      assert.deepEqual(unary, { code: "ok", message: "", ids: [10], header: "ahoy", trailer: "bye" });
      const many = await call("serverStream", url, protocol, { "x-script": "many", "x-count": "500", "x-size": "100" });
      assert.equal(many.code, "ok", many.message);
      assert.deepEqual(
        many.ids,
        Array.from({ length: 500 }, (_, i) => i),
      );
      const left = newName();
      const some = await call(
        "serverStream",
        url,
        protocol,
        { "x-script": "endless", "x-size": "9", "x-call": left },
        3,
      );
      assert.deepEqual(some.ids, [0, 1, 2]);
      await observe(left).cancelled;
      noComplaints();
    });

    test(`${protocol}: an error with details and trailers`, LIMIT, async () => {
      const ended = await call("details", url, protocol);
      assert.equal(ended.code, "NOT_FOUND");
      assert.match(ended.message, /kein Bändchen 東京/);
      assert.deepEqual(ended.details, ["name: unknown"]);
      // A browser prints responses that are no 2xx, and nobody can keep it from that.
      watched.complaints.splice(0);
    });
  }

  test("WebSocket: a stream of requests, small and large ones", LIMIT, async () => {
    const small = await call("clientStream", url, 200, 10, METADATA);
    assert.deepEqual(small, { code: "ok", message: "", ids: [200], header: "ahoy", trailer: "bye" });
    assert.deepEqual((await call("clientStream", url, 0, 0)).ids, [0]);
    assert.deepEqual((await call("clientStream", url, 20, 1 << 20)).ids, [20]);
    noComplaints();
  });

  test("WebSocket: a bidirectional stream, reply by reply", LIMIT, async () => {
    const ended = await call("bidi", url, 50, METADATA);
    assert.equal(ended.code, "ok", ended.message);
    assert.deepEqual(
      ended.ids,
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.equal(ended.trailer, "bye");
    noComplaints();
  });

  test("WebSocket: a page that does not read holds the server up", LIMIT, async () => {
    const name = newName();
    const reading = call("slowReader", url, { "x-script": "endless", "x-size": "1000", "x-call": name }, 500);
    assert.equal((await reading).code, "ok");
    await observe(name).cancelled;
    // 256 KiB of credit, and the queues of both sides.
    assert.ok(observe(name).replies < 2_000, `${observe(name).replies} replies were sent`);
    noComplaints();
  });

  test("WebSocket: a status, and what a handler throws", LIMIT, async () => {
    const status = await call("bidi", url, 5, { "x-script": "status", "x-code": "9", "x-after": "2", "t-end": "why" });
    assert.equal(status.code, "FAILED_PRECONDITION");
    assert.equal(status.trailer, "why");
    assert.equal((await call("bidi", url, 5, { "x-script": "throw" })).code, "UNKNOWN");
    noComplaints();
  });

  for (const kind of ["unary", "bidi"] as const) {
    test(`${kind}: a deadline and a cancellation reach the handler`, LIMIT, async () => {
      const late = newName();
      const deadline = await call("deadline", url, kind, { "x-script": "hang", "x-call": late });
      assert.equal(deadline.code, "DEADLINE_EXCEEDED");
      await observe(late).cancelled;
      const given = newName();
      const cancelled = await call("cancelled", url, kind, { "x-script": "hang", "x-call": given });
      assert.equal(cancelled.code, "CANCELLED");
      await observe(given).cancelled;
      noComplaints();
    });
  }

  test("a restart of the server: what runs is UNAVAILABLE, and the next calls go to the new one", LIMIT, async () => {
    const own = await start([site.origin], "127.0.0.1:0");
    const name = newName();
    const running = call("bidi", own.url, 5, { "x-script": "hang", "x-call": name });
    await observe(name).started;
    await own.server.shutdown({ graceMs: 0 });
    assert.equal((await running).code, "UNAVAILABLE");
    const refused = await call("unary", own.url, "Connect");
    assert.equal(refused.code, "UNAVAILABLE");
    assert.match(refused.message, /can't be reached/);
    assert.equal((await call("bidi", own.url, 1)).code, "UNAVAILABLE");
    const again = await start([site.origin], own.url.replace("http://", ""));
    assert.equal((await call("unary", own.url, "Connect")).code, "ok");
    assert.equal((await call("bidi", own.url, 3)).code, "ok");
    await again.server.shutdown({ graceMs: 0 });
    // Of connections that were refused a browser always says so; of nothing else.
    assert.deepEqual(
      watched.complaints
        .splice(0)
        .filter((text) => !/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY|ERR_INCOMPLETE/.test(text)),
      [],
    );
  });

  test(
    "a page of an origin that is not named can neither call nor open a WebSocket, and no handler runs",
    LIMIT,
    async () => {
      const strict = await start(["https://another.example"], "127.0.0.1:0");
      const name = newName();
      for (const protocol of PROTOCOLS) {
        assert.equal((await call("unary", strict.url, protocol, { "x-call": name })).code, "UNAVAILABLE", protocol);
      }
      const socket = await call("bidi", strict.url, 1, { "x-call": name });
      assert.equal(socket.code, "UNAVAILABLE");
      assert.match(socket.message, /origin/);
      assert.equal(observe(name).begun, false);
      // Without a preflight request: a form's content type and no fields.
      await watched.page.evaluate(
        (path) => fetch(path, { method: "POST", body: "{}", mode: "no-cors" }).then(() => {}),
        `${strict.url}/v1/shelves/1/books`,
      );
      assert.equal(strict.server.calls.started, 0);
      await strict.server.shutdown({ graceMs: 0 });
      watched.complaints.splice(0);
    },
  );
});
