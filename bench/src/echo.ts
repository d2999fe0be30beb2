/** What the stacks echo, and the interfaces behind which each of them looks the same to the driver. */

/** The message of bench/proto/echo.proto, as every stack shows it to its user. */
export interface Payload {
  readonly id: number;
  readonly name: string;
  readonly text: string;
  readonly body?: Uint8Array;
}

/** The reply of a client stream. */
export interface Summary {
  readonly count: number;
  readonly bytes: number;
  readonly ids: number;
}

/** Where the server is, and how to reach it. */
export interface Target {
  /** The port at 127.0.0.1. */
  readonly port: number;
  /** The certificate to trust, as PEM; absent for cleartext. */
  readonly ca?: string;
  /** How many sockets the pool of an HTTP/1.1 client opens; the other stacks use one per client. */
  readonly sockets: number;
}

/** One bidi stream, as the driver uses it. */
export interface BidiStream {
  send(message: Payload): void;
  /** Half-closes. */
  end(): void;
  /** Resolves when the server has ended its side with the status OK, and rejects when the stream failed. */
  readonly ended: Promise<void>;
}

/**
 * A client of one stack. A stack that cannot do a kind of call leaves the method out (and the kind out of its row in
 * stack.ts). `Request` and `Reply` differ from {@link Payload} only for the stacks without a codec, which send bytes.
 */
export interface EchoClient<Request = Payload, Reply = Payload> {
  /** Makes of a payload what `unary` takes; outside the measured time. */
  prepare(payload: Payload): Request;
  unary(request: Request): Promise<Reply>;
  /** True if the reply is the request. */
  isEcho(request: Request, reply: Reply): boolean;
  /** Calls `onMessage` for each message in order; resolves with the status OK. */
  serverStream?(count: number, size: number, onMessage: (message: Payload) => void): Promise<void>;
  clientStream?(messages: readonly Payload[]): Promise<Summary>;
  bidi?(onMessage: (message: Payload) => void): BidiStream;
  close(): Promise<void>;
}

/** For the stacks that take and give {@link Payload} as it is. */
export const payloadCodec: Pick<EchoClient, "prepare" | "isEcho"> = {
  prepare: (payload) => payload,
  isEcho: isSamePayload,
};

/** Compares every field, the body byte by byte. */
export function isSamePayload(request: Payload, reply: Payload): boolean {
  if (reply.id !== request.id || reply.name !== request.name || reply.text !== request.text) return false;
  if (request.body === undefined || request.body.length === 0)
    return reply.body === undefined || reply.body.length === 0;
  return reply.body !== undefined && Buffer.compare(request.body, reply.body) === 0;
}

const sentence = "The quick brown fox jumps over the lazy dog while five wizards box with jugs of liquid. ";

/** ASCII text of `size` characters; a different one for each `seed`. */
export function textOf(size: number, seed: number): string {
  const head = `${seed} `.slice(0, size);
  return head + sentence.repeat(Math.ceil(size / sentence.length)).slice(0, size - head.length);
}

/** Smallest id whose varint takes four bytes, so that all payloads have the same length. */
const firstId = 2 ** 21;

/**
 * Payload number `index`: 100 bytes on the wire as protobuf (5 of id, 17 of name, 78 of text) unless `bodyBytes` adds
 * a body.
 */
export function payloadOf(index: number, bodyBytes = 0): Payload {
  const payload = { id: firstId + index, name: `customer-${100_000 + index}`, text: textOf(76, index) };
  if (bodyBytes === 0) return payload;
  const body = new Uint8Array(bodyBytes);
  for (let i = 0; i < bodyBytes; i++) body[i] = (i * 31 + index * 7 + (i >> 8)) & 0xff;
  return { ...payload, body };
}

/** The text of each message of a server stream whose messages are `size` bytes of text long. */
export function streamText(size: number): string {
  return textOf(size, 7);
}
