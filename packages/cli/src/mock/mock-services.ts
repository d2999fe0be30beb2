import { Code, type NodeServer, RpcError, type ServerCall } from "hawser";
import type { MethodType, ServiceType } from "hawser/protobuf";
import { type Answerer, type MockCall, PeekedRequests, single } from "./mock-call.js";

/** Told how each call was answered. */
export type OnAnswered = (call: ServerCall, from: string) => void;

/**
 * Adds services whose methods are answered by the first of `answerers` that wants to.
 *
 * @param onAnswered told once it is known what answers a call
 */
export function addMockServices(
  server: NodeServer,
  services: readonly ServiceType[],
  answerers: readonly Answerer[],
  onAnswered: OnAnswered,
): void {
  for (const service of services) {
    const handlers: Record<string, unknown> = Object.create(null);
    for (const [localName, method] of Object.entries(service.methods)) {
      handlers[localName] = handlerOf(method, answerers, onAnswered);
    }
    server.add(service, handlers as never);
  }
}

function handlerOf(method: MethodType, answerers: readonly Answerer[], onAnswered: OnAnswered): unknown {
  const takesStream = method.kind === "client_streaming" || method.kind === "bidi_streaming";
  const givesStream = method.kind === "server_streaming" || method.kind === "bidi_streaming";
  async function* replies(request: unknown, call: ServerCall): AsyncGenerator<object> {
    const requests = new PeekedRequests(takesStream ? (request as AsyncIterable<object>) : single(request as object));
    const { metadata, header, trailer, signal } = call;
    const sendHeader = (): void => call.sendHeader();
    const mockCall: MockCall = { method, metadata, header, trailer, sendHeader, signal, requests };
    for (const answerer of answerers) {
      const answer = await answerer.answer(mockCall, requests);
      if (answer === undefined) continue;
      onAnswered(call, answer.from);
      yield* answer.replies;
      return;
    }
    throw new RpcError(Code.Unimplemented, `nothing answers ${method.path}`);
  }
  if (givesStream) return replies;
  return async (request: unknown, call: ServerCall): Promise<object> => {
    let only: object | undefined;
    // To their end: trailer and status come behind the reply.
    for await (const reply of replies(request, call)) only ??= reply;
    if (only !== undefined) return only;
    // The caller has gone: nobody sees this.
    throw new RpcError(Code.Cancelled, "the call was given up");
  };
}
