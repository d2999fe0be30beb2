/** The services of "hawser/services" as the clients of others see them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { service as healthService } from "grpc-health-check";
import { createServer, type NodeServer } from "hawser";
import { addHealth, addReflection } from "hawser/services";
import { Interop } from "./gen/interop/v1/interop.pb.js";

async function serve(t: { after(done: () => Promise<void>): void }): Promise<{ server: NodeServer; address: string }> {
  const server = createServer().add(Interop, {});
  const { port } = await server.listen("127.0.0.1:0");
  t.after(() => server.shutdown({ graceMs: 0 }));
  return { server, address: `127.0.0.1:${port}` };
}

test("grpc-js's health client: check, watch, list", async (t) => {
  const { server, address } = await serve(t);
  const health = addHealth(server);
  // biome-ignore lint/suspicious/noExplicitAny: a client made from a definition has no types
  const client: any = new (grpc.makeClientConstructor(healthService as any, "Health"))(
    address,
    grpc.credentials.createInsecure(),
  );
  t.after(() => client.close());
  const check = promisify(client.check.bind(client)) as (request: object) => Promise<{ status: string }>;
  assert.equal((await check({ service: "" })).status, "SERVING");
  assert.equal((await check({ service: "interop.v1.Interop" })).status, "SERVING");
  await assert.rejects(check({ service: "nobody" }), { code: grpc.status.NOT_FOUND });
  const list = promisify(client.list.bind(client)) as (request: object) => Promise<{ statuses: object }>;
  assert.deepEqual(Object.keys((await list({})).statuses).sort(), ["", "grpc.health.v1.Health", "interop.v1.Interop"]);
  const watch = client.watch({ service: "interop.v1.Interop" });
  assert.equal((await once(watch, "data"))[0].status, "SERVING");
  health.shutdown();
  assert.equal((await once(watch, "data"))[0].status, "NOT_SERVING");
  watch.on("error", () => {});
  watch.cancel();
});

test("grpc-js with the reflection protos of others: v1 and v1alpha", async (t) => {
  const { server, address } = await serve(t);
  addReflection(server);
  const protos = dirname(fileURLToPath(import.meta.resolve("@grpc/reflection")));
  for (const version of ["v1", "v1alpha"]) {
    const definition = loadSync(join(protos, `../proto/grpc/reflection/${version}/reflection.proto`));
    // biome-ignore lint/suspicious/noExplicitAny: the package gives no types for what it loads
    const loaded = grpc.loadPackageDefinition(definition) as any;
    const client = new loaded.grpc.reflection[version].ServerReflection(address, grpc.credentials.createInsecure());
    const stream = client.serverReflectionInfo();
    stream.write({ fileContainingSymbol: "interop.v1.Interop" });
    const [answer] = await once(stream, "data");
    assert.ok(answer.fileDescriptorResponse.fileDescriptorProto.length >= 1);
    stream.end();
    await once(stream, "end");
    client.close();
  }
});
