import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "../protobuf/codec/create.js";
import { decode } from "../protobuf/codec/decode.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { packAny } from "../protobuf/wkt/any.js";
import { Empty } from "../protobuf/wkt/google/protobuf/empty.pb.js";
import { BadRequest, ErrorInfo, Help } from "../protobuf/wkt/google/rpc/error_details.pb.js";
import { Status } from "../protobuf/wkt/google/rpc/status.pb.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";

const Refuser: ServiceType<{
  refuse: MethodType<"unary", typeof Empty, typeof Empty>;
  pass: MethodType<"unary", typeof Empty, typeof Empty>;
}> = service("test.Refuser", {
  refuse: { kind: "unary", name: "Refuse", input: Empty, output: Empty },
  pass: { kind: "unary", name: "Pass", input: Empty, output: Empty },
});

test("details of an error reach the caller, typed, also through a second server", async (t) => {
  const violation = { field: "id", description: "must be positive" };
  const server = createServer();
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Refuser, channel);
  server.add(Refuser, {
    refuse() {
      throw new RpcError(Code.InvalidArgument, "no – not this", {
        details: [
          create(BadRequest, { fieldViolations: [violation] }),
          packAny(ErrorInfo, { reason: "NEGATIVE", domain: "test" }),
        ],
      });
    },
    // Lets the error of the call within leave as it came.
    pass: (request, call) => client.refuse(request, { parent: call }),
  });

  for (const method of [client.refuse, client.pass]) {
    const error = await method({}).then(undefined, (reason: unknown) => reason);
    assert.ok(RpcError.is(error));
    assert.equal(error.code, Code.InvalidArgument);
    assert.equal(error.details.length, 2);
    assert.equal(error.findDetails(BadRequest)[0]?.fieldViolations[0]?.description, violation.description);
    assert.equal(error.findDetails(ErrorInfo)[0]?.reason, "NEGATIVE");
    assert.deepEqual(error.findDetails(Help), []);
    // As other implementations read it: a google.rpc.Status in one trailer.
    const raw = error.metadata.getAll("grpc-status-details-bin");
    assert.equal(raw.length, 1);
    const status = decode(Status, raw[0] as Uint8Array);
    assert.equal(status.code, Code.InvalidArgument);
    assert.equal(status.message, "no – not this");
  }
});

test("a detail of no known type is refused where the error is made", () => {
  assert.throws(() => new RpcError(Code.Aborted, "x", { details: [{ reason: "?" }] }), /made by create\(Type/);
});
