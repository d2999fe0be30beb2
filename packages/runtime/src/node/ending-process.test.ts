import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

test("a channel whose server is gone does not keep the process alive, a call that waits for it does", async () => {
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { createChannel, createClient } from ${from("./create-channel.js")};
    import { service } from ${from("../protobuf/type/service-type.js")};
    import { Empty } from ${from("../protobuf/wkt/google/protobuf/empty.pb.js")};
    const Pinger = service("test.Pinger", { ping: { kind: "unary", name: "Ping", input: Empty, output: Empty } });
    const pinger = createClient(Pinger, createChannel("localhost:1", { backoff: { initialMs: 60_000 } }));
    await pinger.ping({}).catch((error) => console.log(error.code));
    pinger.ping({}, { waitForReady: true, timeoutMs: 300 }).catch((error) => console.log(error.code));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    timeout: 30_000,
  });
  assert.equal(stdout, "14\n4\n");
});
