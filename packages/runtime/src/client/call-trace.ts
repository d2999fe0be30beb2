import type { MethodType } from "../protobuf/type/service-type.js";
import type { Code } from "../rpc/code.js";
import type { HttpFields, HttpPeer } from "../rpc/http-types.js";
import { Metadata } from "../rpc/metadata.js";
import type { AttemptStart, AttemptTracer, ClientCallEnd, ClientCallTracer, Observer } from "../rpc/observer.js";
import type { CallOptions } from "./call-options.js";

/** Who watches the calls of a channel. */
export interface ChannelWatch {
  readonly observer: Observer;
  /** The channel's target with its scheme, as `dns:///host:8080`. */
  readonly target: string;
}

/** Whatever a call waits for before it can be sent. */
export type Awaited = "name" | "connection";

/** Made for a call only if somebody watches it: tells them what becomes of it. */
export class CallTrace {
  /** The attempt under way, of a call without a retry policy; attempts of other calls have their own. */
  current: AttemptTrace | undefined = undefined;
  /** The caller has given the call up. */
  cancelled = false;
  readonly #tracer: ClientCallTracer;
  /** What the call itself sends, without what was added for an attempt. */
  #metadata: Metadata | undefined;
  #awaitsName = false;
  #attempts = 0;

  private constructor(tracer: ClientCallTracer) {
    this.#tracer = tracer;
  }

  /** Undefined if nobody wants to watch the call. */
  static start(
    watch: ChannelWatch,
    method: MethodType,
    authority: string,
    metadata: Metadata | undefined,
    timeoutMs: number,
    options: CallOptions | undefined,
  ): CallTrace | undefined {
    const tracer = watch.observer.startClientCall?.({
      method,
      target: watch.target,
      authority,
      metadata,
      timeoutMs,
      parent: options?.parent,
    });
    return tracer === undefined ? undefined : new CallTrace(tracer);
  }

  onQueued(what: Awaited): void {
    if (what === "name") this.#awaitsName = true;
    else this.current?.onQueued();
  }

  /** The call's method config is known, and with it that the name is resolved. */
  onResolved(): void {
    if (!this.#awaitsName) return;
    this.#awaitsName = false;
    this.#tracer.onNameResolved?.();
  }

  /** Begins an attempt of a call without a retry policy: the first, or one after the peer has not worked on it. */
  next(metadata: Metadata | undefined): AttemptTrace {
    if (this.#attempts++ === 0) this.#metadata = metadata;
    const kind = this.#attempts === 1 ? "first" : "transparent";
    this.current = this.startAttempt(kind, 0, this.#metadata);
    return this.current;
  }

  startAttempt(kind: AttemptStart["kind"], previousAttempts: number, metadata: Metadata | undefined): AttemptTrace {
    const own = new Metadata(metadata);
    return new AttemptTrace(this.#tracer.startAttempt?.({ kind, previousAttempts, metadata: own }), own);
  }

  /** Ends the attempt under way; another may follow. */
  endCurrent(code: Code, message: string, fields: HttpFields): void {
    this.current?.end(code, message, fields);
    this.current = undefined;
  }

  end(end: ClientCallEnd): void {
    this.#tracer.onEnd?.(end);
  }
}

/** Made for an attempt only if somebody watches its call. */
export class AttemptTrace {
  /** What is sent with the attempt. */
  readonly metadata: Metadata;
  readonly tracer: AttemptTracer | undefined;
  #delayed = false;
  #ended = false;

  constructor(tracer: AttemptTracer | undefined, metadata: Metadata) {
    this.tracer = tracer;
    this.metadata = metadata;
  }

  onQueued(): void {
    this.#delayed = true;
  }

  onPicked(peer: HttpPeer): void {
    this.tracer?.onPicked?.(peer, this.#delayed);
  }

  onHeader(fields: HttpFields): void {
    this.tracer?.onHeader?.(fields);
  }

  end(code: Code, message: string, fields: HttpFields): void {
    if (this.#ended) return;
    this.#ended = true;
    this.tracer?.onEnd?.({ code, message, fields });
  }
}
