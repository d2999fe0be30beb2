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
import type { HttpField } from "hawser/http2";
import { makeCertificate } from "./certificate.js";
import { Client } from "./client.js";
import { listen } from "./engine.js";
import { FOREIGN_SERVERS } from "./foreign-servers.js";
import { respond } from "./responder.js";
import { findTool, run, stop } from "./tools.js";

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
