/**
 * A service that is made by hand, called by both clients. Each request says how long its answer takes: "MS TEXT". The answer is
 * "NAME TEXT", so that it tells whose it is and to what.
 */
import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { createChannel, createClient, type Implementation, RpcError } from "hawser";
import { decode, encode, type MethodType, type ServiceType, service } from "hawser/protobuf";
import { StringValue } from "hawser/wkt";

export const Echo: ServiceType<{
  wait: MethodType<"unary", typeof StringValue, typeof StringValue>;
  count: MethodType<"server_streaming", typeof StringValue, typeof StringValue>;
  chat: MethodType<"bidi_streaming", typeof StringValue, typeof StringValue>;
}> = service("interop.Echo", {
  wait: { kind: "unary", name: "Wait", input: StringValue, output: StringValue },
  count: { kind: "server_streaming", name: "Count", input: StringValue, output: StringValue },
  chat: { kind: "bidi_streaming", name: "Chat", input: StringValue, output: StringValue },
});

/** What a server of {@link Echo} does. */
export interface EchoBehaviour {
  /** Stands in front of each answer. */
  readonly name: string;
  /** Waits before an answer. */
  pause(ms: number): Promise<void>;
  /** Hears of each call that was accepted, by its text. */
  onAccepted?(text: string): void;
}

export function echoHandlers({ name, pause, onAccepted }: EchoBehaviour): Implementation<typeof Echo> {
  const answer = async ({ value }: StringValue): Promise<{ value: string }> => {
    const [ms, text] = value.split(" ");
    if (Number(ms) !== 0) await pause(Number(ms));
    return { value: `${name} ${text}` };
  };
  const accepted = ({ value }: StringValue) => onAccepted?.(textOf(value));
  return {
    wait(request) {
      accepted(request);
      return answer(request);
    },
    async *count(request) {
      accepted(request);
      const [ms, text] = request.value.split(" ");
      yield answer({ value: `0 ${text}/0` });
      yield answer({ value: `${ms} ${text}/1` });
      yield answer({ value: `0 ${text}/2` });
    },
    async *chat(requests) {
      let first = true;
      for await (const request of requests) {
        if (first) accepted(request);
        first = false;
        yield answer(request);
      }
    },
  };
}

/** "MS TEXT/2" → "TEXT". */
function textOf(value: string): string {
  return (value.split(" ")[1] ?? "").replace(/\/\d$/, "");
}

/** A client of {@link Echo}: its calls give what was answered, or fail with a {@link StatusError}. */
export interface EchoClient {
  readonly name: string;
  wait(text: string): Promise<string>;
  count(text: string): Promise<string[]>;
  /** Sends each text when the one before it was answered. */
  chat(texts: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

export class StatusError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/**
 * A unary call, a server stream or a stream both ways, by turns, which takes `ms`. Gives the name of who answered it.
 * @throws AssertionError if an answer is not its own, StatusError if the call fails
 */
export async function callAny(client: EchoClient, turn: number, ms: number, text: string): Promise<string> {
  const kind = turn % 3;
  const parts = kind === 0 ? [text] : [0, 1, 2].map((part) => `${text}/${part}`);
  const answers =
    kind === 0
      ? [await client.wait(`${ms} ${text}`)]
      : kind === 1
        ? await client.count(`${ms} ${text}`)
        : await client.chat(parts.map((part, i) => `${i === 1 ? ms : 0} ${part}`));
  const [name = ""] = answers[0]?.split(" ") ?? [];
  assert.deepEqual(
    answers,
    parts.map((part) => `${name} ${part}`),
  );
  return name;
}

/** Makes a client of a target; calls go round where it names several servers. */
export const clients: readonly { readonly name: string; connect(target: string): EchoClient }[] = [
  { name: "hawser", connect: hawserClient },
  { name: "grpc-js", connect: grpcJsClient },
];

const SERVICE_CONFIG = { loadBalancingConfig: [{ round_robin: {} }] };
const TIMEOUT_MS = 60_000;

function hawserClient(target: string): EchoClient {
  const channel = createChannel(target, { serviceConfig: SERVICE_CONFIG });
  const client = createClient(Echo, channel);
  const options = { timeoutMs: TIMEOUT_MS };
  const withStatus = async <Result>(act: () => Promise<Result>): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      throw RpcError.is(error) ? new StatusError(error.code, error.message) : error;
    }
  };
  return {
    name: "hawser",
    wait: (text) => withStatus(async () => (await client.wait({ value: text }, options)).value),
    count: (text) =>
      withStatus(async () => {
        const answers: string[] = [];
        for await (const { value } of client.count({ value: text }, options)) answers.push(value);
        return answers;
      }),
    chat: (texts) =>
      withStatus(async () => {
        const call = client.chat(undefined, options);
        const answers: string[] = [];
        for (const text of texts) {
          await call.send({ value: text });
          const next = await call.next();
          if (next.done === true) break;
          answers.push(next.value.value);
        }
        call.end();
        assert.equal((await call.next()).done, true);
        return answers;
      }),
    close: () => channel.close(),
  };
}

/** What a client of grpc-js has that is made from {@link DEFINITION}. */
interface GrpcJsEcho extends grpc.Client {
  wait(text: string, options: grpc.CallOptions, done: (error: grpc.ServiceError | null, reply: string) => void): void;
  count(text: string, options: grpc.CallOptions): grpc.ClientReadableStream<string>;
  chat(options: grpc.CallOptions): grpc.ClientDuplexStream<string, string>;
}

const toBytes = (text: string) => Buffer.from(encode(StringValue, { value: text }));
const toText = (bytes: Buffer) => decode(StringValue, bytes).value;
const METHOD = {
  requestSerialize: toBytes,
  requestDeserialize: toText,
  responseSerialize: toBytes,
  responseDeserialize: toText,
};
const DEFINITION = {
  wait: { ...METHOD, path: "/interop.Echo/Wait", requestStream: false, responseStream: false },
  count: { ...METHOD, path: "/interop.Echo/Count", requestStream: false, responseStream: true },
  chat: { ...METHOD, path: "/interop.Echo/Chat", requestStream: true, responseStream: true },
};

function grpcJsClient(target: string): EchoClient {
  const Client = grpc.makeGenericClientConstructor(DEFINITION, "Echo");
  const client = new Client(target, grpc.credentials.createInsecure(), {
    // A pool of its own: each client has a connection of its own.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.service_config": JSON.stringify(SERVICE_CONFIG),
  }) as unknown as GrpcJsEcho;
  const options = () => ({ deadline: Date.now() + TIMEOUT_MS });
  const statusOf = ({ code, details }: grpc.ServiceError) => new StatusError(code, details);
  return {
    name: "grpc-js",
    wait: (text) =>
      new Promise((resolve, reject) => {
        client.wait(text, options(), (error, reply) => (error === null ? resolve(reply) : reject(statusOf(error))));
      }),
    count: (text) =>
      new Promise((resolve, reject) => {
        const answers: string[] = [];
        client
          .count(text, options())
          .on("data", (answer: string) => answers.push(answer))
          .on("error", (error: grpc.ServiceError) => reject(statusOf(error)))
          .on("end", () => resolve(answers));
      }),
    chat: (texts) =>
      new Promise((resolve, reject) => {
        const answers: string[] = [];
        const call = client.chat(options());
        const next = () => {
          const text = texts[answers.length];
          if (text === undefined) call.end();
          else call.write(text);
        };
        call
          .on("data", (answer: string) => {
            answers.push(answer);
            next();
          })
          .on("error", (error: grpc.ServiceError) => reject(statusOf(error)))
          .on("end", () => resolve(answers));
        next();
      }),
    close: async () => client.close(),
  };
}
