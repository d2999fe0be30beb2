import { type CallOptions, type Channel, Code, createClient, type MetadataInit, RpcError } from "hawser";
import type { MethodType, ServiceType } from "hawser/protobuf";
import { rawMethod } from "../raw/raw-method.js";
import type { Outcome, StartCall } from "./outcome.js";

/** What each call sends. */
export interface CallPlan {
  readonly method: MethodType;
  /** The requests, encoded. A call that sends one message takes them in turn; a stream sends all of them. */
  readonly requests: readonly Uint8Array[];
  readonly metadata: MetadataInit | undefined;
  readonly timeoutMs: number | undefined;
  /** How long a stream waits between two messages it sends. Default: it does not. */
  readonly intervalMs: number;
  /** A stream of replies is left after so many; Infinity for at its end. */
  readonly maxReplies: number;
}

/**
 * How calls are made: the connections take turns. Messages stay bytes, so that what is measured is the server and the way
 * to it, not a codec.
 */
export function callStarter(channels: readonly Channel[], plan: CallPlan): StartCall {
  const method = rawMethod(plan.method);
  const service = { typeName: method.service, methods: { call: method } } as ServiceType;
  const clients = channels.map((channel) => createClient(service, channel).call as unknown as AnyCall);
  const options: CallOptions = { metadata: plan.metadata, timeoutMs: plan.timeoutMs };
  const { requests } = plan;
  const first = requests[0] as Uint8Array;
  const client = (index: number) => clients[index % clients.length] as AnyCall;
  const request = (index: number) =>
    requests.length === 1 ? first : (requests[Math.floor(index / clients.length) % requests.length] as Uint8Array);
  switch (plan.method.kind) {
    case "unary":
      return (index, done) => {
        (client(index)(request(index), options) as Promise<unknown>).then(
          () => done(ONE_REPLY),
          (error) => done(failed(error, 1, 0, undefined)),
        );
      };
    case "client_streaming":
      return (index, done) => {
        const sent = { count: 0 };
        (client(index)(messages(plan, sent), options) as Promise<unknown>).then(
          () => done({ code: Code.Ok, message: "", sent: sent.count, received: 1, firstReplyAt: undefined }),
          (error) => done(failed(error, sent.count, 0, undefined)),
        );
      };
    case "server_streaming":
      return (index, done) => {
        const replies = client(index)(request(index), options) as AsyncIterable<unknown>;
        void drain(replies, plan.maxReplies, { count: 1 }).then(done);
      };
    case "bidi_streaming":
      return (index, done) => {
        const sent = { count: 0 };
        const replies = client(index)(messages(plan, sent), options) as AsyncIterable<unknown>;
        void drain(replies, plan.maxReplies, sent).then(done);
      };
  }
}

type AnyCall = (request: unknown, options: CallOptions) => unknown;

interface Count {
  count: number;
}

const ONE_REPLY: Outcome = { code: Code.Ok, message: "", sent: 1, received: 1, firstReplyAt: undefined };

async function* messages({ requests, intervalMs }: CallPlan, sent: Count): AsyncGenerator<Uint8Array> {
  for (const request of requests) {
    if (sent.count > 0 && intervalMs > 0) await new Promise((resolve) => setTimeout(resolve, intervalMs));
    sent.count++;
    yield request;
  }
}

async function drain(replies: AsyncIterable<unknown>, maxReplies: number, sent: Count): Promise<Outcome> {
  let received = 0;
  let firstReplyAt: number | undefined;
  try {
    for await (const _ of replies) {
      if (received++ === 0) firstReplyAt = performance.now();
      if (received >= maxReplies) break;
    }
    return { code: Code.Ok, message: "", sent: sent.count, received, firstReplyAt };
  } catch (error) {
    return failed(error, sent.count, received, firstReplyAt);
  }
}

function failed(error: unknown, sent: number, received: number, firstReplyAt: number | undefined): Outcome {
  const code = RpcError.is(error) ? error.code : Code.Unknown;
  return { code, message: (error as Error).message, sent, received, firstReplyAt };
}
