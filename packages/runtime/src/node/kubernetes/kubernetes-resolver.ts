import { Backoff } from "../../client/backoff.js";
import type { Resolver, ResolverContext, ResolverListener, ResolverScheme } from "../../client/resolver/resolver.js";
import { invalidTarget, refuseServer, type Target } from "../../client/target.js";
import { ApiServer, ApiServerError } from "./api-server.js";
import { EndpointSlices, type WantedPort } from "./endpoint-slices.js";
import type { KubernetesOptions } from "./kubernetes-options.js";

/**
 * `k8s:///service.namespace:port`: the pods of a service, as the API server's EndpointSlices have them, from the moment on
 * at which they change. Without a namespace it is the pod's own. The port is a number (the pods'), the name of a port of
 * the service, or absent if the service has only one.
 */
export function kubernetesScheme(options: KubernetesOptions = {}): ResolverScheme {
  return (target) => {
    const { service, namespace, port, authority } = parseKubernetesTarget(target);
    return {
      authority,
      start: (listener, context) =>
        new KubernetesResolver(new ApiServer(options), service, namespace, port, listener, context),
    };
  };
}

function parseKubernetesTarget(target: Target): {
  readonly service: string;
  readonly namespace: string | undefined;
  readonly port: WantedPort;
  readonly authority: string;
} {
  refuseServer(target);
  // RFC 1123 labels, and the name of a port (RFC 6335 §5.1) or its number; what cluster.local adds may stand there too.
  const match =
    /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)(?:\.([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)(?:\.svc(?:\.[-a-z0-9.]+)?)?)?(?::([a-z0-9-]{1,15}))?$/.exec(
      target.endpoint,
    );
  if (match === null) throw invalidTarget(target.text, 'expected "k8s:///service.namespace:port"');
  const [, service, namespace, portText] = match as unknown as [string, string, string | undefined, string | undefined];
  const port = portText !== undefined && /^\d+$/.test(portText) ? Number(portText) : portText;
  if (typeof port === "number" && (port < 1 || port > 65_535)) {
    throw invalidTarget(target.text, `"${portText}" is no port (1 to 65535)`);
  }
  const host = namespace === undefined ? service : `${service}.${namespace}`;
  return { service, namespace, port, authority: typeof port === "number" ? `${host}:${port}` : host };
}

/**
 * Lists the slices, then watches from where the list ended (the API's "efficient detection of changes").
 *
 *     listing ──all pages──> watching ──ended──> watching, from the last resourceVersion
 *        ^ ^                    │ 410 Gone: what we know is too old
 *        │ └────────────────────┘
 *        └── backoff ── failed, from everywhere; what was found stays in use
 */
class KubernetesResolver implements Resolver {
  readonly #api: ApiServer;
  readonly #service: string;
  #namespace: string | undefined;
  readonly #port: WantedPort;
  readonly #listener: ResolverListener;
  readonly #context: ResolverContext;
  readonly #backoff: Backoff;
  readonly #slices = new EndpointSlices();
  #resourceVersion = "";
  #cancelRequest: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(
    api: ApiServer,
    service: string,
    namespace: string | undefined,
    port: WantedPort,
    listener: ResolverListener,
    context: ResolverContext,
  ) {
    this.#api = api;
    this.#service = service;
    this.#namespace = namespace;
    this.#port = port;
    this.#listener = listener;
    this.#context = context;
    this.#backoff = new Backoff({ maxMs: MAX_BACKOFF_MS }, context.random);
    void this.#begin();
  }

  /** Nothing: the API server tells of changes by itself. */
  resolveNow(): void {}

  close(): void {
    this.#closed = true;
    this.#cancelRequest?.();
    this.#cancelTimer?.();
  }

  async #begin(): Promise<void> {
    try {
      this.#namespace ??= await this.#api.ownNamespace();
    } catch (error) {
      this.#failed(error as Error, () => void this.#begin());
      return;
    }
    if (!this.#closed) this.#list("", []);
  }

  /** One page of the list after the other; what was known stays until the last. */
  #list(next: string, before: readonly unknown[]): void {
    const lines: string[] = [];
    const query = `limit=${PAGE_SIZE}${next === "" ? "" : `&continue=${encodeURIComponent(next)}`}`;
    this.#cancelRequest = this.#api.get(this.#path(query), LIST_TIMEOUT_MS, {
      onLine: (line) => lines.push(line),
      onError: (error) => {
        // The pages after the first are of a state that is too old by now.
        if (next !== "" && error instanceof ApiServerError && error.status === GONE) this.#list("", []);
        else this.#failed(error, () => this.#list("", []));
      },
      onEnd: () => {
        let list: ListJson | null;
        try {
          list = JSON.parse(lines.join("\n")) as ListJson | null;
          if (!Array.isArray(list?.items)) throw new Error("it has no items");
        } catch (error) {
          this.#failed(new Error(`the API server's list can't be read: ${(error as Error).message}`), () =>
            this.#list("", []),
          );
          return;
        }
        const items = [...before, ...(list.items as unknown[])];
        const { continue: more, resourceVersion } = list.metadata ?? {};
        if (typeof more === "string" && more !== "") {
          this.#list(more, items);
          return;
        }
        this.#slices.clear();
        for (const item of items) this.#slices.set(item);
        this.#resourceVersion = String(resourceVersion ?? "");
        this.#tell();
        if (!this.#closed) this.#watch();
      },
    });
  }

  #watch(): void {
    let gone = false;
    let failure: Error | undefined;
    const startedMs = this.#context.clock.now();
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${encodeURIComponent(this.#resourceVersion)}`;
    const again = () => {
      if (gone) this.#list("", []);
      else this.#watch();
    };
    this.#cancelRequest = this.#api.get(this.#path(query), WATCH_SILENCE_MS, {
      onLine: (line) => {
        let event: EventJson | null;
        try {
          event = JSON.parse(line) as EventJson | null;
        } catch {
          failure = new Error(`the API server sent an event that is no JSON: ${line.slice(0, 100)}`);
          return;
        }
        if (event?.type === "ERROR") {
          gone = event.object?.code === GONE;
          failure = new ApiServerError(
            `the watch failed: ${String(event.object?.message)}`,
            Number(event.object?.code),
          );
          return;
        }
        this.#onEvent(event);
      },
      onError: (error) => {
        gone ||= error instanceof ApiServerError && error.status === GONE;
        if (gone) this.#list("", []);
        else this.#failed(error, again);
      },
      onEnd: () => {
        if (failure !== undefined && !gone) {
          // Whatever it was, a new list is right.
          gone = true;
          this.#failed(failure, again);
        } else if (gone || this.#context.clock.now() - startedMs >= SHORT_WATCH_MS) again();
        // Watches that end at once must not become a storm.
        else this.#retryIn(this.#backoff.next(), again);
      },
    });
  }

  #onEvent(event: EventJson | null): void {
    const object = event?.object;
    const version = object?.metadata?.resourceVersion;
    if (typeof version === "string") this.#resourceVersion = version;
    this.#backoff.reset();
    if (event?.type === "ADDED" || event?.type === "MODIFIED") this.#slices.set(object);
    else if (event?.type === "DELETED") this.#slices.delete(object);
    // A BOOKMARK tells the version and nothing else.
    else return;
    this.#tell();
  }

  #tell(): void {
    try {
      this.#listener.onResolution({ endpoints: this.#slices.endpoints(this.#port) });
    } catch (error) {
      this.#listener.onError(this.#describe((error as Error).message), error);
    }
  }

  #failed(error: Error, again: () => void): void {
    if (this.#closed) return;
    this.#retryIn(this.#backoff.next(), again);
    this.#listener.onError(this.#describe(error.message), error);
  }

  #retryIn(delayMs: number, again: () => void): void {
    if (this.#closed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#context.clock.schedule(again, delayMs, true);
  }

  #describe(what: string): string {
    const where = this.#namespace === undefined ? "" : ` in the namespace ${this.#namespace}`;
    return `the pods of the Kubernetes service ${this.#service}${where} are not known: ${what}`;
  }

  #path(query: string): string {
    const selector = encodeURIComponent(`kubernetes.io/service-name=${this.#service}`);
    return `/apis/discovery.k8s.io/v1/namespaces/${this.#namespace}/endpointslices?labelSelector=${selector}&${query}`;
  }
}

interface ListJson {
  readonly items?: unknown;
  readonly metadata?: { readonly continue?: unknown; readonly resourceVersion?: unknown };
}

interface EventJson {
  readonly type?: unknown;
  readonly object?: {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly metadata?: { readonly resourceVersion?: unknown };
  };
}

/** HTTP 410: the version that was asked for is not kept any more. */
const GONE = 410;

/** 500 slices a page, as kubectl asks for. */
const PAGE_SIZE = 500;

/** 30 s for a page of the list. */
const LIST_TIMEOUT_MS = 30_000;

/** 300 s: after that the API server ends a watch, and we begin the next. */
const WATCH_SECONDS = 300;

/** Bookmarks come about once a minute; this long without anything, and the connection is dead. */
const WATCH_SILENCE_MS: number = WATCH_SECONDS * 1_000 + 30_000;

/** 1 s: a watch that ends sooner was ended by trouble. */
const SHORT_WATCH_MS = 1_000;

/** 30 s: a service must not stay unknown for long after the API server is back. */
const MAX_BACKOFF_MS = 30_000;
