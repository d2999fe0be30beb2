/** The cases of grpc's interop-test-descriptions, as our client runs them. */
import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Channel,
  type Client,
  Code,
  createChannel,
  createClient,
  RpcError,
  type RunningCall,
  wasCompressed,
  withoutCompression,
} from "hawser";
import type { StreamingOutputCallResponse } from "../gen/grpc/testing/messages.pb.js";
import { TestService, UnimplementedService } from "../gen/grpc/testing/test.pb.js";
import { checkCallReport, waitForOobReport } from "./backend-metrics.js";

/** How to reach the server. */
export interface TestTarget {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** PEM of the authority, and the name in the server's certificate; without it, cleartext. */
  readonly tls?: { readonly ca: string; readonly serverName: string };
  /** Whether the server looks at `expect_compressed`: then it is first asked whether it does, as the cases say. */
  readonly checksCompression: boolean;
}

/** What a case is given. */
export interface CaseContext {
  readonly target: TestTarget;
  readonly channel: Channel;
  readonly client: Client<typeof TestService>;
}

const REQUEST_SIZES = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES = [31_415, 9, 2_653, 58_979];
const LARGE_REQUEST = 271_828;
const LARGE_RESPONSE = 314_159;

/** Enough to see a connection that is used again and again; the descriptions leave the number to the caller. */
const SOAK_ITERATIONS = 30;
const CHANNEL_SOAK_ITERATIONS = 10;
/** pick_first_unary says 100. */
const PICK_FIRST_CALLS = 100;
/** concurrent_large_unary says 1,000; what is tested is that they share a connection. */
const CONCURRENT_CALLS = 100;

/** Opens a channel to a test server. */
export function openChannel(target: TestTarget, options: object = {}): Channel {
  return createChannel(target.address, {
    ...(target.tls === undefined ? {} : { tls: { ca: target.tls.ca }, authority: target.tls.serverName }),
    ...options,
  });
}

/** Every case that our client has, by its name in the descriptions. */
export const TEST_CASES: ReadonlyMap<string, (context: CaseContext) => Promise<void>> = new Map(
  Object.entries({
    async empty_unary({ client }) {
      deepStrictEqual({ ...(await client.emptyCall({})) }, {});
    },

    async large_unary({ client }) {
      await largeUnary(client);
    },

    async client_compressed_unary({ client, target }) {
      const request = { responseSize: LARGE_RESPONSE, payload: zeros(LARGE_REQUEST) };
      if (target.checksCompression) {
        const probe = client.unaryCall({ ...request, expectCompressed: { value: true } });
        await rejects(probe, hasCode(Code.InvalidArgument));
      }
      const compressed = client.unaryCall({ ...request, expectCompressed: { value: true } }, { compression: "gzip" });
      strictEqual((await compressed).payload?.body.length, LARGE_RESPONSE);
      const plain = client.unaryCall({ ...request, expectCompressed: { value: false } });
      strictEqual((await plain).payload?.body.length, LARGE_RESPONSE);
    },

    async server_compressed_unary({ client }) {
      for (const value of [true, false]) {
        const reply = await client.unaryCall({
          responseCompressed: { value },
          responseSize: LARGE_RESPONSE,
          payload: zeros(LARGE_REQUEST),
        });
        strictEqual(wasCompressed(reply), value, `response_compressed: ${value}`);
        strictEqual(reply.payload?.body.length, LARGE_RESPONSE);
      }
    },

    async client_streaming({ client }) {
      const { aggregatedPayloadSize } = await client.streamingInputCall(
        REQUEST_SIZES.map((size) => ({ payload: zeros(size) })),
      );
      strictEqual(aggregatedPayloadSize, 74_922);
    },

    async client_compressed_streaming({ client, target }) {
      if (target.checksCompression) {
        const probe = client.streamingInputCall([{ expectCompressed: { value: true }, payload: zeros(27_182) }]);
        await rejects(probe, hasCode(Code.InvalidArgument));
      }
      const requests = [
        { expectCompressed: { value: true }, payload: zeros(27_182) },
        withoutCompression({ expectCompressed: { value: false }, payload: zeros(45_904) }),
      ];
      const { aggregatedPayloadSize } = await client.streamingInputCall(requests, { compression: "gzip" });
      strictEqual(aggregatedPayloadSize, 73_086);
    },

    async server_streaming({ client }) {
      const replies = client.streamingOutputCall({ responseParameters: RESPONSE_SIZES.map((size) => ({ size })) });
      deepStrictEqual(await sizesOf(replies), RESPONSE_SIZES);
    },

    async server_compressed_streaming({ client }) {
      const replies = client.streamingOutputCall({
        responseParameters: [
          { compressed: { value: true }, size: 31_415 },
          { compressed: { value: false }, size: 92_653 },
        ],
      });
      const seen: [boolean, number | undefined][] = [];
      for await (const reply of replies) seen.push([wasCompressed(reply), reply.payload?.body.length]);
      deepStrictEqual(seen, [
        [true, 31_415],
        [false, 92_653],
      ]);
    },

    async ping_pong({ client }) {
      const call = client.fullDuplexCall();
      for (const [i, size] of REQUEST_SIZES.entries()) {
        await call.send({ responseParameters: [{ size: RESPONSE_SIZES[i]! }], payload: zeros(size) });
        strictEqual((await call.next()).value?.payload?.body.length, RESPONSE_SIZES[i]);
      }
      call.end();
      strictEqual((await call.next()).done, true);
    },

    async empty_stream({ client }) {
      const call = client.fullDuplexCall();
      call.end();
      strictEqual((await call.next()).done, true);
    },

    async timeout_on_sleeping_server({ client }) {
      const call = client.fullDuplexCall(undefined, { timeoutMs: 1 });
      // It may fail before the request is sent.
      await call.send({ payload: zeros(27_182) }).catch(() => {});
      await rejects(call.next(), hasCode(Code.DeadlineExceeded));
    },

    async cancel_after_begin({ client }) {
      const call = client.streamingInputCall();
      call.cancel();
      await rejects(call, hasCode(Code.Cancelled));
    },

    async cancel_after_first_response({ client }) {
      const call = client.fullDuplexCall();
      await call.send({ responseParameters: [{ size: 31_415 }], payload: zeros(27_182) });
      strictEqual((await call.next()).value?.payload?.body.length, 31_415);
      call.cancel();
      await rejects(call.next(), hasCode(Code.Cancelled));
    },

    async status_code_and_message({ client }) {
      const responseStatus = { code: 2, message: "test status message" };
      await rejects(client.unaryCall({ responseStatus }), hasCode(Code.Unknown, responseStatus.message));
      const call = client.fullDuplexCall();
      await call.send({ responseStatus });
      call.end();
      await rejects(call.next(), hasCode(Code.Unknown, responseStatus.message));
    },

    async special_status_message({ client }) {
      const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
      await rejects(client.unaryCall({ responseStatus: { code: 2, message } }), hasCode(Code.Unknown, message));
    },

    async custom_metadata({ client }) {
      const metadata = {
        "x-grpc-test-echo-initial": "test_initial_metadata_value",
        "x-grpc-test-echo-trailing-bin": Uint8Array.of(0xab, 0xab, 0xab),
      };
      const check = async (call: RunningCall) => {
        const header = await call.header;
        strictEqual(header.get("x-grpc-test-echo-initial"), metadata["x-grpc-test-echo-initial"]);
        const trailing = (await call.trailer).get("x-grpc-test-echo-trailing-bin");
        deepStrictEqual([...(trailing ?? [])], [0xab, 0xab, 0xab]);
      };
      const unary = client.unaryCall({ responseSize: LARGE_RESPONSE, payload: zeros(LARGE_REQUEST) }, { metadata });
      strictEqual((await unary).payload?.body.length, LARGE_RESPONSE);
      await check(unary);
      const duplex = client.fullDuplexCall(
        [{ responseParameters: [{ size: LARGE_RESPONSE }], payload: zeros(LARGE_REQUEST) }],
        { metadata },
      );
      deepStrictEqual(await sizesOf(duplex), [LARGE_RESPONSE]);
      await check(duplex);
    },

    async unimplemented_method({ client }) {
      await rejects(client.unimplementedCall({}), hasCode(Code.Unimplemented));
    },

    async unimplemented_service({ channel }) {
      await rejects(createClient(UnimplementedService, channel).unimplementedCall({}), hasCode(Code.Unimplemented));
    },

    async concurrent_large_unary({ client }) {
      await Promise.all(Array.from({ length: CONCURRENT_CALLS }, () => largeUnary(client)));
    },

    async rpc_soak({ client }) {
      for (let i = 0; i < SOAK_ITERATIONS; i++) await largeUnary(client);
    },

    async channel_soak({ target }) {
      for (let i = 0; i < CHANNEL_SOAK_ITERATIONS; i++) {
        const channel = openChannel(target);
        await largeUnary(createClient(TestService, channel));
        await channel.close();
      }
    },

    async pick_first_unary({ client }) {
      let first = "";
      for (let i = 0; i < PICK_FIRST_CALLS; i++) {
        const { serverId } = await client.unaryCall({ responseSize: 1, payload: zeros(1), fillServerId: true });
        notStrictEqual(serverId, "");
        if (i === 0) first = serverId;
        strictEqual(serverId, first, `call ${i} went to another server`);
      }
    },
    async orca_per_rpc({ client }) {
      const orcaPerQueryReport = {
        cpuUtilization: 0.821,
        memoryUtilization: 0.5847,
        requestCost: { cost: 3456.32 },
        utilization: { util: 0.30499 },
      };
      const call = client.unaryCall({ orcaPerQueryReport });
      await call;
      checkCallReport(await call.trailer, orcaPerQueryReport);
    },

    async orca_oob({ client, channel }) {
      const call = client.fullDuplexCall();
      for (const orcaOobReport of [
        { cpuUtilization: 0.821, memoryUtilization: 0.5847, utilization: { util: 0.30499 } },
        { cpuUtilization: 0.29309, memoryUtilization: 0.2, utilization: { util: 0.2039 } },
      ]) {
        await call.send({ orcaOobReport, responseParameters: [{ size: 1 }] });
        strictEqual((await call.next()).value?.payload?.body.length, 1);
        await waitForOobReport(channel, orcaOobReport);
      }
      call.end();
      strictEqual((await call.next()).done, true);
    },
  } satisfies Record<string, (context: CaseContext) => Promise<void>>),
);

/** How long a case may take before it is a failure: generous, for a machine that is busy building other things. */
const CASE_LIMIT_MS = 60_000;

/** Runs one case; resolves with what went wrong, undefined for nothing. */
export async function runTestCase(name: string, target: TestTarget): Promise<string | undefined> {
  const run = TEST_CASES.get(name);
  ok(run !== undefined, `there is no case ${name}`);
  const channel = openChannel(target);
  const limit = new AbortController();
  try {
    const late = sleep(CASE_LIMIT_MS, undefined, { signal: limit.signal }).then(() => {
      throw new Error(`it did not end within ${CASE_LIMIT_MS} ms`);
    });
    late.catch(() => {});
    await Promise.race([run({ target, channel, client: createClient(TestService, channel) }), late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    limit.abort();
    await channel.close();
  }
}

function zeros(size: number): { body: Uint8Array } {
  return { body: new Uint8Array(size) };
}

async function largeUnary(client: Client<typeof TestService>): Promise<void> {
  const reply = await client.unaryCall({ responseSize: LARGE_RESPONSE, payload: zeros(LARGE_REQUEST) });
  strictEqual(reply.payload?.body.length, LARGE_RESPONSE);
  ok(reply.payload.body.every((byte) => byte === 0));
}

async function sizesOf(replies: AsyncIterable<StreamingOutputCallResponse>): Promise<(number | undefined)[]> {
  const sizes: (number | undefined)[] = [];
  for await (const reply of replies) sizes.push(reply.payload?.body.length);
  return sizes;
}

function hasCode(code: Code, message?: string): (error: unknown) => boolean {
  return (error) => {
    ok(RpcError.is(error), `no RpcError: ${error}`);
    strictEqual(error.code, code, `${error.message} (code ${error.code})`);
    if (message !== undefined) strictEqual(error.message, message);
    return true;
  };
}
