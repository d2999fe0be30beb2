import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type CallOptions, type Channel, type Client, Code, createChannel, createClient, RpcError } from "hawser";
import { Interop } from "../gen/interop/v1/interop.pb.js";
import { CallBook } from "./call-book.js";
import { between, oneOf } from "./random.js";

/** How calls of a channel are tried again, if they are. */
interface Policy {
  readonly maxAttempts: number;
  readonly methodConfig: object | undefined;
}

const ONCE: Policy = { maxAttempts: 1, methodConfig: undefined };

const RETRIED: Policy = {
  maxAttempts: 4,
  methodConfig: {
    name: [{}],
    retryPolicy: {
      maxAttempts: 4,
      initialBackoff: "0.02s",
      maxBackoff: "0.2s",
      backoffMultiplier: 2,
      retryableStatusCodes: ["UNAVAILABLE"],
    },
  },
};

const HEDGED: Policy = {
  maxAttempts: 3,
  methodConfig: {
    name: [{}],
    hedgingPolicy: { maxAttempts: 3, hedgingDelay: "0.05s", nonFatalStatusCodes: ["UNAVAILABLE"] },
  },
};

/** The channels of the run: each balancer, and each way to try again. */
const CHANNELS: readonly (readonly [balancer: object, policy: Policy])[] = [
  [{ round_robin: {} }, ONCE],
  [{ round_robin: {} }, RETRIED],
  [{ round_robin: {} }, HEDGED],
  [{ pick_first: { shuffleAddressList: true } }, ONCE],
  [{ pick_first: {} }, RETRIED],
  [{ least_request_experimental: {} }, ONCE],
  [{ ring_hash_experimental: {} }, RETRIED],
];

/** Workers of each channel. */
const WORKERS = 5;

/** A deadline that has passed by so much without the call having ended makes it a call that hangs. */
const HUNG_MS = 5_000;

const KINDS = ["unary", "serverStream", "clientStream", "bidiStream"] as const;

/** Calls without pause over channels of every kind, and a record of how each of them ended. */
export class Load {
  readonly book: CallBook = new CallBook();
  /** Connections that were given up since nothing more was heard of them. */
  silenced = 0;
  readonly #random: () => number;
  readonly #channels: { readonly channel: Channel; readonly client: Client<typeof Interop>; readonly policy: Policy }[];

  constructor(target: string, random: () => number) {
    this.#random = random;
    this.#channels = CHANNELS.map(([balancer, policy]) => {
      const { methodConfig } = policy;
      const channel = createChannel(target, {
        connectTimeoutMs: 1_500,
        onEvent: (event) => {
          // What the keepalive ends is told as gRFC A94 has it.
          if (event.type === "subchannel_disconnected" && event.reason === "connection timed out") this.silenced++;
        },
        backoff: { initialMs: 30, maxMs: 400 },
        // More often than the option `keepalive` would let us: servers vanish all the time here.
        http2: { keepaliveIntervalMs: 500, keepaliveTimeoutMs: 700 },
        serviceConfig: {
          loadBalancingConfig: [balancer],
          ...(methodConfig === undefined ? {} : { methodConfig: [methodConfig] }),
        },
      });
      return { channel, client: createClient(Interop, channel), policy };
    });
  }

  /** Calls until `signal`; resolves when the last call has ended, rejects with what is wrong if one hangs. */
  async run(signal: AbortSignal): Promise<void> {
    const running = new Map<number, { readonly untilMs: number; readonly kind: string }>();
    const workers = this.#channels.flatMap(({ client, policy }) =>
      Array.from({ length: WORKERS }, async () => {
        while (!signal.aborted) {
          await this.#call(client, policy, running);
          await sleep(between(this.#random, 0, 6));
        }
      }),
    );
    let stop = (): void => {};
    const hung = new Promise<never>((_, reject) => {
      const timer = setInterval(() => {
        const nowMs = performance.now();
        for (const [id, { untilMs, kind }] of running) {
          if (nowMs > untilMs + HUNG_MS)
            reject(new Error(`call ${id} (${kind}) hangs: its deadline passed ${nowMs - untilMs} ms ago`));
        }
      }, 250);
      stop = () => clearInterval(timer);
    });
    await Promise.race([Promise.all(workers), hung]).finally(() => stop());
  }

  /**
   * When the load is over: every channel makes one call after the other, until one has got through and `isDone`.
   *
   * @throws the last call's error, or one of its own, if that takes longer than `timeoutMs`
   */
  async probe(isDone: () => boolean, timeoutMs: number): Promise<void> {
    const payload = new Uint8Array(1);
    const endMs = performance.now() + timeoutMs;
    await Promise.all(
      this.#channels.map(async ({ client }) => {
        for (let answered = false; !answered || !isDone(); ) {
          // A handler refuses some calls whatever the state of the world.
          const error = await client.unary({ payload }, { timeoutMs: 3_000, waitForReady: true }).then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          answered ||= error === undefined;
          if (performance.now() > endMs)
            throw error ?? new Error("calls get through, but not to every server that is well again");
        }
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#channels.map(({ channel }) => channel.close()));
  }

  async #call(
    client: Client<typeof Interop>,
    policy: Policy,
    running: Map<number, { readonly untilMs: number; readonly kind: string }>,
  ): Promise<void> {
    const random = this.#random;
    const id = this.book.begin(policy.maxAttempts);
    const timeoutMs = between(random, 100, 1_500);
    const draw = random();
    const kind = oneOf(random, KINDS);
    const untilMs = performance.now() + timeoutMs;
    running.set(id, { untilMs, kind });
    const abort = draw < 0.05 ? new AbortController() : undefined;
    if (abort !== undefined) setTimeout(() => abort.abort(), between(random, 0, 40));
    const options: CallOptions = {
      timeoutMs,
      waitForReady: draw > 0.5,
      metadata: { "x-call-id": String(id), "x-key": String(id % 50) },
      signal: abort?.signal,
    };
    let code: Code = Code.Ok;
    try {
      await exchange(client, kind, id, options, random() < 0.1 ? 20_000 : 20);
    } catch (error) {
      if (RpcError.is(error)) code = error.code;
      else {
        this.book.fault(`call ${id} (${kind}) ended without a status: ${error}`);
        return;
      }
      if (!EXPECTED.has(code)) this.book.fault(`call ${id} (${kind}): ${error.message} (code ${code})`);
    } finally {
      running.delete(id);
      this.book.end(id, code, performance.now() - untilMs);
    }
  }
}

/** What may become of a call while servers die: nothing that speaks of a mistake on either side. */
const EXPECTED: ReadonlySet<Code> = new Set([Code.Ok, Code.Unavailable, Code.DeadlineExceeded, Code.Cancelled]);

async function exchange(
  client: Client<typeof Interop>,
  kind: (typeof KINDS)[number],
  id: number,
  options: CallOptions,
  size: number,
): Promise<void> {
  const request = { payload: new Uint8Array(size) };
  const check = (reply: { readonly id: bigint }) => {
    if (reply.id !== BigInt(id)) throw new Error(`the reply of call ${reply.id} came to call ${id}`);
  };
  const requests = [request, request, request];
  let replies = 0;
  switch (kind) {
    case "unary":
      check(await client.unary(request, options));
      return;
    case "clientStream":
      check(await client.clientStream(requests, options));
      return;
    case "serverStream":
      for await (const reply of client.serverStream(request, options)) {
        check(reply);
        replies++;
        // Leaving a loop early cancels the stream.
        if (id % 10 === 0) return;
      }
      if (replies !== 5) throw new Error(`OK after ${replies} of 5 replies`);
      return;
    case "bidiStream":
      for await (const reply of client.bidiStream(requests, options)) {
        check(reply);
        replies++;
      }
      if (replies !== 3) throw new Error(`OK after ${replies} of 3 replies`);
  }
}
