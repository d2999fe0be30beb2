import { type Context, type Span, SpanKind, type TextMapPropagator, type Tracer, trace } from "@opentelemetry/api";
import type {
  AttemptEnd,
  AttemptStart,
  AttemptTracer,
  ClientCallEnd,
  ClientCallStart,
  ClientCallTracer,
  HttpPeer,
} from "hawser/web";
import { metadataSetter } from "../propagation/metadata-carrier.js";
import { endSpan, MessageEvents } from "./message-events.js";

/** The span of a call, and inside it one for each attempt: the server's span is a child of its attempt's. */
export class ClientCallTrace implements ClientCallTracer {
  readonly #tracer: Tracer;
  readonly #propagator: Pick<TextMapPropagator, "inject">;
  readonly #name: string;
  readonly #span: Span;
  readonly #context: Context;

  constructor(
    tracer: Tracer,
    propagator: Pick<TextMapPropagator, "inject">,
    parent: Context,
    { method }: ClientCallStart,
  ) {
    this.#tracer = tracer;
    this.#propagator = propagator;
    this.#name = `${method.service}.${method.name}`;
    this.#span = tracer.startSpan(`Sent.${this.#name}`, { kind: SpanKind.INTERNAL }, parent);
    this.#context = trace.setSpan(parent, this.#span);
  }

  onNameResolved(): void {
    this.#span.addEvent("Delayed name resolution complete");
  }

  startAttempt({ kind, previousAttempts, metadata }: AttemptStart): AttemptTracer {
    const attributes = { "previous-rpc-attempts": previousAttempts, "transparent-retry": kind === "transparent" };
    const span = this.#tracer.startSpan(`Attempt.${this.#name}`, { kind: SpanKind.CLIENT, attributes }, this.#context);
    this.#propagator.inject(trace.setSpan(this.#context, span), metadata, metadataSetter);
    return new AttemptTrace(span);
  }

  onEnd({ status }: ClientCallEnd): void {
    endSpan(this.#span, status.code, status.message);
  }
}

class AttemptTrace extends MessageEvents implements AttemptTracer {
  onPicked(_peer: HttpPeer, delayed: boolean): void {
    if (delayed) this.span.addEvent("Delayed LB pick complete");
  }

  onEnd({ code, message }: AttemptEnd): void {
    endSpan(this.span, code, message);
  }
}
