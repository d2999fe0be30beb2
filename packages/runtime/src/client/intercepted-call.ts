import type { Clock } from "../base/clock.js";
import type { MethodType } from "../protobuf/type/service-type.js";
import { Code } from "../rpc/code.js";
import { callDeadline, type DeadlineMs, deadlineToDate, NO_DEADLINE } from "../rpc/deadline.js";
import type { HttpPeer } from "../rpc/http-types.js";
import { type Call, type Interceptor, intercept, type Payload } from "../rpc/interceptor.js";
import { MessageQueue, type QueueOwner } from "../rpc/message-queue.js";
import { Metadata } from "../rpc/metadata.js";
import { RpcError } from "../rpc/rpc-error.js";
import { type EndListener, notifyEnd, type Status } from "../rpc/status.js";
import type { CallOptions } from "./call-options.js";
import { type ClientCall, parentEnded, throwLater } from "./client-call.js";

/** Starts a plain call: what stands behind the last interceptor. */
export type StartCall = (request: unknown, options: CallOptions) => ClientCall;

/** What an intercepted call is made of. */
export interface InterceptedCallInit {
  readonly method: MethodType;
  readonly clock: Clock;
  readonly interceptors: readonly Interceptor[];
  readonly options: CallOptions | undefined;
  readonly start: StartCall;
}

/**
 * A call that goes through interceptors: to them it is the {@link Call}, to the caller the call. The plain calls that
 * `next` starts, none or several, are inside it.
 */
abstract class InterceptedCall implements Call, QueueOwner {
  readonly method: MethodType;
  readonly metadata: Metadata;
  protected readonly result: Promise<Payload>;
  readonly #init: InterceptedCallInit;
  readonly #deadlineMs: DeadlineMs;
  readonly #controller = new AbortController();
  readonly #stopListening: () => void;
  /** The plain calls that were started; the last one is what the caller sees. */
  readonly #inner: ClientCall[] = [];
  /** Who asked for header or trailer before there was a plain call. */
  #startListeners: (() => void)[] = [];
  /** Requests sent by hand, for the interceptors to read. */
  readonly #requests: MessageQueue<unknown> | undefined;
  #room: (() => void)[] = [];
  #status: Status | undefined;
  #endListeners: EndListener[] = [];

  constructor(init: InterceptedCallInit, request: unknown) {
    const { options, clock } = init;
    this.#init = init;
    this.method = init.method;
    this.metadata = new Metadata(options?.metadata);
    this.#deadlineMs = callDeadline(clock, options?.timeoutMs, options?.parent?.deadline);
    const { kind } = init.method;
    const byHand = request === undefined && (kind === "client_streaming" || kind === "bidi_streaming");
    this.#requests = byHand ? new MessageQueue(this) : undefined;
    this.#stopListening = this.#listen(options?.signal, options?.parent?.signal);
    this.result = this.#run(byHand ? this.#requests : request);
  }

  get deadline(): Date | undefined {
    return deadlineToDate(this.#init.clock, this.#deadlineMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get peer(): HttpPeer | undefined {
    return this.#inner.at(-1)?.peer;
  }

  get header(): Promise<Metadata> {
    return new Promise((resolve) => this.#whenStarted(() => resolve(this.#inner.at(-1)?.header ?? new Metadata())));
  }

  get trailer(): Promise<Metadata> {
    // Only the end says which of several attempts was the last.
    return new Promise((resolve) => this.onEnd(() => resolve(this.#inner.at(-1)?.trailer ?? new Metadata())));
  }

  onEnd(listener: EndListener): void {
    if (this.#status !== undefined) listener(this.#status);
    else this.#endListeners.push(listener);
  }

  cancel(reason?: unknown): void {
    this.#abort(new RpcError(Code.Cancelled, "the caller cancelled the call", { cause: reason }));
  }

  /** Sends one of the requests of a call made without an iterable. */
  async send(message: unknown): Promise<void> {
    if (this.#status !== undefined) {
      throw (
        this.#status.error ?? new RpcError(Code.FailedPrecondition, "the call has ended and takes no more requests")
      );
    }
    if (this.#requests?.push(message, 0) === false) await new Promise<void>((resolve) => this.#room.push(resolve));
  }

  /** Ends the requests of a call made without an iterable. */
  end(): void {
    this.#requests?.end();
  }

  onDrained(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }

  onAbandoned(): void {
    this.onDrained();
  }

  /** The call has ended for its caller. */
  protected finish(error: RpcError | undefined): void {
    if (this.#status !== undefined) return;
    this.#status = statusOf(error);
    this.#stopListening();
    this.onDrained();
    // What an interceptor began and did not wait for ends with the call.
    for (const inner of this.#inner) inner.cancel();
    for (const listener of this.#startListeners.splice(0)) listener();
    notifyEnd(this.#endListeners.splice(0), this.#status, throwLater);
  }

  async #run(request: unknown): Promise<Payload> {
    const aborted = new Promise<never>((_, reject) => {
      const { signal } = this.#controller;
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const replied = intercept(this.#init.interceptors, this, request, (changed) => this.#start(changed));
    try {
      // An interceptor may be waiting for something else when the call is cancelled or its deadline passes.
      return await Promise.race([replied, aborted]);
    } catch (error) {
      throw asRpcError(error);
    }
  }

  #start(request: unknown): ClientCall {
    const { options, clock, start } = this.#init;
    const inner = start(request, {
      waitForReady: options?.waitForReady,
      compression: options?.compression,
      callCredentials: options?.callCredentials,
      maxReceiveBytes: options?.maxReceiveBytes,
      metadata: this.metadata,
      parent: options?.parent,
      signal: this.#controller.signal,
      timeoutMs: this.#deadlineMs === NO_DEADLINE ? undefined : Math.max(0, this.#deadlineMs - clock.now()),
    });
    this.#inner.push(inner);
    for (const listener of this.#startListeners.splice(0)) listener();
    return inner;
  }

  /** Calls `listener` once there is a plain call, or none will come. */
  #whenStarted(listener: () => void): void {
    if (this.#inner.length > 0 || this.#status !== undefined) listener();
    else this.#startListeners.push(listener);
  }

  /** Follows the caller's signals and the deadline. Returns what stops it. */
  #listen(own: AbortSignal | undefined, parent: AbortSignal | undefined): () => void {
    const onOwn = () => this.cancel(own?.reason);
    const onParent = () => this.#abort(parentEnded(parent?.reason));
    own?.addEventListener("abort", onOwn);
    parent?.addEventListener("abort", onParent);
    const cancelTimer =
      this.#deadlineMs === NO_DEADLINE
        ? undefined
        : this.#init.clock.schedule(
            () =>
              this.#abort(
                new RpcError(Code.DeadlineExceeded, `the deadline of ${this.method.path} passed in an interceptor`),
              ),
            // The plain call inside knows better what it was waiting for: it speaks first.
            this.#deadlineMs - this.#init.clock.now() + INNER_FIRST_MS,
          );
    if (own?.aborted) onOwn();
    else if (parent?.aborted) onParent();
    return () => {
      own?.removeEventListener("abort", onOwn);
      parent?.removeEventListener("abort", onParent);
      cancelTimer?.();
    };
  }

  #abort(error: RpcError): void {
    if (this.#status === undefined) this.#controller.abort(error);
  }
}

/** A call with one reply. */
export class InterceptedUnaryCall<T> extends InterceptedCall implements Promise<T> {
  readonly [Symbol.toStringTag] = "InterceptedUnaryCall";

  constructor(init: InterceptedCallInit, request: unknown) {
    super(init, request);
    this.result.then(
      () => this.finish(undefined),
      (error) => this.finish(error),
    );
  }

  // biome-ignore lint/suspicious/noThenProperty: the call is the promise of its reply (DESIGN §3)
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.result.catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.result.finally(onFinally);
  }
}

/** A call with a stream of replies. */
export class InterceptedStreamCall<T> extends InterceptedCall implements AsyncIterableIterator<T> {
  readonly #replies: AsyncGenerator<T>;

  constructor(init: InterceptedCallInit, request: unknown) {
    super(init, request);
    this.#replies = this.#iterate();
    // The reader meets the failure in its loop; without a reader it is nobody's, as with a plain stream.
    this.result.catch((error) => this.finish(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    return this.#replies.next();
  }

  return(): Promise<IteratorResult<T>> {
    this.cancel();
    return this.#replies.return(undefined);
  }

  async *#iterate(): AsyncGenerator<T> {
    let failure: RpcError | undefined = new RpcError(Code.Cancelled, "the caller left the stream of replies");
    try {
      yield* (await this.result) as AsyncIterable<T>;
      failure = undefined;
    } catch (error) {
      failure = asRpcError(error);
      throw failure;
    } finally {
      this.finish(failure);
    }
  }
}

/** What an interceptor throws is the call's failure, and calls fail with one kind of error only. */
function asRpcError(error: unknown): RpcError {
  if (RpcError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError(Code.Unknown, `an interceptor failed: ${message}`, { cause: error });
}

function statusOf(error: RpcError | undefined): Status {
  return error === undefined
    ? { code: Code.Ok, message: "", error: undefined }
    : { code: error.code, message: error.message, error };
}

/** How long after the deadline the interceptors' own watch fires; two steps of the timer wheel. */
const INNER_FIRST_MS = 10;
