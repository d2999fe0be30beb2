/** The health of a service, or of the whole server (grpc.health.v1, `ServingStatus`). */
export type HealthStatus = "serving" | "not_serving" | "unknown";

/** Whose health is watched. */
interface Watcher {
  readonly service: string;
  wake(): void;
}

/** The health of a server and its services, for whoever asks or waits for a change. */
export class HealthStatuses {
  readonly #own = new Map<string, HealthStatus>([["", "serving"]]);
  readonly #isService: (name: string) => boolean;
  readonly #watchers = new Set<Watcher>();
  #shutDown = false;

  /** @param isService whether the server has a service of this name */
  constructor(isService: (name: string) => boolean) {
    this.#isService = isService;
  }

  /** Sets the health of a service by its full name, or of the server as a whole by "". After `shutdown` it does nothing. */
  set(service: string, status: HealthStatus): void {
    if (this.#shutDown) return;
    this.#own.set(service, status);
    this.#wake();
  }

  /**
   * The health of a service: its own, or else, if the server has the service, that of the whole server. Undefined for
   * one that is not known.
   */
  get(service: string): HealthStatus | undefined {
    return this.#own.get(service) ?? (this.#isService(service) ? this.#own.get("") : undefined);
  }

  /** The names that were given a status. */
  names(): string[] {
    return [...this.#own.keys()];
  }

  /** Says NOT_SERVING of everything, for good: what load balancers should see before a server drains. */
  shutdown(): void {
    if (this.#shutDown) return;
    for (const name of this.#own.keys()) this.#own.set(name, "not_serving");
    this.#shutDown = true;
    this.#wake();
  }

  /** The health of a service now and whenever it changes, until `signal` is aborted. What changes fast is left out. */
  async *watch(service: string, signal: AbortSignal): AsyncGenerator<HealthStatus | undefined, void, undefined> {
    let wake = (): void => {};
    const watcher: Watcher = { service, wake: () => wake() };
    const onAbort = (): void => wake();
    this.#watchers.add(watcher);
    signal.addEventListener("abort", onAbort);
    try {
      let last: HealthStatus | undefined | typeof NEVER = NEVER;
      while (!signal.aborted) {
        const status = this.get(service);
        if (status !== last) {
          last = status;
          yield status;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      this.#watchers.delete(watcher);
      signal.removeEventListener("abort", onAbort);
    }
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher.wake();
  }
}

const NEVER: unique symbol = Symbol("nothing said yet");
