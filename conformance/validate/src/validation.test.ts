import assert from "node:assert/strict";
import { test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { validation } from "@hawser/validate";
import { Code, createChannel, createClient, createServer, RpcError } from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { decode, encode } from "hawser/protobuf";
import { SignUp, SignUpRequest, type SignUpRequestInit } from "./gen/signup/v1/signup.pb.js";

const VALID: SignUpRequestInit = { email: "a@example.org", age: 20, password: "x", passwordAgain: "x" };

async function start(t: { after(done: () => Promise<void>): void }) {
  const failures: unknown[] = [];
  let handled = 0;
  const server = createServer({ interceptors: [validation()], onError: (error) => failures.push(error) }).add(SignUp, {
    one: () => ({ count: ++handled }),
    async many(requests) {
      let count = 0;
      for await (const _ of requests) count++;
      return { count };
    },
    free: (request) => request,
    fault: (request) => request,
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  return { port, channel, failures, client: createClient(SignUp, channel), handled: () => handled };
}

async function failureOf(call: PromiseLike<unknown>): Promise<RpcError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(RpcError.is(error), String(error));
  return error;
}

test("a request that meets its rules goes through, one that breaks them does not reach the handler", async (t) => {
  const { client, handled } = await start(t);
  assert.equal((await client.one(VALID)).count, 1);
  const error = await failureOf(
    client.one({
      email: "nobody",
      age: 17,
      addresses: [
        { street: "here", zip: "12345" },
        { street: "", zip: "x" },
      ],
      scores: { bad: -1 },
      password: "x",
      passwordAgain: "y",
    }),
  );
  assert.equal(error.code, Code.InvalidArgument);
  assert.equal(handled(), 1);
  const [detail] = error.findDetails(BadRequest);
  const seen = Object.fromEntries(detail?.fieldViolations.map(({ field, reason }) => [field, reason]) ?? []);
  assert.deepEqual(seen, {
    "": "passwords.match",
    email: "string.email",
    age: "uint32.gte_lte",
    "addresses[1].street": "string.min_len",
    "addresses[1].zip": "string.pattern",
    'scores["bad"]': "int32.gte",
  });
  assert.ok(detail?.fieldViolations.some(({ description }) => description === "the passwords differ"));
  assert.match(error.message, /^the request is not valid: .+ \(and 5 more\)$/);
});

test("grpc-js gets the same details", async (t) => {
  const { port } = await start(t);
  const Client = grpc.makeGenericClientConstructor(
    {
      one: {
        path: "/signup.v1.SignUp/One",
        requestStream: false,
        responseStream: false,
        requestSerialize: (request: SignUpRequestInit) => Buffer.from(encode(SignUpRequest, request)),
        requestDeserialize: (bytes: Buffer) => bytes,
        responseSerialize: (bytes: Buffer) => bytes,
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    "SignUp",
  );
  // biome-ignore lint/suspicious/noExplicitAny: a client made from a definition has no types
  const client: any = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  t.after(async () => client.close());
  const error = await new Promise<grpc.ServiceError>((resolve) =>
    client.one({ ...VALID, age: 3 }, (failure: grpc.ServiceError) => resolve(failure)),
  );
  assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  const [status] = error.metadata.get("grpc-status-details-bin") as Buffer[];
  // google.rpc.Status: the Any in field 3 holds a BadRequest.
  assert.ok(status?.includes("google.rpc.BadRequest") && status.includes("uint32.gte_lte"));
});

test("each message of a stream is checked as it comes", async (t) => {
  const { client } = await start(t);
  const call = client.many();
  await call.send(VALID);
  await call.send({ ...VALID, email: "none" });
  call.end();
  const error = await failureOf(call);
  assert.equal(error.code, Code.InvalidArgument);
  assert.equal(error.findDetails(BadRequest)[0]?.fieldViolations[0]?.field, "email");
});

test("on a client, what breaks a rule is not sent", async (t) => {
  const { channel, handled } = await start(t);
  const client = createClient(SignUp, channel, { interceptors: [validation()] });
  assert.equal((await failureOf(client.one({ ...VALID, age: 1 }))).code, Code.InvalidArgument);
  assert.equal(handled(), 0);
  assert.equal((await client.one(VALID)).count, 1);
});

test("what a caller sent does not make the answer large, however much is wrong with it", async (t) => {
  const { client } = await start(t);
  const scores = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${"k".repeat(500)}${i}`, -1]));
  const error = await failureOf(client.one({ ...VALID, scores }));
  assert.equal(error.code, Code.InvalidArgument);
  const [detail] = error.findDetails(BadRequest);
  assert.equal(detail?.fieldViolations.length, 10);
  assert.ok(encode(BadRequest, detail ?? {}).length < 6_000);
  assert.match(error.message, /and 4999 more/);
});

test("no rules, no work; rules that can't be compiled are told to the operator", async (t) => {
  const { client, failures } = await start(t);
  assert.equal((await client.free({ text: "anything" })).text, "anything");
  const error = await failureOf(client.fault({ text: "x" }));
  assert.equal(error.code, Code.Unknown);
  assert.equal(failures.length, 1);
  assert.match(String(failures[0]), /CompilationError/);
  assert.equal(decode(SignUpRequest, encode(SignUpRequest, VALID)).age, 20);
});
