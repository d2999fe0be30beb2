/** The engine and programs that somebody else wrote, in both roles, in cleartext and TLS. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type ClientHttp2Session, connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpField } from "hawser/http2";
import { ABORTS, BODY_BYTES, DOWNLOAD_BYTES, FETCHES, type Report, servePage } from "./browser-page.js";
import { makeCertificate } from "./certificate.js";
import { Client } from "./client.js";
import { listen } from "./engine.js";
import { FOREIGN_SERVERS } from "./foreign-servers.js";
import { respond } from "./responder.js";
import { findTool, freePort, run, start, stop } from "./tools.js";

const GREETING = "hello from the other side\n";

let folder = "";
let cleartext = 0;
let tls = 0;
let close: () => void = () => {};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "hawser-peers-"));
  const { cert, key } = await makeCertificate();
  writeFileSync(join(folder, "cert.pem"), cert);
  writeFileSync(join(folder, "key.pem"), key);
  writeFileSync(join(folder, "both.pem"), `${cert}\n${key}`);
  mkdirSync(join(folder, "www/bytes"), { recursive: true });
  writeFileSync(join(folder, "www/index.html"), GREETING);
  writeFileSync(join(folder, "www/bytes/3000000"), Buffer.alloc(3_000_000, "."));
  const plain = await listen("127.0.0.1:0", {}, respond);
  const secure = await listen("127.0.0.1:0", { tls: { cert, key } }, respond);
  cleartext = plain.port;
  tls = secure.port;
  close = () => {
    plain.destroy();
    secure.destroy();
  };
});

after(() => {
  close();
  rmSync(folder, { recursive: true, force: true });
});

/** The name of a test with the reason for which it is skipped, and the options that skip it. */
function needs(tool: string, name: string): [name: string, options: { skip: boolean }] {
  const missing = findTool(tool) === undefined;
  return [missing ? `${name} (skipped: ${tool} is not installed)` : name, { skip: missing }];
}

function doors(): [name: string, url: string][] {
  return [
    ["cleartext", `http://127.0.0.1:${cleartext}`],
    ["TLS", `https://127.0.0.1:${tls}`],
  ];
}

test(...needs("curl", "curl against our server: GET, HEAD and POST"), async () => {
  const curl = findTool("curl")!;
  for (const [, url] of doors()) {
    const options = ["-sS", "-k", url.startsWith("https") ? "--http2" : "--http2-prior-knowledge"];
    assert.equal(await run(curl, [...options, url]), GREETING);
    assert.match(await run(curl, [...options, "-I", url]), /^HTTP\/2 200/);
    assert.equal((await run(curl, [...options, `${url}/bytes/3000000`])).length, 3_000_000);
    const file = join(folder, "upload");
    writeFileSync(file, Buffer.alloc(1_000_000, "u"));
    assert.equal((await run(curl, [...options, "--data-binary", `@${file}`, `${url}/echo`])).length, 1_000_000);
    // Cleartext and parallel together are beyond curl 7.88, whoever its peer is.
    if (!url.startsWith("https")) continue;
    const many = await run(curl, [...options, "-Z", ...Array.from({ length: 20 }, () => `${url}/bytes/1000`)]);
    assert.equal(many.length, 20_000);
  }
});

test(...needs("nghttp", "nghttp against our server: many resources, padding, small windows, trailers"), async () => {
  const nghttp = findTool("nghttp")!;
  for (const [name, url] of doors()) {
    const said = await run(nghttp, ["-nv", "-p", "100", "-w", "14", "-m", "20", `${url}/bytes/100000`]);
    assert.equal(said.match(/recv .*HEADERS frame/g)?.length, 20, name);
    assert.doesNotMatch(said, /recv .*(RST_STREAM|GOAWAY)/, name);
    const small = await run(nghttp, [
      "-nv",
      "--header-table-size=100",
      "--encoder-header-table-size=0",
      "-m",
      "5",
      url,
    ]);
    assert.equal(small.match(/:status: 200/g)?.length, 5, name);
    const file = join(folder, "posted");
    writeFileSync(file, Buffer.alloc(200_000, "n"));
    assert.match(await run(nghttp, ["-nv", "-d", file, "--trailer", "x-end: 1", `${url}/echo`]), /:status: 200/, name);
  }
});

test(...needs("h2load", "h2load against our server: every request succeeds"), async () => {
  const h2load = findTool("h2load")!;
  for (const [name, url] of doors()) {
    const said = await run(h2load, ["-n", "5000", "-c", "5", "-m", "50", `${url}/bytes/100`]);
    assert.match(said, /5000 succeeded, 0 failed, 0 errored, 0 timeout/, name);
  }
});

test(...needs("nghttp", "nghttp takes what our server pushes, and cancels what it has asked for already"), async () => {
  const nghttp = findTool("nghttp")!;
  for (const [name, url] of doors()) {
    const said = await run(nghttp, ["-nv", `${url}/push/3`]);
    assert.equal(said.match(/recv PUSH_PROMISE frame/g)?.length, 3, name);
    assert.equal(said.match(/recv \(stream_id=[246]\) :status: 200/g)?.length, 3, name);
    assert.doesNotMatch(said, /recv .*(RST_STREAM|GOAWAY)/, name);
    const refused = await run(nghttp, ["-nv", "--no-push", `${url}/push/3`]);
    assert.doesNotMatch(refused, /PUSH_PROMISE/, name);
  }
});

test("node:http2 takes what our server pushes, cancels some, and gets none if it wants none", async () => {
  for (const [name, url] of doors()) {
    const session = connectHttp2(url, { rejectUnauthorized: false });
    const pushed: Promise<number>[] = [];
    session.on("stream", (stream, headers) => {
      assert.match(String(headers[":path"]), /^\/bytes\/100\d$/, name);
      let size = 0;
      stream.on("data", (chunk: Buffer) => {
        size += chunk.length;
      });
      stream.on("error", () => {});
      pushed.push(once(stream, "close").then(() => size));
      if (pushed.length % 3 === 0) stream.close(8);
    });
    for (let i = 0; i < 10; i++) assert.equal((await ask(session, "/push/10")).toString(), GREETING, name);
    const sizes = await Promise.all(pushed);
    assert.equal(sizes.length, 100, name);
    assert.ok(sizes.filter((size) => size >= 1000).length >= 66, `${name}: ${sizes.join()}`);
    session.close();
    await once(session, "close");

    const without = connectHttp2(url, { rejectUnauthorized: false, settings: { enablePush: false } });
    without.on("stream", () => assert.fail("a push"));
    assert.equal((await ask(without, "/push/10")).toString(), GREETING, name);
    without.close();
    await once(without, "close");
  }
});

test("our client takes what node:http2 pushes, and gets none unless it wants some", async () => {
  const server = createHttp2Server();
  let pushes = 0;
  server.on("stream", (stream, headers) => {
    if (stream.pushAllowed) {
      for (let i = 0; i < 5; i++) {
        stream.pushStream(
          { ":path": `/pushed/${i}`, ":authority": headers[":authority"] as string },
          (error, pushed) => {
            assert.equal(error, null);
            pushes++;
            pushed.respond({ ":status": 200 });
            pushed.end(Buffer.alloc(50_000, i));
          },
        );
      }
    }
    stream.respond({ ":status": 200 });
    stream.end(GREETING);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = await Client.connect(url, { enablePush: true });
  for (let i = 0; i < 5; i++) assert.equal((await client.request()).body.toString(), GREETING);
  const got = await Promise.all(client.pushed);
  assert.equal(got.length, 25);
  for (const { path, status, body } of got) {
    assert.match(path, /^\/pushed\/[0-4]$/);
    assert.equal(status, 200);
    assert.equal(body.length, 50_000);
  }
  assert.equal(client.openStreams, 0);
  await client.close();

  const without = await Client.connect(url);
  await without.request();
  assert.equal(without.pushed.length, 0);
  assert.equal(pushes, 25);
  await without.close();
  server.close();
});

test(...needs("nghttpd", "our client takes what nghttpd pushes, cleartext and TLS"), async () => {
  for (const tlsToo of [false, true]) {
    const port = await freePort();
    const keys = tlsToo ? [join(folder, "key.pem"), join(folder, "cert.pem")] : [];
    const options = ["-d", join(folder, "www"), "-p", "/index.html=/bytes/3000000", ...(tlsToo ? [] : ["--no-tls"])];
    const server = await start(findTool("nghttpd")!, [...options, String(port), ...keys], port);
    try {
      const client = await Client.connect(`${tlsToo ? "https" : "http"}://127.0.0.1:${port}`, { enablePush: true });
      assert.equal((await client.request({ path: "/index.html" })).body.toString(), GREETING);
      const [pushed, ...more] = await Promise.all(client.pushed);
      assert.equal(pushed?.path, "/bytes/3000000");
      assert.equal(pushed?.body.length, 3_000_000);
      assert.equal(more.length, 0);
      await client.close();
    } finally {
      await stop(server);
    }
  }
});

/** Removes the folder of a browser, whose processes end one after the other and write until they do. */
async function removeOnceQuiet(path: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch {
      await sleep(100);
    }
  }
}

/** Flags of a browser that keeps to itself. */
const CHROMIUM = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--ignore-certificate-errors",
];

test(
  ...needs("chromium", "headless Chromium against our server: parallel fetches, a POST, a download, aborted ones"),
  async () => {
    const { cert, key } = await makeCertificate();
    let onReport: (report: Report) => void = () => {};
    const reported = new Promise<Report>((resolve) => {
      onReport = resolve;
    });
    const listener = await listen("127.0.0.1:0", { tls: { cert, key } }, servePage(onReport));
    const profile = mkdtempSync(join(tmpdir(), "hawser-chromium-"));
    const url = `https://127.0.0.1:${listener.port}/page`;
    const browser = await start(findTool("chromium")!, [...CHROMIUM, `--user-data-dir=${profile}`, url]);
    try {
      const timer = setTimeout(() => browser.kill("SIGKILL"), 120_000);
      const gone = once(browser, "exit").then(() => assert.fail("the browser went away"));
      const report = await Promise.race([reported, gone]);
      clearTimeout(timer);
      gone.catch(() => {});
      assert.deepEqual(report, {
        protocols: ["h2"],
        fetched: FETCHES,
        echoed: BODY_BYTES,
        downloaded: DOWNLOAD_BYTES,
        aborted: ABORTS,
        after: 200,
      });
    } finally {
      await stop(browser);
      listener.destroy();
      await removeOnceQuiet(profile);
    }
  },
);

for (const [name, foreign] of Object.entries(FOREIGN_SERVERS)) {
  const role = foreign.proxies ? `through ${name} to our server` : `against ${name}`;
  test(...needs(name, `our client ${role}, cleartext and TLS`), async () => {
    const server = await foreign.start({ folder, origin: cleartext });
    try {
      for (const url of [`http://127.0.0.1:${server.cleartext}`, `https://127.0.0.1:${server.tls}`]) {
        const client = await Client.connect(url);
        const first = await client.request();
        assert.equal(first.status, 200, url);
        assert.equal(first.body.toString(), GREETING, url);
        assert.equal((await client.request({ path: "/bytes/3000000" })).body.length, 3_000_000, url);
        const body = randomBytes(500_000);
        const echoed = await client.request({ path: "/echo", body });
        assert.equal(echoed.status, 200, url);
        assert.ok(echoed.body.equals(body), `${url}: the body came back`);
        const many = await Promise.all(
          Array.from({ length: 100 }, (_, i) => client.request({ fields: [{ name: "x-i", value: `${i}` }] })),
        );
        assert.ok(
          many.every(({ status }) => status === 200),
          url,
        );
        assert.equal(client.openStreams, 0, url);
        await client.close();
      }
    } finally {
      await stop(server.process);
    }
  });
}

/** Header lists that make HPACK insert, refer, evict and use every form of string. */
function* headerLists(count: number): Generator<HttpField[]> {
  for (let i = 0; i < count; i++) {
    const fields: HttpField[] = [];
    for (let k = 0; k < 1 + (i % 12); k++) {
      const name = `x-${(i * 7 + k * 3) % 40}`;
      const value =
        k % 3 === 0 ? `same ${k}` : k % 3 === 1 ? `${i}-${k}`.repeat(1 + ((i * k) % 60)) : "\u00e9~{}|^".repeat(k % 5);
      if (!fields.some((field) => field.name === name)) fields.push({ name, value });
    }
    yield fields;
  }
}

/** The fields that begin with `x-`, in order of their names. */
function custom(fields: Iterable<readonly [string, unknown]>): string[] {
  return Array.from(fields, ([name, value]) => `${name}: ${String(value)}`)
    .filter((line) => /^x-\d/.test(line))
    .sort();
}

for (const headerTableSize of [0, 100, 4096, 65_536]) {
  test(`node:http2 (nghttp2) reads what our encoder writes and the other way round, table of ${headerTableSize}`, async () => {
    const server = createHttp2Server({ settings: { headerTableSize } });
    server.on("stream", (stream, headers) => {
      const back = Object.entries(headers).filter(([name]) => name.startsWith("x-"));
      stream.respond({ ":status": 200, ...Object.fromEntries(back) });
      stream.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = await Client.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    for (const fields of headerLists(300)) {
      const answer = await client.request({ fields });
      const sent = custom(fields.map(({ name, value }): [string, string] => [name, value]));
      assert.deepEqual(custom(answer.fields.map(({ name, value }): [string, string] => [name, value])), sent);
    }
    await client.close();
    server.close();
  });
}

test("node:http2 against our server, cleartext and TLS: bodies, many streams, PING, a table of 0", async () => {
  for (const [name, url] of doors()) {
    const session = connectHttp2(url, { rejectUnauthorized: false, settings: { headerTableSize: 0 } });
    assert.equal((await ask(session, "/bytes/3000000")).length, 3_000_000, name);
    const many = await Promise.all(Array.from({ length: 200 }, () => ask(session, "/")));
    assert.ok(
      many.every((body) => body.toString() === GREETING),
      name,
    );
    await new Promise<void>((resolve, reject) => session.ping((error) => (error === null ? resolve() : reject(error))));
    session.close();
    await once(session, "close");
  }
});

async function ask(session: ClientHttp2Session, path: string): Promise<Buffer> {
  const stream = session.request({ ":path": path });
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(stream, "end");
  return Buffer.concat(chunks);
}
