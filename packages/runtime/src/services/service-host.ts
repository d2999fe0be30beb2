import type { Methods, ServiceType } from "../protobuf/type/service-type.js";
import type { Implementation } from "../server/implementation.js";

/** What the services of this folder need of a server: that services can be added to it, and seen. */
export interface ServiceHost {
  /** The services that were added, by their full names. */
  readonly services: ReadonlyMap<string, ServiceType>;
  add<M extends Methods>(service: ServiceType<M>, implementation: Implementation<ServiceType<M>>): unknown;
}
