import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import type { CallOptions } from "./call-options.js";
import { ClientCall } from "./client-call.js";
import type { MethodPlan } from "./method-plan.js";

/** A call with one reply: the call is the promise of it. */
export class UnaryCall<T> extends ClientCall implements Promise<T> {
  readonly [Symbol.toStringTag] = "UnaryCall";
  private readonly promise: Promise<T>;
  private readonly resolve: (reply: T) => void;
  private readonly reject: (error: RpcError) => void;
  private reply: T | undefined = undefined;
  private replied = false;

  constructor(plan: MethodPlan, request: unknown, streamsRequests: boolean, options: CallOptions | undefined) {
    super(plan, request, streamsRequests, options);
    this.promise = new Promise<T>(capture as never);
    this.resolve = capturedResolve as never;
    this.reject = capturedReject as never;
  }

  // biome-ignore lint/suspicious/noThenProperty: the call is the promise of its reply (DESIGN §3)
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.promise.then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.promise.catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.promise.finally(onFinally);
  }

  /** Sends one of the requests of a client-streaming call made without an iterable. */
  async send(message: unknown): Promise<void> {
    try {
      await this.sender?.send(message);
    } catch (error) {
      // Whoever sends has heard of the failure; that nobody awaits the reply any more must not end the process.
      this.promise.catch(ignore);
      throw error;
    }
  }

  /** Ends the requests of a client-streaming call made without an iterable. */
  end(): void {
    this.sender?.end();
  }

  override onMessage(message: unknown): boolean {
    if (this.replied) {
      this.abort(new RpcError(Code.Unimplemented, `${this.plan.method.path} replied with more than one message`));
      return true;
    }
    this.replied = true;
    this.reply = message as T;
    return true;
  }

  protected override checkReply(): RpcError | undefined {
    if (this.replied) return undefined;
    return new RpcError(Code.Unimplemented, `${this.plan.method.path} ended with OK but without a reply`);
  }

  protected override settle(error: RpcError | undefined): void {
    if (error === undefined) this.resolve(this.reply as T);
    else this.reject(error);
  }
}

// One executor for all calls: a closure for each would be made and thrown away at the rate of the calls.
let capturedResolve: unknown;
let capturedReject: unknown;

function ignore(): void {}

function capture(resolve: unknown, reject: unknown): void {
  capturedResolve = resolve;
  capturedReject = reject;
}
