/**
 * The load on a server: `client.js PORT SECONDS`, forked. Sends how many calls a second went over connections that stay, and how
 * many connections a second were made, used for one call and closed.
 */
import { createChannel, createClient } from "hawser";
import { Echo } from "../gen/echo.pb.js";

const [port, seconds] = process.argv.slice(2).map(Number) as [number, number];
const target = `127.0.0.1:${port}`;

const CONNECTIONS = 64;
const CHURNING = 16;

/** Repeats `once` in so many lines; gives how often a second. */
async function rate(lines: number, once: (line: number) => Promise<void>): Promise<number> {
  const from = performance.now();
  const until = from + seconds * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: lines }, async (_, line) => {
      while (performance.now() < until) {
        await once(line);
        count++;
      }
    }),
  );
  return (count * 1000) / (performance.now() - from);
}

async function call(client: { unary(request: { id: number }): PromiseLike<{ readonly id: number }> }): Promise<void> {
  const id = Math.floor(Math.random() * 2 ** 31);
  if ((await client.unary({ id })).id !== id) throw new Error("the reply of another call");
}

const channels = Array.from({ length: CONNECTIONS }, () => createChannel(target));
const clients = channels.map((channel) => createClient(Echo, channel));
// Connected, and compiled.
await Promise.all(
  clients.map(async (client) => {
    for (let i = 0; i < 200; i++) await call(client);
  }),
);
const callsPerSecond = await rate(CONNECTIONS, (line) => call(clients[line] as (typeof clients)[0]));
await Promise.all(channels.map((channel) => channel.close()));

const connectionsPerSecond = await rate(CHURNING, async () => {
  const channel = createChannel(target);
  await call(createClient(Echo, channel));
  await channel.close();
});
process.send?.({ callsPerSecond, connectionsPerSecond });
process.disconnect();
