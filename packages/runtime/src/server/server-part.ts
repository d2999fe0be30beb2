import type { Methods, ServiceType } from "../protobuf/type/service-type.js";
import type { Implementation } from "./implementation.js";

/** What a part needs of the server that it is added to. */
export interface PartHost {
  /** The services that were added, by their full names. */
  readonly services: ReadonlyMap<string, ServiceType>;
  add<M extends Methods>(service: ServiceType<M>, implementation: Implementation<ServiceType<M>>): unknown;
}

/** Something that a server can have, made of services that it adds by itself: what `server.add(part)` takes. */
export interface ServerPart {
  /** Called once, by `server.add`. */
  addTo(server: PartHost): void;
}
