// `npm start`: one server on TCP and on TLS, called in all four ways by our client and by @grpc/grpc-js.
import { fileURLToPath } from "node:url";
import { createServer } from "hawser";
import pc from "picocolors";
import { generate } from "selfsigned";
import { Account } from "./account.js";
import { Notes } from "./gen/notes/v1/notes.pb.js";
import { callWithGrpcJs } from "./grpc-js-client.js";
import { callWithHawser } from "./hawser-client.js";
import { notesService } from "./service.js";

const PROTO = fileURLToPath(new URL("../proto/notes/v1/notes.proto", import.meta.url));

const certificate = await generate([{ name: "commonName", value: "localhost" }], {
  extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
});

const server = createServer().add(Notes, notesService);
const tcp = await server.listen("127.0.0.1:0");
const tls = await server.listen("127.0.0.1:0", { tls: { cert: certificate.cert, key: certificate.private } });
console.log(`${pc.bold("Notes")} answers on 127.0.0.1:${tcp.port} (TCP) and 127.0.0.1:${tls.port} (TLS)\n`);

const account = new Account();
for (const call of [callWithHawser, callWithGrpcJs]) {
  await call(account, { target: `localhost:${tcp.port}`, ca: undefined, proto: PROTO });
  await call(account, { target: `localhost:${tls.port}`, ca: certificate.cert, proto: PROTO });
}
await server.shutdown({ graceMs: 1_000 });

console.log(
  account.ok ? pc.green(`\n${account.count} calls, all as expected.`) : pc.red("\nNot as expected: see above."),
);
process.exitCode = account.ok ? 0 : 1;
