import { systemClock } from "../base/clock.js";
import { eventObserver } from "../rpc/call-events.js";
import { joinObservers, type ObserverOptions } from "../rpc/join-observers.js";
import { Server, type ServerOptions } from "../server/server.js";
import { type ListenOptions, listen } from "./listener.js";
import { compressions, timers } from "./platform.js";

/** A server on Node. */
export type NodeServer = Server<ListenOptions>;

/**
 * Makes a server; `add` services to it and then let it `listen`.
 *
 * ```ts
 * const server = createServer().add(Notes, { get: (request) => ({ id: request.id }) });
 * const { port } = await server.listen("127.0.0.1:0");
 * ```
 */
export function createServer(options: ServerOptions & ObserverOptions = {}): NodeServer {
  const observer = joinObservers(options, (onEvent) => eventObserver(onEvent, systemClock));
  return new Server({ clock: systemClock, timers, compressions, listen, observer }, options);
}
