import type { ServerCall } from "hawser";
import { type AnyMessageType, decode, encode, type MethodType } from "hawser/protobuf";

/** Passes a call on: a request or a stream of them in, a reply or a stream of them out, all of them bytes. */
export type Pass = (request: unknown, call: ServerCall) => unknown;

/** Lets `pass` take messages that came as JSON as well, which the server has read as messages and not as bytes. */
export function passingJson({ kind, input, output }: MethodType, pass: Pass): Pass {
  if (kind === "client_streaming" || kind === "bidi_streaming") {
    // Replies in JSON are made of the bytes by the server itself.
    return (requests, call) => pass(encoded(input, requests as AsyncIterable<unknown>), call);
  }
  return (request, call) => {
    if (request instanceof Uint8Array) return pass(request, call);
    // It may be REST, which has to have the message itself: a field of it may be the whole response.
    const answer = pass(encode(input, request), call);
    return kind === "unary" ? one(output, answer) : decoded(output, answer as AsyncIterable<Uint8Array>);
  };
}

async function* encoded(type: AnyMessageType, requests: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const request of requests) yield request instanceof Uint8Array ? request : encode(type, request);
}

async function one(type: AnyMessageType, reply: unknown): Promise<unknown> {
  return decode(type, (await reply) as Uint8Array);
}

async function* decoded(type: AnyMessageType, replies: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  for await (const reply of replies) yield decode(type, reply);
}
