import { createRegistry, type Registry } from "../protobuf/type/registry.js";
import type { MethodType, ServiceType } from "../protobuf/type/service-type.js";
import type { ServerMethod } from "../rpc/exchange.js";
import type { Call, Interceptor, Payload } from "../rpc/interceptor.js";

/** A method with what answers it. */
export interface Route extends ServerMethod {
  readonly type: MethodType;
  readonly handler: (request: Payload, call: Call) => Payload;
  readonly interceptors: readonly Interceptor[];
  readonly maxReceiveBytes: number;
}

/** What holds for one method alone. */
interface MethodSettings {
  readonly interceptors?: readonly Interceptor[];
  readonly maxReceiveBytes?: number;
}

/** The methods of a server by their paths. */
export class Router {
  readonly #routes = new Map<string, Route>();
  readonly #services = new Map<string, ServiceType>();
  #registry: Registry | undefined;

  /** The services that were added, by their full names. */
  get services(): ReadonlyMap<string, ServiceType> {
    return this.#services;
  }

  /** The messages of the services that were added: what a `google.protobuf.Any` may hold in JSON. */
  get registry(): Registry {
    this.#registry ??= createRegistry(
      ...[...this.#services.values()].flatMap(({ methods }) =>
        Object.values(methods).flatMap(({ input, output }) => [input, output]),
      ),
    );
    return this.#registry;
  }

  /**
   * Adds the methods of a service that `implementation` has.
   * @throws TypeError if the service was added before, or a handler is no function, or belongs to no method
   */
  add(
    service: ServiceType,
    implementation: object,
    interceptors: readonly Interceptor[],
    maxReceiveBytes: number,
    methodOptions: Readonly<Record<string, MethodSettings>> = {},
  ): void {
    if (this.#services.has(service.typeName)) throw new TypeError(`the service ${service.typeName} was added already`);
    this.#put(service, implementation, interceptors, maxReceiveBytes, methodOptions);
  }

  /**
   * Puts the methods of a service in the place of those that it had; adds them if it was not there.
   * @throws TypeError as {@link Router.add}
   */
  replace(
    service: ServiceType,
    implementation: object,
    interceptors: readonly Interceptor[],
    maxReceiveBytes: number,
    methodOptions: Readonly<Record<string, MethodSettings>> = {},
  ): void {
    const known = this.#services.get(service.typeName);
    const before = Object.values(known?.methods ?? {}).map(({ path }) => path);
    const after = new Set(Object.values(service.methods).map(({ path }) => path));
    this.#put(service, implementation, interceptors, maxReceiveBytes, methodOptions);
    for (const path of before) if (!after.has(path)) this.#routes.delete(path);
  }

  #put(
    service: ServiceType,
    implementation: object,
    interceptors: readonly Interceptor[],
    maxReceiveBytes: number,
    methodOptions: Readonly<Record<string, MethodSettings>>,
  ): void {
    for (const name of Object.keys(methodOptions)) {
      if (service.methods[name] === undefined) {
        throw new TypeError(`the service ${service.typeName} has no method "${name}", for which there are options`);
      }
    }
    const handlers = implementation as Record<string, unknown>;
    for (const name of Object.keys(handlers)) {
      if (service.methods[name] === undefined && typeof handlers[name] === "function") {
        const names = Object.keys(service.methods).join(", ");
        throw new TypeError(`the service ${service.typeName} has no method "${name}"; it has: ${names}`);
      }
    }
    this.#services.set(service.typeName, service);
    this.#registry = undefined;
    for (const localName of Object.keys(service.methods)) {
      const type = service.methods[localName];
      const handler = handlers[localName];
      // What every object inherits answers no method, should one be called "toString".
      if (handler === undefined || handler === (Object.prototype as unknown as Record<string, unknown>)[localName])
        continue;
      if (typeof handler !== "function") {
        throw new TypeError(
          `the handler of ${service.typeName}.${type.name} must be a function, not ${typeof handler}`,
        );
      }
      const own = Object.hasOwn(methodOptions, localName) ? methodOptions[localName] : undefined;
      const route: Route = {
        type,
        handler: handler.bind(implementation),
        interceptors: own?.interceptors === undefined ? interceptors : [...interceptors, ...own.interceptors],
        maxReceiveBytes: own?.maxReceiveBytes ?? maxReceiveBytes,
      };
      const known = this.#routes.get(type.path);
      // In its place: connections remember the route of a head that repeats.
      if (known !== undefined) Object.assign(known, route);
      else this.#routes.set(type.path, route);
    }
  }

  find(path: string): Route | undefined {
    return this.#routes.get(path);
  }
}
