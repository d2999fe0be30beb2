import type { Clock } from "../base/clock.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { Backoff, type BackoffOptions } from "./backoff.js";
import type { RepliesCall } from "./create-client.js";

/** Takes what a {@link SubchannelStream} brings. */
export interface SubchannelStreamSink<Reply> {
  /** A call is made, the first or another one. */
  onStart(): void;
  onReply(reply: Reply): void;
  /** The call has ended, which it was not meant to. False: no other one is made on this connection. */
  onEnd(error: RpcError): boolean;
}

/** What a {@link SubchannelStream} waits by. */
export interface SubchannelStreamHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: BackoffOptions | undefined;
}

/**
 * A call for a stream of replies that is kept up beside the calls of a subchannel: at once if the server has said
 * something on the last one, else after a backoff as that of connections (gRFC A17, "Client Behavior").
 *
 *     stopped ──start──> running ──it ends──> waiting ──backoff──> running
 *        ^──────stop─────────┴────────stop───────┘
 */
export class SubchannelStream<Reply> {
  readonly #host: SubchannelStreamHost;
  readonly #open: () => RepliesCall<Reply>;
  readonly #sink: SubchannelStreamSink<Reply>;
  readonly #backoff: Backoff;
  #call: RepliesCall<Reply> | undefined;
  #cancelBackoff: (() => void) | undefined;

  constructor(host: SubchannelStreamHost, open: () => RepliesCall<Reply>, sink: SubchannelStreamSink<Reply>) {
    this.#host = host;
    this.#open = open;
    this.#sink = sink;
    this.#backoff = new Backoff(host.backoff, host.random);
  }

  /** Makes the call; one that there is already is given up. */
  start(): void {
    this.stop();
    this.#sink.onStart();
    this.#call = this.#open();
    this.#read(this.#call);
  }

  stop(): void {
    this.#cancelBackoff?.();
    this.#cancelBackoff = undefined;
    const call = this.#call;
    this.#call = undefined;
    call?.cancel();
  }

  async #read(call: RepliesCall<Reply>): Promise<void> {
    let heard = false;
    let error = new RpcError(Code.Unavailable, "the server has ended the stream");
    try {
      for await (const reply of call) {
        if (this.#call !== call) return;
        heard = true;
        this.#sink.onReply(reply);
      }
    } catch (thrown) {
      error = RpcError.is(thrown) ? thrown : new RpcError(Code.Internal, String(thrown), { cause: thrown });
    }
    if (this.#call !== call) return;
    this.#call = undefined;
    if (!this.#sink.onEnd(error)) return;
    if (heard) {
      this.#backoff.reset();
      this.start();
    } else {
      this.#cancelBackoff = this.#host.clock.schedule(() => this.start(), this.#backoff.next(), true);
    }
  }
}
