/** Development: `node interop/dist/grpc/main.js [PEER…] [--case CASE…]`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../certificates.js";
import { BuildCache } from "./build-cache.js";
import { PEERS, preparePeers, runMatrix } from "./matrix.js";
import type { TlsFiles } from "./peer.js";

const names = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "hawser-interop-tls-"));
const { ca, server } = await makeCertificates();
const files: TlsFiles = {
  ca: join(folder, "ca.pem"),
  certificate: join(folder, "server.pem"),
  key: join(folder, "server.key"),
  serverName: "localhost",
};
writeFileSync(files.ca, ca);
writeFileSync(files.certificate, server.cert);
writeFileSync(files.key, server.key, { mode: 0o600 });
const cache = new BuildCache(console.log);
const participants = await preparePeers(
  cache,
  PEERS.filter((peer) => names.length === 0 || names.includes(peer.name)),
);
for (const each of participants) console.log(each.peer.name, each.ready?.version ?? each.missing);
const started = Date.now();
for (const cell of await runMatrix(participants, files)) {
  if (cell.result !== "passed")
    console.log(cell.peer, cell.direction, cell.transport, cell.case, cell.result, cell.reason);
}
console.log(`${Date.now() - started} ms`);
rmSync(folder, { recursive: true });
