/**
 * The network between the chaos run's client and some of its servers, in a process of its own, so that it is not part of
 * what is measured: `proxy-process.js PORT…`. Sends its own ports, then does what the messages say.
 */
import { TcpProxy } from "../proxy.js";

/** What the network shall do to the proxy with this number. */
export interface NetworkOrder {
  readonly index: number;
  readonly does: "cut" | "freeze" | "thaw";
}

const proxies = await Promise.all(process.argv.slice(2).map((port) => TcpProxy.start(Number(port))));
process.on("message", ({ index, does }: NetworkOrder) => {
  const proxy = proxies[index];
  if (does === "freeze") proxy?.freeze();
  else if (does === "thaw") proxy?.thaw();
  else proxy?.cut();
});
process.on("disconnect", () => process.exit(0));
process.send?.(proxies.map(({ port }) => port));
