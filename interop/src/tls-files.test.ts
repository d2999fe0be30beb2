/** Certificates that change while servers and channels run, SPIFFE ids (gRFC A87) and revocation lists (gRFC A69). */
import { match, ok, rejects, strictEqual } from "node:assert/strict";
import { webcrypto, X509Certificate } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as x509 from "@peculiar/x509";
import { type ClientTls, createChannel, createClient, createServer, type NodeServer, type ServerTls } from "hawser";
import { type Identity, makeAuthority, makeIdentity } from "./certificates.js";
import { mustExit } from "./exit-check.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";

mustExit();
x509.cryptoProvider.set(webcrypto as never);

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "hawser-tls-"));
});
const started: NodeServer[] = [];
after(async () => {
  for (const server of started) await server.shutdown({ graceMs: 0 });
  rmSync(folder, { recursive: true });
});

/** Replaces a file as a rename does. */
function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  return path;
}

async function serve(tls: ServerTls, onWarning?: (message: string) => void): Promise<NodeServer & { port: number }> {
  const server = createServer().add(Interop, {
    unary: (_, { peer }) => ({ payload: new TextEncoder().encode(peer.tls?.alternativeNames.join() ?? "") }),
    async *serverStream(_, call) {
      for (let id = 0; !call.signal.aborted; id++) {
        yield { id };
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  });
  started.push(server);
  const { port } = await server.listen("127.0.0.1:0", { tls, ...(onWarning === undefined ? {} : { onWarning }) });
  return Object.assign(server, { port });
}

/** Calls over a connection of its own; gives the server's name and what the server knows of the client. */
async function call(port: number, tls: ClientTls): Promise<{ readonly server: string; readonly client: string }> {
  await using channel = createChannel(`localhost:${port}`, { tls });
  const call = createClient(Interop, channel).unary({}, { timeoutMs: 60_000 });
  const { payload } = await call;
  return { server: call.peer?.tls?.subject ?? "", client: new TextDecoder().decode(payload) };
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  ok(false, "it never came to be");
}

test("replaced files are used by new connections, and calls that run go on; halves are not", async () => {
  const authority = await makeAuthority("one");
  const local = { names: ["DNS:localhost"], authority };
  const write = (role: string, { cert, key }: Identity) => ({
    certFile: put(`${role}.pem`, cert),
    keyFile: put(`${role}.key`, key),
    caFile: put("ca.pem", authority.cert),
    reloadMs: 20,
  });
  const warnings: string[] = [];
  const server = await serve(write("server", await makeIdentity("first", local)), (message) => warnings.push(message));
  const clientTls = write("client", await makeIdentity("c1", { names: ["DNS:c1"], authority }));
  const channel = createChannel(`localhost:${server.port}`, { tls: clientTls });
  const stream = createClient(Interop, channel).serverStream({});
  strictEqual((await stream.next()).value?.id, 0n);
  strictEqual((await call(server.port, clientTls)).server, "first");

  write("server", await makeIdentity("second", local));
  await until(async () => (await call(server.port, clientTls)).server === "second");
  // The certificate without its key: the pair before stays, and somebody is told.
  put("server.pem", (await makeIdentity("third", local)).cert);
  await until(() => warnings.length > 0);
  match(warnings[0] ?? "", /server\.pem.*can't be used for TLS/);
  strictEqual((await call(server.port, clientTls)).server, "second");

  // The client's own, over one channel whose connections come and go.
  await using renewed = createChannel(`localhost:${server.port}`, { tls: clientTls, idleTimeoutMs: 20 });
  const seenAs = async () => new TextDecoder().decode((await createClient(Interop, renewed).unary({})).payload);
  strictEqual(await seenAs(), "DNS:c1");
  write("client", await makeIdentity("c2", { names: ["DNS:c2"], authority }));
  await until(async () => {
    await renewed.waitForState("idle", { timeoutMs: 20_000 });
    return (await seenAs()) === "DNS:c2";
  });

  ok(!(await stream.next()).done, "the call that was running still is");
  await channel.close();
  await server.shutdown({ graceMs: 0 });
  await rejects(call(server.port, { certFile: join(folder, "absent.pem") }), /ENOENT.*absent\.pem/);
  await rejects(serve({ certFile: join(folder, "absent.pem"), keyFile: "x" }), /can't listen on .*absent\.pem/);
});

test("SPIFFE: ids, and authorities that may speak for their own trust domain alone (gRFC A87)", async () => {
  const [prod, other] = [await makeAuthority("prod"), await makeAuthority("other")];
  const key = (each: Identity) => ({
    kty: "EC",
    use: "x509-svid",
    x5c: [new X509Certificate(each.cert).raw.toString("base64")],
  });
  const map = (domains: Readonly<Record<string, Identity>>) =>
    put(
      "bundles.json",
      JSON.stringify({
        trust_domains: Object.fromEntries(Object.entries(domains).map(([name, each]) => [name, { keys: [key(each)] }])),
      }),
    );
  const bundleMapFile = map({ "prod.test": prod, "other.test": other });
  const spiffe = { bundleMapFile };
  const svid = (names: readonly string[], authority: Identity) => makeIdentity("", { names, authority });
  const server = await serve({ ...(await svid(["URI:spiffe://prod.test/notes"], prod)), spiffe, reloadMs: 20 });
  const good = await svid(["URI:spiffe://other.test/web"], other);
  strictEqual((await call(server.port, { ...good, spiffe })).client, "URI:spiffe://other.test/web");
  strictEqual(
    (await call(server.port, { ...good, spiffe: { bundleMapFile, ids: ["spiffe://prod.test/notes"] } })).client,
    "URI:spiffe://other.test/web",
  );
  const elsewhere = { bundleMapFile, ids: (id: string) => id.endsWith("/elsewhere") };
  await rejects(call(server.port, { ...good, spiffe: elsewhere }), /prod\.test\/notes is not among the ids/);
  for (const [names, authority] of [
    // The other domain's authority has signed an id of this one.
    [["URI:spiffe://prod.test/web"], other],
    [["URI:spiffe://third.test/web"], prod],
    [["URI:spiffe://prod.test/a", "URI:spiffe://prod.test/b"], prod],
    [["DNS:prod.test"], prod],
    [["DNS:x, URI:spiffe://prod.test/a, y"], prod],
    [["URI:spiffe://prod.test/a/../b"], prod],
    [["URI:spiffe://prod.test/a?b"], prod],
    [["URI:https://prod.test/a"], prod],
  ] as const) {
    await rejects(call(server.port, { ...(await svid(names, authority)), spiffe }), { code: 14 }, names.join());
  }
  // An impostor's server is refused by the client as well.
  const impostor = await serve(await svid(["URI:spiffe://prod.test/notes"], other));
  await rejects(call(impostor.port, { ...good, spiffe }), /not signed by an authority of prod\.test/);
  await impostor.shutdown({ graceMs: 0 });

  // The map changes: the other domain is not trusted any more. A bad one changes nothing.
  put("bundles.json", '{"trust_domains":{"prod.test":{"keys":[{"kty":"EC"}]}}}');
  strictEqual((await call(server.port, { ...good, ca: prod.cert, rejectUnauthorized: false })).client.length > 0, true);
  map({ "prod.test": prod });
  await until(() =>
    call(server.port, { ...good, rejectUnauthorized: false }).then(
      () => false,
      () => true,
    ),
  );
  await server.shutdown({ graceMs: 0 });
});

test("revoked certificates are refused; what is unknown as the option says (gRFC A69)", async () => {
  const [authority, stranger] = [await makeAuthority("one"), await makeAuthority("one")];
  const directory = mkdtempSync(join(folder, "crl-"));
  const makeList = async (signer: Identity, revoked: readonly Identity[], nextUpdate: Date, name = "CN=one") => {
    const pem = signer.key.replace(/-----[^-]+-----|\s/g, "");
    const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const signingKey = await webcrypto.subtle.importKey("pkcs8", Buffer.from(pem, "base64"), algorithm, true, ["sign"]);
    const list = await x509.X509CrlGenerator.create({
      issuer: name,
      thisUpdate: new Date(Date.now() - 60_000),
      nextUpdate,
      entries: revoked.map(({ cert }) => ({ serialNumber: new X509Certificate(cert).serialNumber })),
      signingAlgorithm: algorithm,
      signingKey: signingKey as never,
    });
    const path = join(directory, "list.crl");
    const text = Buffer.from(list.rawData).toString("base64");
    // Beside the folder, which is read as it is.
    const written = put("list.crl", `-----BEGIN X509 CRL-----\n${text}\n-----END X509 CRL-----\n`);
    renameSync(written, path);
  };
  const later = new Date(Date.now() + 3_600_000);
  const names = { names: ["DNS:localhost"], authority };
  const [good, bad] = [await makeIdentity("good", names), await makeIdentity("bad", names)];
  const servers = await Promise.all([good, bad].map((identity) => serve(identity)));
  const [goodPort, badPort] = servers.map(({ port }) => port) as [number, number];
  const open = { ca: authority.cert, revocation: { directory, whenUnknown: "allow" } } as const;
  const closed = { ca: authority.cert, revocation: { directory, whenUnknown: "refuse" } } as const;

  // No list at all.
  await call(goodPort, open);
  await rejects(call(goodPort, closed), /whether the certificate of CN=good is revoked is not known/);
  await makeList(authority, [bad], later);
  await call(goodPort, closed);
  await rejects(call(badPort, open), /the certificate of CN=bad is revoked/);
  // Signed by somebody else of the same name, out of date, or no list: nothing is known.
  await makeList(stranger, [bad], later);
  await call(badPort, open);
  await rejects(call(badPort, closed), /not known/);
  await makeList(authority, [], new Date(Date.now() - 1_000));
  await rejects(call(goodPort, closed), /not known/);
  writeFileSync(join(directory, "list.crl"), "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
  await rejects(call(goodPort, closed), /not known/);

  // A server holds its clients against them, and reads them anew; a list that breaks stays what it was.
  await makeList(authority, [], later);
  const warnings: string[] = [];
  const revocation = { directory, whenUnknown: "refuse", reloadMs: 20 } as const;
  const mutual = await serve({ ...good, ca: authority.cert, revocation }, (message) => warnings.push(message));
  const client = { ca: authority.cert, ...bad };
  await call(mutual.port, client);
  await makeList(authority, [bad], later);
  const refused = () =>
    call(mutual.port, client).then(
      () => false,
      () => true,
    );
  await until(refused);
  writeFileSync(join(directory, "list.crl"), "garbage");
  await until(() => warnings.length > 0);
  match(warnings[0] ?? "", /list\.crl/);
  ok(await refused());
  for (const server of [...servers, mutual]) await server.shutdown({ graceMs: 0 });
});
