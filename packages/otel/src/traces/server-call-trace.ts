import { type Context, context, SpanKind, type Tracer, trace } from "@opentelemetry/api";
import type { ServerCallEnd, ServerCallStart, ServerCallTracer } from "hawser/web";
import { methodAttribute } from "../method-name.js";
import { endSpan, MessageEvents } from "./message-events.js";

/** The span of a call on its server; handler and interceptors run in its context. */
export class ServerCallTrace extends MessageEvents implements ServerCallTracer {
  /** With the span in it. */
  readonly context: Context;

  constructor(
    tracer: Tracer,
    parent: Context,
    recordUnregistered: ((method: string) => boolean) | undefined,
    { path, method }: ServerCallStart,
  ) {
    const name = methodAttribute(path, method, recordUnregistered).replaceAll("/", ".");
    super(tracer.startSpan(`Recv.${name}`, { kind: SpanKind.SERVER }, parent));
    this.context = trace.setSpan(parent, this.span);
  }

  run<T>(handler: () => T): T {
    return context.with(this.context, handler);
  }

  onEnd({ status }: ServerCallEnd): void {
    endSpan(this.span, status.code, status.message);
  }
}
