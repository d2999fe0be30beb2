import { type AnyMessageType, decode, encode, type MethodType } from "hawser/protobuf";
import type { MockSchema } from "../mock/mock-schema.js";
import type { RecordedCall, Recording } from "./recording.js";

/** A recording in the types of another schema, as that of a later version; calls of methods that it does not have are left out. */
export function withSchema(recording: Recording, schema: MockSchema): Recording {
  const methods = new Map<string, MethodType>();
  for (const service of schema.services) {
    for (const method of Object.values(service.methods)) methods.set(method.path, method);
  }
  const calls = recording.calls.flatMap((call) => {
    const method = methods.get(call.method.path);
    return method === undefined ? [] : [withMethod(call, method)];
  });
  return { ...recording, schema, calls };
}

function withMethod(call: RecordedCall, method: MethodType): RecordedCall {
  const request = (message: object): object => reread(message, call.method.input, method.input);
  const reply = (message: object): object => reread(message, call.method.output, method.output);
  return {
    ...call,
    method,
    requests: call.requests.map(request),
    replies: call.replies.map(reply),
    events: call.events.map((event) => {
      if (event.kind === "request") return { ...event, message: request(event.message) };
      return event.kind === "reply" ? { ...event, message: reply(event.message) } : event;
    }),
  };
}

/** As a client with the one schema and a server with the other would have it. @throws ProtobufError if they do not fit */
function reread(message: object, from: AnyMessageType, to: AnyMessageType): object {
  return decode(to, encode(from, message)) as object;
}
