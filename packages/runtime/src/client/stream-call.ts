import { MessageQueue, type QueueOwner } from "../rpc/message-queue.js";
import type { RpcError } from "../rpc/rpc-error.js";
import type { CallOptions } from "./call-options.js";
import { ClientCall } from "./client-call.js";
import type { MethodPlan } from "./method-plan.js";

/** A call with a stream of replies: the call is the iterable of them. Leaving the loop cancels it. */
export class StreamCall<T> extends ClientCall implements AsyncIterableIterator<T>, QueueOwner {
  private readonly replies: MessageQueue<T> = new MessageQueue<T>(this);

  constructor(plan: MethodPlan, request: unknown, streamsRequests: boolean, options: CallOptions | undefined) {
    super(plan, request, streamsRequests, options);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    return this.replies.next();
  }

  return(): Promise<IteratorResult<T>> {
    return this.replies.return();
  }

  /** Sends one of the requests of a bidi call made without an iterable. */
  async send(message: unknown): Promise<void> {
    return this.sender?.send(message);
  }

  /** Ends the requests of a bidi call made without an iterable. */
  end(): void {
    this.sender?.end();
  }

  override onMessage(message: unknown, size: number): boolean {
    return this.replies.push(message as T, size);
  }

  onDrained(): void {
    this.exchange?.resume();
  }

  onAbandoned(): void {
    this.cancel();
  }

  protected override checkReply(): undefined {}

  protected override settle(error: RpcError | undefined): void {
    this.replies.end(error);
  }
}
