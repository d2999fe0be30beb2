import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { Empty } from "../protobuf/wkt/google/protobuf/empty.pb.js";
import { createServer } from "./create-server.js";

const Pinger: ServiceType<{ ping: MethodType<"unary", typeof Empty, typeof Empty> }> = service("test.Pinger", {
  ping: { kind: "unary", name: "Ping", input: Empty, output: Empty },
});

test("a program that has made its calls ends without closing its channel", async (t) => {
  const server = createServer().add(Pinger, {
    ping: async () => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return {};
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  t.after(() => server.shutdown({ graceMs: 0 }));
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  // The call takes longer than it takes for a resting connection to let go of the process: it must hold on to it.
  const program = `
    import { createClient } from ${from("./create-channel.js")};
    import { service } from ${from("../protobuf/type/service-type.js")};
    import { Empty } from ${from("../protobuf/wkt/google/protobuf/empty.pb.js")};
    const pinger = createClient(service("test.Pinger", { ping: { kind: "unary", name: "Ping", input: Empty, output: Empty } }), "127.0.0.1:${port}");
    await pinger.ping({});
    await pinger.ping({});
    console.log("answered");`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    timeout: 30_000,
  });
  assert.equal(stdout, "answered\n");
});
