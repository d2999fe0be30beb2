import { Code } from "../../rpc/code.js";
import type { ServerHost } from "../../rpc/exchange.js";
import { NO_ERROR } from "../../rpc/http-code.js";
import type { HttpFields, HttpHead, HttpPeer, HttpStream } from "../../rpc/http-types.js";
import { CONTENT_TYPE } from "./content-type.js";
import { grpcWebServer } from "./server-exchange.js";
import { GRPC_WEBSOCKETS, GRPC_WEBSOCKETS_CREDIT } from "./socket-messages.js";
import { WebSocketStream } from "./web-socket-stream.js";

/** Answers a request to open a WebSocket, and what comes over it. */
export function serveWebSocket(host: ServerHost, stream: HttpStream, head: HttpHead, peer: HttpPeer): void {
  const offered = head.fields
    .filter(({ name }) => name === "sec-websocket-protocol")
    .flatMap(({ value }) => value.split(","))
    .map((each) => each.trim());
  const chosen = [GRPC_WEBSOCKETS_CREDIT, GRPC_WEBSOCKETS].find((each) => offered.includes(each));
  if (head.protocol !== "websocket" || chosen === undefined) {
    stream.sendHead(BAD_REQUEST, undefined, false);
    stream.sendData(encoder.encode(`a WebSocket here speaks ${GRPC_WEBSOCKETS}, one call on each\n`), true);
    stream.reset(NO_ERROR);
    host.refused(undefined, { head, peer, timeoutMs: Infinity }, Code.InvalidArgument, "an unknown WebSocket protocol");
    return;
  }
  const socket = new WebSocketStream(host, stream, chosen === GRPC_WEBSOCKETS_CREDIT, (fields) => {
    const request: HttpHead = {
      method: "POST",
      scheme: head.scheme,
      authority: head.authority,
      path: head.path,
      status: 0,
      fields: joinFields(head.fields, fields),
      derived: undefined,
    };
    grpcWebServer.serve(host, socket, request, CONTENT_TYPE, false, peer);
  });
  stream.sendHead(
    [
      { name: ":status", value: "200" },
      { name: "sec-websocket-protocol", value: chosen },
    ],
    undefined,
    false,
  );
}

/** What the browser said of the page holds over what the page says of itself. */
function joinFields(fromBrowser: HttpFields, fromPage: HttpFields): HttpFields {
  const kept = fromBrowser.filter(({ name }) => !name.startsWith("sec-websocket-"));
  const names = new Set(kept.map(({ name }) => name));
  return [...kept, ...fromPage.filter(({ name }) => !names.has(name) && !NOT_FOR_PAGES.test(name))];
}

/** What a page can't set in a request of `fetch` either, as far as servers go by it (fetch.spec.whatwg.org, "forbidden request-header"). */
const NOT_FOR_PAGES = /^(?:cookie|host|origin|referer|sec-.*|proxy-.*)$/;

const BAD_REQUEST: HttpFields = [
  { name: ":status", value: "400" },
  { name: "content-type", value: "text/plain" },
];

const encoder = new TextEncoder();
