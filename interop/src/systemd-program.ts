/** A server of interop.Echo on all sockets that were handed over, as docs/shutdown.md has it; SIGTERM drains it. */
import { createServer, shutdownOnSignal } from "hawser";
import { Echo, echoHandlers } from "./echo-service.js";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const server = createServer().add(Echo, echoHandlers({ name: String(process.pid), pause }));
for (let i = 0; i < Number(process.env["LISTEN_FDS"]); i++) await server.listen(`fd:${3 + i}`);
shutdownOnSignal(server);
console.log(`${server.ports.length} sockets`);
