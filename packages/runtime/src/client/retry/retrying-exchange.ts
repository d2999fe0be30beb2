import type { MethodType } from "../../protobuf/type/service-type.js";
import { Code, codeName } from "../../rpc/code.js";
import type { ClientExchange, ClientExchangeSink, ExchangeEnd, RequestOptions } from "../../rpc/exchange.js";
import type { HttpConnection, HttpHead } from "../../rpc/http-types.js";
import { Metadata } from "../../rpc/metadata.js";
import type { AttemptStart, MessageTracer } from "../../rpc/observer.js";
import { RpcError } from "../../rpc/rpc-error.js";
import type { OnPickedEnd, PendingCall, RetriedExchange, Retries } from "../call-channel.js";
import type { AttemptTrace, CallTrace } from "../call-trace.js";
import type { MethodConfig } from "../method-config.js";
import type { MethodPlan } from "../method-plan.js";
import { readPushback } from "./pushback.js";
import { encodeRequest } from "./raw-request.js";
import type { RetryBudget } from "./retry-budget.js";

/** The call whose attempts are made; it gets what the attempt brings to which it is committed, as if there were no other. */
export interface RetriedCall extends PendingCall, ClientExchangeSink, RequestOptions {
  readonly waitForReady: boolean;
  readonly plan: MethodPlan;
  readonly encoding: string | undefined;
  readonly trace: CallTrace | undefined;
  /** An attempt, the `number`th, has a connection. */
  onAttempt(connection: HttpConnection, number: number): void;
}

/** Retries and hedging as service configs ask for them. */
export const retries: Retries = {
  begin: (call: RetriedCall, config, budget) => new RetryingExchange(call, config, budget, Math.random),
};

/**
 * Several attempts at one call (gRFC A6): one after the other by a retry policy, or beside each other by a hedging policy.
 * Requests are kept, encoded, until the call is committed to one attempt: when that one's header comes, when the
 * requests are too large to be kept, or when it ends in a way after which no other is made.
 *
 *     attempting ──header, buffer full, or final status──> committed ──> over
 *        │  ^ └──status that is retried──> waiting (backoff, or pushback)
 *        │  └──────────────────────────────────┘
 *        └── hedging: a further attempt beside it after each delay
 */
class RetryingExchange implements RetriedExchange {
  readonly #call: RetriedCall;
  readonly #config: MethodConfig;
  readonly #budget: RetryBudget;
  readonly #random: () => number;
  #running: Attempt[] = [];
  #committed: Attempt | undefined;
  #over = false;
  /** Attempts that count; transparent ones don't. */
  #made = 0;
  /** Retries since the last pushback, for the backoff. */
  #backoffs = 0;
  #transparentlyRetried = false;
  #noMore = false;
  #cancelTimer: (() => void) | undefined;
  #lastEnd: ExchangeEnd | undefined;
  /** @internal The requests so far; once committed, those that are not sent yet. */
  requests: Uint8Array[] = [];
  /** @internal The requests have ended. */
  ended = false;
  #keptBytes = 0;

  constructor(call: RetriedCall, config: MethodConfig, budget: RetryBudget, random: () => number) {
    this.#call = call;
    this.#config = config;
    this.#budget = budget;
    this.#random = random;
  }

  /** Makes the first attempt. */
  start(): void {
    this.#attempt("first");
    this.#scheduleHedge();
  }

  send(message: unknown, last: boolean): boolean {
    const { method } = this.#call.plan;
    const bytes = encodeRequest(method, message);
    const most = this.#config.maxRequestBytes ?? Infinity;
    if (bytes.length > most) throw requestTooLarge(method, bytes.length, most);
    this.requests.push(bytes);
    if (last) this.ended = true;
    if (this.#committed === undefined) this.#keep(bytes.length);
    let writable = false;
    for (const attempt of [...this.#running]) writable = attempt.pump() || writable;
    return writable;
  }

  end(): void {
    this.ended = true;
    for (const attempt of [...this.#running]) attempt.pump();
  }

  cancel(code?: Code): void {
    this.#finish();
    for (const attempt of this.#running.splice(0)) attempt.cancel(code);
  }

  resume(): void {
    this.#committed?.resume();
  }

  /** What the call is waiting for, for the message of its error. */
  describeWait(): string {
    const attempt = this.#running[0];
    const last = this.#lastEnd === undefined ? "" : `; the last attempt failed with ${describeEnd(this.#lastEnd)}`;
    if (attempt === undefined) return `waiting to make attempt ${this.#made + 1}${last}`;
    if (!attempt.begun) return `${this.#call.plan.channel.describeWait(attempt)}${last}`;
    return `waiting for the response to attempt ${this.#made}${last}`;
  }

  /** @internal */
  onBegun(attempt: Attempt, connection: HttpConnection): void {
    this.#call.onAttempt(connection, attempt.number);
    if (attempt.pump()) this.#call.onWritable();
  }

  /** @internal */
  onWritable(attempt: Attempt): void {
    if (attempt.pump()) this.#call.onWritable();
  }

  /** @internal */
  onHeader(attempt: Attempt, head: HttpHead): void {
    this.#commit(attempt);
    this.#call.onHeader(head);
  }

  /** @internal */
  onMessage(message: unknown, size: number): boolean {
    return this.#call.onMessage(message, size);
  }

  /** @internal A request can't be sent. */
  onBroken(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.cancel();
    this.#call.onFinish({ code: Code.Internal, message, fields: [], details: [], failure: undefined });
  }

  /** @internal */
  onFinish(attempt: Attempt, end: ExchangeEnd, final: boolean): void {
    this.#running = this.#running.filter((each) => each !== attempt);
    if (this.#over) return;
    if (end.code === Code.Ok || final) {
      if (!final) this.#budget.throttle?.onSuccess();
      this.#conclude(end);
      return;
    }
    this.#lastEnd = end;
    const committed = attempt === this.#committed;
    if (end.failure?.unprocessed && attempt.begun && !this.#transparentlyRetried && !committed) {
      // The server's application has certainly not seen it (gRFC A6, "Transparent Retries"): neither counted nor delayed.
      this.#transparentlyRetried = true;
      this.#startAttempt(attempt.number, "transparent");
      return;
    }
    const { retry, hedging } = this.#config;
    const codes = retry?.codes ?? hedging?.nonFatalCodes;
    const goesOn = codes?.has(end.code) ?? false;
    const pushback = readPushback(end.fields);
    // Failures count whether there is another attempt or not.
    if (goesOn || pushback === "stop") this.#budget.throttle?.onFailure();
    if (!goesOn || committed) {
      this.#conclude(end);
      return;
    }
    if (pushback === "stop") this.#noMore = true;
    if (this.#mayAttempt) this.#next(pushback as number | undefined);
    else this.#cancelNext();
    if (this.#running.length === 0 && this.#cancelTimer === undefined && !this.#over) this.#conclude(end);
  }

  get #mayAttempt(): boolean {
    const most = this.#config.retry?.maxAttempts ?? this.#config.hedging?.maxAttempts ?? 1;
    return !this.#over && !this.#noMore && this.#committed === undefined && this.#made < most && this.#isOpen;
  }

  get #isOpen(): boolean {
    return this.#budget.throttle?.open ?? true;
  }

  #next(pushbackMs: number | undefined): void {
    const { retry } = this.#config;
    if (retry === undefined) {
      // A hedge need not wait for its delay when one before it has failed.
      if (pushbackMs === undefined) this.#hedge();
      else this.#scheduleHedge(pushbackMs);
      return;
    }
    let delayMs = pushbackMs;
    if (delayMs === undefined) {
      const exponential = retry.initialBackoffMs * retry.backoffMultiplier ** this.#backoffs;
      delayMs = Math.min(exponential, retry.maxBackoffMs) * (0.8 + 0.4 * this.#random());
      this.#backoffs++;
    } else {
      this.#backoffs = 0;
    }
    this.#schedule(() => this.#attempt("retry"), delayMs);
  }

  #scheduleHedge(delayMs: number = this.#config.hedging?.delayMs ?? 0): void {
    if (this.#config.hedging === undefined || !this.#mayAttempt) return;
    this.#schedule(() => this.#hedge(), delayMs);
  }

  #hedge(): void {
    if (this.#mayAttempt) this.#attempt("hedge");
    else if (this.#running.length === 0 && this.#lastEnd !== undefined) this.#conclude(this.#lastEnd);
    this.#scheduleHedge();
  }

  #schedule(task: () => void, delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#call.plan.channel.platform.clock.schedule(() => {
      this.#cancelTimer = undefined;
      task();
    }, delayMs);
  }

  #attempt(kind: AttemptKind): void {
    this.#startAttempt(++this.#made, kind);
  }

  #startAttempt(number: number, kind: AttemptKind): void {
    const attempt = new Attempt(this, this.#call, number, kind);
    this.#running.push(attempt);
    this.#call.plan.channel.start(attempt);
  }

  /** Room for a request that may have to be sent again; without it there will be no other attempt. */
  #keep(bytes: number): void {
    this.#keptBytes += bytes;
    this.#budget.bufferedBytes += bytes;
    const { callBufferBytes, channelBufferBytes, bufferedBytes } = this.#budget;
    if (this.#keptBytes <= callBufferBytes && bufferedBytes <= channelBufferBytes) return;
    // Of several hedges the one that is furthest goes on.
    let furthest = this.#running[0];
    for (const attempt of this.#running) if (attempt.sent > furthest.sent) furthest = attempt;
    if (furthest === undefined) this.#noMore = true;
    else this.#commit(furthest);
  }

  #commit(attempt: Attempt): void {
    if (this.#committed !== undefined) return;
    this.#committed = attempt;
    this.#release();
    for (const other of this.#running) if (other !== attempt) other.cancel();
    this.#running = [attempt];
    attempt.dropSent();
  }

  #conclude(end: ExchangeEnd): void {
    this.#finish();
    for (const attempt of this.#running.splice(0)) attempt.cancel();
    this.#call.onFinish(end);
  }

  #finish(): void {
    this.#over = true;
    this.#release();
  }

  #cancelNext(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #release(): void {
    this.#cancelNext();
    this.#budget.bufferedBytes -= this.#keptBytes;
    this.#keptBytes = 0;
  }

  /** @internal */
  isCommitted(attempt: Attempt): boolean {
    return this.#committed === attempt;
  }
}

type AttemptKind = AttemptStart["kind"];

/** One attempt: it waits in the channel, then sends what there is and goes on as more comes. */
class Attempt implements PendingCall, ClientExchangeSink, RequestOptions {
  readonly number: number;
  readonly metadata: Metadata | undefined;
  readonly #owner: RetryingExchange;
  readonly #call: RetriedCall;
  readonly #trace: AttemptTrace | undefined;
  #exchange: ClientExchange | undefined;
  #onEnd: OnPickedEnd | undefined;
  #sent = 0;
  #endSent = false;
  #writable = true;
  #over = false;

  constructor(owner: RetryingExchange, call: RetriedCall, number: number, kind: AttemptKind) {
    this.number = number;
    this.#owner = owner;
    this.#call = call;
    const metadata =
      number === 1 ? call.metadata : new Metadata(call.metadata).set("grpc-previous-rpc-attempts", String(number - 1));
    this.#trace = call.trace?.startAttempt(kind, number - 1, metadata);
    this.metadata = this.#trace === undefined ? metadata : this.#trace.metadata;
  }

  get tracer(): MessageTracer | undefined {
    return this.#trace?.tracer;
  }

  onQueued(): void {
    this.#trace?.onQueued();
  }

  get waitForReady(): boolean {
    return this.#call.waitForReady;
  }

  get method(): MethodType {
    return this.#call.plan.method;
  }

  get deadlineMs(): number {
    return this.#call.deadlineMs;
  }

  get timeoutMs(): number {
    return this.#call.timeoutMs;
  }

  get maxReceiveBytes(): number {
    return this.#call.maxReceiveBytes;
  }

  get begun(): boolean {
    return this.#exchange !== undefined;
  }

  /** Requests that went out. */
  get sent(): number {
    return this.#sent;
  }

  configure(): boolean {
    return true;
  }

  begin(connection: HttpConnection, onEnd: OnPickedEnd | undefined): void {
    const { plan, encoding } = this.#call;
    this.#onEnd = onEnd;
    this.#trace?.onPicked(connection.peer);
    this.#exchange = plan.protocol.open(connection, plan.fieldsFor(encoding), plan.rawTarget, encoding, this, this);
    this.#owner.onBegun(this, connection);
  }

  fail(code: Code, message: string, cause: unknown, final: boolean = false): void {
    const failure = { code: CONNECT_ERROR, message, origin: "connection" as const, unprocessed: true, cause };
    this.#finish({ code, message, fields: [], details: [], failure }, final);
  }

  /** Sends what is not sent yet, as far as there is room. True if there is room for more. */
  pump(): boolean {
    const exchange = this.#exchange;
    if (exchange === undefined || this.#over) return false;
    const { requests } = this.#owner;
    try {
      while (this.#sent < requests.length && this.#writable) {
        const bytes = requests[this.#sent++];
        const last = this.#owner.ended && this.#sent === requests.length;
        if (last) this.#endSent = true;
        this.#writable = exchange.send(bytes, last);
      }
      if (this.#owner.ended && !this.#endSent && this.#sent === requests.length) {
        this.#endSent = true;
        exchange.end();
      }
    } catch (error) {
      this.#owner.onBroken(error);
      return false;
    }
    if (this.#owner.isCommitted(this)) this.dropSent();
    return this.#writable && !this.#over;
  }

  /** Nothing will be sent again. */
  dropSent(): void {
    this.#owner.requests.splice(0, this.#sent);
    this.#sent = 0;
  }

  cancel(code: Code = Code.Cancelled): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#exchange === undefined) this.#call.plan.channel.forget(this);
    else this.#exchange.cancel();
    this.#end({ code, message: "", fields: [] });
  }

  resume(): void {
    this.#exchange?.resume();
  }

  onHeader(head: HttpHead): void {
    if (this.#over) return;
    this.#trace?.onHeader(head.fields);
    this.#owner.onHeader(this, head);
  }

  onMessage(message: unknown, size: number): boolean {
    return this.#over || this.#owner.onMessage(message, size);
  }

  onWritable(): void {
    this.#writable = true;
    if (!this.#over) this.#owner.onWritable(this);
  }

  onFinish(end: ExchangeEnd): void {
    this.#finish(end, false);
  }

  #finish(end: ExchangeEnd, final: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#end(end);
    this.#owner.onFinish(this, end, final);
  }

  #end(end: { readonly code: Code; readonly message: string; readonly fields: ExchangeEnd["fields"] }): void {
    this.#trace?.end(end.code, end.message, end.fields);
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.(end);
  }
}

/** The error of a request that is over what the service config allows. */
function requestTooLarge(method: MethodType, bytes: number, most: number): RpcError {
  return new RpcError(
    Code.ResourceExhausted,
    `a request of ${method.path} has ${bytes} bytes, over the ${most} that the service config allows`,
  );
}

function describeEnd({ code, message }: ExchangeEnd): string {
  return `${codeName(code)}${message === "" ? "" : `: ${message}`}`;
}

/** RFC 9113 §7. */
const CONNECT_ERROR = 0xa;
