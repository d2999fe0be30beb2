import { type Attributes, type Span, SpanStatusCode } from "@opentelemetry/api";
import { type Code, codeName, type MessageTracer } from "hawser/web";

/** Adds an event to a span for each message (gRFC A72, "Tracing Information"). */
export class MessageEvents implements MessageTracer {
  protected readonly span: Span;
  #sent = 0;
  #received = 0;

  constructor(span: Span) {
    this.span = span;
  }

  onMessageSent(_bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    this.span.addEvent("Outbound message", attributesOf(this.#sent++, end - start, compressedBytes));
  }

  onMessageReceived(_bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    this.span.addEvent("Inbound message", attributesOf(this.#received++, end - start, compressedBytes));
  }
}

function attributesOf(number: number, size: number, compressedBytes: number | undefined): Attributes {
  return {
    "sequence-number": number,
    "message-size": size,
    ...(compressedBytes === undefined ? {} : { "message-size-compressed": compressedBytes }),
  };
}

/** Ends a span with a call's status: "OK", or "ERROR" with the code and the text, as `UNAVAILABLE, no connection`. */
export function endSpan(span: Span, code: Code, message: string): void {
  if (code === 0) span.setStatus({ code: SpanStatusCode.OK });
  else {
    const description = message === "" ? codeName(code) : `${codeName(code)}, ${message}`;
    span.setStatus({ code: SpanStatusCode.ERROR, message: description });
  }
  span.end();
}
