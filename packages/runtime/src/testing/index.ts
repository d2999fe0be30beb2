/**
 * "hawser/testing": a client joined to its server in memory, and a clock that a test moves. It runs wherever JavaScript
 * does; nothing is listened on, and no time passes unless the test says so.
 *
 * ```ts
 * const clock = new FakeClock();
 * const server = createServer({ clock }).add(Notes, implementation);
 * const notes = createClient(Notes, createChannel(server));
 * const call = notes.get({ id: 7 }, { timeoutMs: 500 });
 * await clock.advance(500);
 * await assert.rejects(call, { code: Code.DeadlineExceeded });
 * ```
 *
 * @module
 */
export type { Clock } from "../base/clock.js";
export { createChannelClient as createClient } from "../client/create-client.js";
export { createChannel, type TestChannelOptions } from "./create-channel.js";
export { type AnyServer, createServer, TestServer, type TestServerOptions } from "./create-server.js";
export { FakeClock } from "./fake-clock.js";
