import { ByteWriter } from "../base/byte-writer.js";
import { NO_BYTES } from "../base/no-bytes.js";
import { CANCEL, NO_ERROR } from "../rpc/http-code.js";
import type { HttpField, HttpFields, HttpHead, HttpSink, HttpStream } from "../rpc/http-types.js";
import { UNSET_HTTP_SINK } from "../rpc/unset-sinks.js";

/** A `Request` and the `Response` to it, in the shape in which everything above knows streams. */
export class FetchServerStream implements HttpStream {
  sink: HttpSink = UNSET_HTTP_SINK;
  /** The response once its head is known; undefined if the request is nobody's. */
  readonly response: Promise<Response | undefined>;
  readonly #request: Request;
  readonly #onEnd: () => void;
  #respond!: (response: Response | undefined) => void;
  /** The head, until the response is made of it: what is sent in the same turn is its body. */
  #head: { readonly status: number; readonly headers: Headers } | undefined;
  #first: Uint8Array = NO_BYTES;
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  #headSent = false;
  #ended = false;
  #closed = false;
  readonly #writer = new ByteWriter(0);
  #start = 0;
  #held = 0;
  #resume: (() => void) | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  /** @param onEnd called once, when the response is whole or given up */
  constructor(request: Request, onEnd: () => void) {
    this.#request = request;
    this.#onEnd = onEnd;
    this.response = new Promise((resolve) => {
      this.#respond = resolve;
    });
    request.signal?.addEventListener("abort", this.#onAbort);
  }

  /** Reads the request; after somebody has become its sink. */
  read(): void {
    if (this.#request.signal?.aborted === true) this.#onAbort();
    if (!this.#closed && this.#request.body !== null) this.#read(this.#request.body);
  }

  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    if (this.#ended || this.#closed) return;
    if (this.#headSent) {
      this.#end();
      return;
    }
    this.#headSent = true;
    const headers = new Headers();
    let status = 200;
    for (const { name, value } of extra === undefined ? fields : [...fields, ...extra]) {
      if (name === ":status") status = Number(value);
      else headers.append(name, value);
    }
    this.#head = { status, headers };
    if (endStream) this.#end();
    else queueMicrotask(() => this.#makeResponse());
  }

  beginData(): ByteWriter {
    this.#start = this.#writer.pos;
    return this.#writer;
  }

  commitData(endStream: boolean): boolean {
    const bytes = this.#writer.finish();
    this.#writer.pos = 0;
    return this.sendData(bytes, endStream);
  }

  abortData(): void {
    this.#writer.pos = this.#start;
  }

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    if (this.#ended || this.#closed) return true;
    if (this.#head !== undefined) {
      if (this.#first.length > 0) this.#makeResponse();
      else this.#first = bytes;
    }
    if (this.#head === undefined && bytes.length > 0) this.#body?.enqueue(bytes);
    if (endStream) {
      this.#end();
      return true;
    }
    return this.#body === undefined || (this.#body.desiredSize ?? 0) > 0;
  }

  reset(code: number): void {
    this.sink = UNSET_HTTP_SINK;
    if (!this.#headSent) this.#respond(new Response(null, { status: 500 }));
    else if (!this.#ended) this.#body?.error(new Error("the call was given up"));
    this.#close(code === NO_ERROR ? "the rest of the request is not wanted" : "the call was given up");
  }

  consume(count: number): void {
    this.#held -= count;
    if (this.#held < MAX_HELD_BYTES) this.#wake();
  }

  hold(): void {}

  release(): void {}

  pass(): boolean {
    this.#respond(undefined);
    this.#closed = true;
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    this.#onEnd();
    return true;
  }

  /** The server cuts it off. */
  abandon(): void {
    this.#fail("the server was shut down");
  }

  #end(): void {
    this.#ended = true;
    const head = this.#head;
    if (head !== undefined) {
      this.#head = undefined;
      const body = NO_BODY.has(head.status) ? null : this.#first;
      this.#respond(new Response(body as Uint8Array<ArrayBuffer> | null, head));
    } else {
      this.#body?.close();
    }
    if (this.#request.body === null) this.#close("");
    else this.#onEnd();
  }

  /** Makes a response whose body is sent as it comes. */
  #makeResponse(): void {
    const head = this.#head;
    if (head === undefined || this.#closed) return;
    this.#head = undefined;
    const first = this.#first;
    this.#first = NO_BYTES;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#body = controller;
          if (first.length > 0) controller.enqueue(first);
        },
        pull: () => {
          if (!this.#ended) this.sink.onWritable();
        },
        cancel: () => {
          this.#fail("the client cancelled the response");
        },
      },
      { highWaterMark: MAX_WAITING_BYTES, size: (chunk) => chunk?.length ?? 0 },
    );
    this.#respond(new Response(body, head));
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    this.#reader = reader;
    try {
      while (!this.#closed) {
        const { done, value } = await reader.read();
        if (this.#closed) return;
        if (done) {
          this.sink.onData(NO_BYTES, 0, 0, true);
          return;
        }
        this.#held += value.length;
        this.sink.onData(value, 0, value.length, false);
        // A handler that falls behind stops the platform from reading on.
        if (this.#held >= MAX_HELD_BYTES && !this.#closed) {
          await new Promise<void>((resolve) => {
            this.#resume = resolve;
          });
        }
      }
    } catch (error) {
      this.#fail(`the request broke off: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #wake(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  readonly #onAbort = (): void => this.#fail("the client is gone");

  #fail(message: string): void {
    if (this.#closed) return;
    const { sink } = this;
    if (!this.#headSent) this.#respond(new Response(null, { status: 499 }));
    else if (!this.#ended) this.#tryError(message);
    this.#close(message);
    sink.onFailure({ code: CANCEL, message, origin: "peer", unprocessed: false });
  }

  #tryError(message: string): void {
    try {
      this.#body?.error(new Error(message));
    } catch {
      // It was cancelled, and has no use for an error.
    }
  }

  #close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake();
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    this.#reader?.cancel(reason).catch(() => {});
    this.#onEnd();
  }
}

/** The head of a request. */
export function headOf({ method, url, headers }: Request): HttpHead {
  const { protocol, host, pathname, search } = new URL(url);
  const fields: HttpField[] = [];
  let authority = host;
  headers.forEach((value, name) => {
    if (name === "host") authority = value;
    else fields.push({ name, value });
  });
  const scheme = protocol.replace(":", "");
  return { method, scheme, authority, path: pathname + search, status: 0, fields, derived: undefined };
}

/** A `Response` with one of these must have no body (fetch.spec.whatwg.org, "null body status"). */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** 256 KiB, the window of a stream of our HTTP/2 engine. */
const MAX_HELD_BYTES: number = 256 * 1024;

/** 64 KiB, as STREAM_QUEUE_BYTES of HTTP/2: past it a sender waits. */
const MAX_WAITING_BYTES: number = 64 * 1024;
