/** The program of the page that calls.test.ts opens: what the test asks of it, it does with hawser/web. */
import { BadRequest } from "hawser/google-rpc";
import { codeName, connectProtocol, createChannel, createClient, RpcError, type WebChannelOptions } from "hawser/web";
import { Interop } from "../gen/interop/v1/interop.pb.js";
import { Library } from "../gen/library/v1/library.pb.js";

type ProtocolName = "gRPC-Web" | "Connect" | "Connect JSON" | "Connect GET";

const PROTOCOLS: Readonly<Record<ProtocolName, WebChannelOptions>> = {
  "gRPC-Web": {},
  Connect: { protocol: connectProtocol() },
  "Connect JSON": { protocol: connectProtocol({ json: true }) },
  "Connect GET": { protocol: connectProtocol({ get: true }) },
};

/** What a call came to, in words that can leave the page. */
export interface Ended {
  readonly code: string;
  readonly message: string;
  readonly ids: readonly number[];
  readonly header?: string | undefined;
  readonly trailer?: string | undefined;
  readonly details?: readonly string[];
}

function clientOf(url: string, protocol: ProtocolName) {
  return createClient(Interop, createChannel(url, PROTOCOLS[protocol]));
}

async function ending(ids: number[], run: () => Promise<Partial<Ended>>): Promise<Ended> {
  try {
    return { code: "ok", message: "", ids, ...(await run()) };
  } catch (error) {
    if (!RpcError.is(error)) throw error;
    const details = error
      .findDetails(BadRequest)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => `${field}: ${description}`));
    return {
      code: codeName(error.code),
      message: error.message,
      ids,
      details,
      trailer: error.metadata.get("t-end") as string | undefined,
    };
  }
}

/** What the test calls by `page.evaluate`. */
const calls = {
  unary: (url: string, protocol: ProtocolName, metadata: Record<string, string> = {}, timeoutMs = 30_000) =>
    ending([], async () => {
      const call = clientOf(url, protocol).unary({ id: 7n, payload: new Uint8Array(10) }, { metadata, timeoutMs });
      const { payload } = await call;
      const header = (await call.header).get("h-begin") as string | undefined;
      return { ids: [payload.length], header, trailer: (await call.trailer).get("t-end") as string | undefined };
    }),

  serverStream(url: string, protocol: ProtocolName, metadata: Record<string, string>, leaveAfter = Infinity) {
    const ids: number[] = [];
    return ending(ids, async () => {
      for await (const { id } of clientOf(url, protocol).serverStream({}, { metadata })) {
        ids.push(Number(id));
        if (ids.length >= leaveAfter) break;
      }
      return {};
    });
  },

  clientStream: (url: string, count: number, bytes: number, metadata: Record<string, string> = {}) =>
    ending([], async () => {
      async function* requests() {
        for (let id = 0; id < count; id++) yield { id: BigInt(id), payload: new Uint8Array(bytes) };
      }
      const call = clientOf(url, "Connect").clientStream(requests(), { metadata });
      const { id } = await call;
      const header = (await call.header).get("h-begin") as string | undefined;
      return { ids: [Number(id)], header, trailer: (await call.trailer).get("t-end") as string | undefined };
    }),

  /** Each request is sent when the reply to the one before is here. */
  bidi(url: string, count: number, metadata: Record<string, string> = {}) {
    const ids: number[] = [];
    return ending(ids, async () => {
      const call = clientOf(url, "gRPC-Web").bidiStream(undefined, { metadata });
      await call.send({ id: 0n });
      for await (const { id } of call) {
        ids.push(Number(id));
        if (ids.length < count) await call.send({ id: BigInt(ids.length) });
        else call.end();
      }
      return { trailer: (await call.trailer).get("t-end") as string | undefined };
    });
  },

  /** Reads a reply of a stream without end, and then none for `pauseMs`. */
  slowReader: (url: string, metadata: Record<string, string>, pauseMs: number) =>
    ending([], async () => {
      const call = clientOf(url, "gRPC-Web").bidiStream(undefined, { metadata });
      await call.next();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      call.cancel();
      return {};
    }),

  cancelled: (url: string, kind: "unary" | "bidi", metadata: Record<string, string>) =>
    ending([], async () => {
      const controller = new AbortController();
      const options = { metadata, signal: controller.signal };
      setTimeout(() => controller.abort(), 100);
      const client = clientOf(url, "gRPC-Web");
      if (kind === "unary") await client.unary({}, options);
      else for await (const _ of client.bidiStream([{ id: 1n }], options));
      return {};
    }),

  deadline: (url: string, kind: "unary" | "bidi", metadata: Record<string, string>) =>
    ending([], async () => {
      const client = clientOf(url, "Connect");
      if (kind === "unary") await client.unary({}, { metadata, timeoutMs: 150 });
      else for await (const _ of client.bidiStream([{ id: 1n }], { metadata, timeoutMs: 150 }));
      return {};
    }),

  details: (url: string, protocol: ProtocolName) =>
    ending([], async () => {
      await createClient(Library, createChannel(url, PROTOCOLS[protocol])).getBook({ name: "missing" });
      return {};
    }),
};

Object.assign(globalThis, { calls });
