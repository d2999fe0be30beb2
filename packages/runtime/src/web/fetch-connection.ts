import { ByteWriter } from "../base/byte-writer.js";
import { NO_BYTES } from "../base/no-bytes.js";
import { CANCEL, INTERNAL_ERROR } from "../rpc/http-code.js";
import type { HttpConnection, HttpFields, HttpPeer, HttpSink, HttpStream } from "../rpc/http-types.js";

/** What `fetch` is asked beside the request itself. */
export interface FetchOptions {
  /** Default: the platform's own. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Whether cookies go along to other origins. */
  readonly credentials: RequestCredentials;
  /** Whether requests may be streams; if not they go out whole. */
  readonly streams: boolean;
}

/**
 * Whether this platform's `fetch` streams requests (fetch.spec.whatwg.org, "duplex"): one that does asks for `duplex`,
 * and one that does not makes text of the stream, which has a content type.
 */
export function canStreamRequests(): boolean {
  let asked = false;
  try {
    const probe = {
      method: "POST",
      body: new ReadableStream(),
      get duplex() {
        asked = true;
        return "half";
      },
    };
    return !new Request("https://hawser.invalid", probe as RequestInit).headers.has("content-type") && asked;
  } catch {
    return false;
  }
}

/** HTTP by `fetch`: a request goes out whole unless it is a stream, the response comes in as it is sent. */
export class FetchConnection implements HttpConnection {
  readonly peer: HttpPeer;
  readonly available = true;
  readonly carriesRequestStreams: boolean;
  readonly #options: FetchOptions;
  readonly #running = new Set<FetchStream>();

  /** @param baseUrl without a slash at its end */
  constructor(baseUrl: string, options: FetchOptions) {
    this.peer = { address: baseUrl };
    this.carriesRequestStreams = options.streams;
    this.#options = options;
  }

  open(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean, sink: HttpSink): HttpStream {
    const stream: FetchStream = new FetchStream(this.peer.address, this.#options, fields, extra, endStream, sink, () =>
      this.#running.delete(stream),
    );
    this.#running.add(stream);
    return stream;
  }

  close(): void {}

  destroy(): void {
    for (const stream of this.#running) stream.abandon();
  }
}

/** One request and its response. */
class FetchStream implements HttpStream {
  sink: HttpSink;
  readonly #url: string;
  readonly #method: string;
  readonly #options: FetchOptions;
  readonly #headers = new Headers();
  readonly #abort = new AbortController();
  readonly #onEnd: () => void;
  readonly #writer = new ByteWriter(512);
  #start = 0;
  #over = false;
  /** The request has been sent, or has begun to be. */
  #sent = false;
  #requestEnded = false;
  /** Takes the pieces of a request that is a stream. */
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Bytes handed to the sink that it has not consumed. */
  #held = 0;
  #resume: (() => void) | undefined;

  constructor(
    baseUrl: string,
    options: FetchOptions,
    fields: HttpFields,
    extra: HttpFields | undefined,
    endStream: boolean,
    sink: HttpSink,
    onEnd: () => void,
  ) {
    this.sink = sink;
    this.#options = options;
    this.#onEnd = onEnd;
    let path = "";
    let method = "POST";
    for (const { name, value } of extra === undefined ? fields : [...fields, ...extra]) {
      if (name === ":path") path = value;
      else if (name === ":method") method = value;
      else if (!name.startsWith(":") && !PLATFORM_FIELDS.has(name)) this.#headers.append(name, value);
    }
    this.#method = method;
    this.#url = baseUrl + path;
    if (endStream) this.#run();
    // A request that is not whole by then is a stream.
    else if (options.streams) queueMicrotask(() => this.#startStream());
  }

  sendHead(): void {
    // The request's head went with `open`; requests have no trailers.
  }

  beginData(): ByteWriter {
    this.#start = this.#writer.pos;
    return this.#writer;
  }

  commitData(endStream: boolean): boolean {
    if (!endStream && !this.#options.streams) return true;
    if (!endStream) this.#startStream();
    if (!this.#sent) {
      this.#run();
      return true;
    }
    const body = this.#body;
    if (body === undefined || this.#requestEnded || this.#over) return true;
    if (this.#writer.pos > 0) body.enqueue(this.#writer.finish());
    this.#writer.pos = 0;
    this.#requestEnded = endStream;
    if (endStream) body.close();
    return (body.desiredSize ?? 0) > 0;
  }

  abortData(): void {
    this.#writer.pos = this.#start;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    this.#writer.reserve(bytes.length);
    this.#writer.buf.set(bytes, this.#writer.pos);
    this.#writer.pos += bytes.length;
    return this.commitData(endStream);
  }

  reset(): void {
    this.#finish();
    this.#abort.abort();
    this.#wake();
  }

  consume(count: number): void {
    this.#held -= count;
    if (this.#held < MAX_HELD_BYTES) this.#wake();
  }

  hold(): void {}

  release(): void {}

  /** The connection is destroyed. */
  abandon(): void {
    if (this.#over) return;
    this.reset();
    this.sink.onFailure({ code: CANCEL, message: "the channel was closed", origin: "connection", unprocessed: false });
  }

  #startStream(): void {
    if (this.#sent || this.#over) return;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#body = controller;
        },
        pull: () => {
          if (!this.#over && !this.#requestEnded) this.sink.onWritable();
        },
        cancel: () => {
          // The response says why.
          this.#requestEnded = true;
        },
      },
      { highWaterMark: MAX_HELD_BYTES, size: (chunk) => chunk?.length ?? 0 },
    );
    this.#run(body);
  }

  async #run(stream?: ReadableStream<Uint8Array>): Promise<void> {
    this.#sent = true;
    const whole = () => (this.#method === "GET" ? null : (this.#writer.finish() as Uint8Array<ArrayBuffer>));
    const { fetch, credentials } = this.#options;
    try {
      const response = await fetch(this.#url, {
        method: this.#method,
        headers: this.#headers,
        ...(stream === undefined ? { body: whole() } : { body: stream, duplex: "half" }),
        signal: this.#abort.signal,
        credentials,
        redirect: "error",
        // What a GET gives may be kept as its response says: it is there for that.
        cache: this.#method === "GET" ? "default" : "no-store",
      });
      if (this.#over) return;
      this.sink.onHead(headOf(response), false);
      await this.#read(response.body);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #read(body: ReadableStream<Uint8Array> | null): Promise<void> {
    const reader = body?.getReader();
    while (!this.#over) {
      const chunk = await reader?.read();
      if (this.#over) return;
      if (chunk === undefined || chunk.done) {
        this.#finish();
        this.sink.onData(NO_BYTES, 0, 0, true);
        return;
      }
      this.#held += chunk.value.length;
      this.sink.onData(chunk.value, 0, chunk.value.length, false);
      // A reader that falls behind stops the platform from reading on.
      if (this.#held >= MAX_HELD_BYTES && !this.#over) await new Promise<void>((resolve) => (this.#resume = resolve));
    }
  }

  #wake(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  #finish(): void {
    this.#over = true;
    this.#onEnd();
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#finish();
    this.sink.onFailure({
      code: INTERNAL_ERROR,
      message: `the request to ${this.#url} failed: ${describe(error)}`,
      origin: "connection",
      unprocessed: false,
      cause: error,
    });
  }
}

function headOf(response: Response) {
  const fields: { name: string; value: string }[] = [];
  response.headers.forEach((value, name) => {
    // The body comes inflated already.
    if (name !== "content-encoding") fields.push({ name, value });
  });
  return { method: "", scheme: "", authority: "", path: "", status: response.status, fields, derived: undefined };
}

/** Fields that are the platform's to set: it says what it inflates, and who it is. */
const PLATFORM_FIELDS: ReadonlySet<string> = new Set(["accept-encoding", "user-agent", "te"]);

/** Browsers hide from a page why a request failed, lest it learns of other origins. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return `${error.message}: ${error.cause.message}`;
  return `${error.message} (the server can't be reached, or does not allow this page's origin: CORS)`;
}

/** 256 KiB, the window of a stream of our HTTP/2 engine. */
const MAX_HELD_BYTES: number = 256 * 1024;
