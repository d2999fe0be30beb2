import type { HttpConnecting, HttpConnectionEvents } from "../rpc/http-types.js";
import type { Address } from "./address.js";

/** Makes connections; `node/` and `testing/` have one each. */
export interface Connector {
  /** Begins to connect to `address`, for calls whose `:authority` is `authority`. */
  connect(address: Address, authority: string, events: HttpConnectionEvents): HttpConnecting;
}
