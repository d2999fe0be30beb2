import type { Channel, Metadata } from "hawser";
import { type Contract, ContractView } from "./contract.js";
import { ReflectionClient } from "./reflection-client.js";

/**
 * The contract as a server tells it.
 *
 * @param metadata sent along: servers may want to know who asks
 * @param signal ends every question
 */
export function reflectionContract(channel: Channel, metadata: Metadata, signal: AbortSignal): Contract {
  const source = `the server at ${channel.target}`;
  const client = new ReflectionClient(channel, {
    source,
    help: "say where its .proto files are: --schema proto/",
    unreachable: "check that it runs there, and whether it wants TLS (--tls) or another --protocol",
    metadata,
    signal,
  });
  let view: ContractView | undefined;
  return {
    source,
    services: () => client.services(),
    async find(symbol) {
      if (view?.symbols.has(symbol)) return view;
      if (!(await client.fetch(symbol))) return undefined;
      view = new ContractView(source, [...client.files]);
      return view.symbols.has(symbol) ? view : undefined;
    },
    async everything() {
      await client.fetchServices();
      view = new ContractView(source, [...client.files]);
      return view;
    },
    close() {},
  };
}
