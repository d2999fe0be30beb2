/**
 * What the servers do, written once for every implementation: the metadata of a call says what its handler shall do.
 */
import type { Kind, Message, Pairs } from "./peer.js";

/** A call as the script sees it. */
export interface ScriptCall {
  readonly kind: Kind;
  readonly metadata: Pairs;
  readonly requests: AsyncIterable<Message>;
  sendHeader(pairs: Pairs): void;
  setTrailer(pairs: Pairs): void;
  /** Resolves when the client gives up, goes away or its deadline passes. */
  readonly cancelled: Promise<void>;
}

/** The status that a script ends with. */
export class ScriptError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a server saw of one call; the client names the call in its metadata. */
export class Observation {
  /** The handler is at work. */
  readonly started: Promise<void>;
  readonly cancelled: Promise<void>;
  /** The handler is done. */
  readonly done: Promise<void>;
  begun = false;
  /** Requests that it has read. */
  requests = 0;
  /** Replies that it has handed over. */
  replies = 0;
  /** The client has ended its requests, and the handler has read to there. */
  readonly halfClosed: Promise<void>;
  start!: () => void;
  cancel!: () => void;
  finish!: () => void;
  halfClose!: () => void;

  constructor() {
    this.started = new Promise((resolve) => {
      this.start = () => {
        this.begun = true;
        resolve();
      };
    });
    this.cancelled = new Promise((resolve) => (this.cancel = resolve));
    this.done = new Promise((resolve) => (this.finish = resolve));
    this.halfClosed = new Promise((resolve) => (this.halfClose = resolve));
  }
}

const observations = new Map<string, Observation>();

/** The observation of the call whose metadata has `x-call: name`. */
export function observe(name: string): Observation {
  let observation = observations.get(name);
  if (observation === undefined) {
    observation = new Observation();
    observations.set(name, observation);
  }
  return observation;
}

/**
 * After so many replies the rest of the process has its turn, for those whom nobody holds up: Node's own HTTP/2 takes
 * any number of small messages without saying stop, and needs time that grows with their square.
 */
const TURN = 64;

let names = 0;

/** A name that no call had before. */
export function newName(): string {
  return `call-${++names}`;
}

/**
 * The handler of all methods; yields the replies.
 *
 * - `x-script: echo` (default): a reply for each request; for a method with one reply, one with the count of requests
 *   as its id and the last payload.
 * - `many`: `x-count` replies of `x-size` bytes.
 * - `hang`: after `x-after` replies, or with `x-hang-after: header`, nothing until the call is cancelled.
 * - `endless`: replies without end.
 * - `count`: reads all requests, with a pause of `x-pause-ms` after each `x-pause-every` of them, and replies their count.
 * - `status`: after `x-after` replies ends with `x-code` and `x-message-bin`.
 * - `throw`: throws what is no status.
 *
 * Metadata `h-…` comes back as header, `t-…` as trailer.
 */
export async function* script(call: ScriptCall): AsyncGenerator<Message> {
  const text = (key: string): string => (call.metadata.find(([each]) => each === key)?.[1] as string | undefined) ?? "";
  const number = (key: string): number => Number(text(key));
  const observation = observe(text("x-call"));
  observation.start();
  call.cancelled.then(observation.cancel);
  const header = call.metadata.filter(([key]) => key.startsWith("h-"));
  if (header.length > 0) call.sendHeader(header);
  call.setTrailer(call.metadata.filter(([key]) => key.startsWith("t-")));
  try {
    for await (const reply of replies(call, text, number, observation)) {
      yield reply;
      observation.replies++;
    }
  } finally {
    observation.finish();
  }
}

async function* replies(
  call: ScriptCall,
  text: (key: string) => string,
  number: (key: string) => number,
  observation: Observation,
): AsyncGenerator<Message> {
  const streams = call.kind === "serverStream" || call.kind === "bidiStream";
  const read = async function* (): AsyncGenerator<Message> {
    for await (const request of call.requests) {
      observation.requests++;
      yield request;
    }
    observation.halfClose();
  };
  switch (text("x-script") || "echo") {
    case "echo": {
      let count = 0n;
      let payload: Uint8Array = new Uint8Array(0);
      for await (const request of read()) {
        count++;
        payload = request.payload;
        if (streams) yield request;
      }
      if (!streams) yield { id: call.kind === "unary" ? BigInt(text("x-id") || "0") : count, payload };
      return;
    }
    case "many": {
      const payload = new Uint8Array(number("x-size"));
      const count = number("x-count");
      for (let id = 0; id < count; id++) {
        yield { id: BigInt(id), payload };
        if (id % TURN === TURN - 1) await new Promise(setImmediate);
      }
      return;
    }
    case "endless": {
      const payload = new Uint8Array(number("x-size"));
      let over = false;
      call.cancelled.then(() => (over = true));
      for (let id = 0n; !over; id++) {
        yield { id, payload };
        if (id % BigInt(TURN) === BigInt(TURN - 1)) await new Promise(setImmediate);
      }
      return;
    }
    case "hang": {
      const after = number("x-after");
      for (let id = 0; id < after; id++) yield { id: BigInt(id), payload: new Uint8Array(1) };
      if (text("x-read") === "all") for await (const _ of read());
      await call.cancelled;
      return;
    }
    case "count": {
      const every = number("x-pause-every");
      for await (const _ of read()) {
        if (every > 0 && observation.requests % every === 0)
          await new Promise((r) => setTimeout(r, number("x-pause-ms")));
      }
      yield { id: BigInt(observation.requests), payload: new Uint8Array(0) };
      return;
    }
    case "status": {
      const after = number("x-after");
      for (let id = 0; id < after; id++) yield { id: BigInt(id), payload: new Uint8Array(1) };
      const message = call.metadata.find(([key]) => key === "x-message-bin")?.[1] as Uint8Array | undefined;
      throw new ScriptError(number("x-code"), new TextDecoder().decode(message));
    }
    case "throw":
      throw new Error("a secret of the server");
  }
}
