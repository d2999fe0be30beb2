import type { FSWatcher } from "node:fs";
import { dirname, resolve as resolvePath } from "node:path";
import type {
  Resolution,
  Resolver,
  ResolverContext,
  ResolverListener,
  ResolverScheme,
} from "../client/resolver/resolver.js";
import { invalidTarget, refuseServer } from "../client/target.js";
import { builtin } from "./builtin.js";
import { parseEndpointsFile } from "./endpoints-file.js";

/**
 * `file:///etc/notes/endpoints.json`: endpoints and service config from a file that is watched (the format is at
 * `parseEndpointsFile`). Replace it by a rename, so that nobody reads half of it. While it can't be read, or is not what it
 * should be, what was read before stays in use.
 */
export const fileScheme: ResolverScheme = (target) => {
  refuseServer(target);
  const absolute = target.text.startsWith("file://");
  const path = absolute ? `/${target.endpoint}` : target.endpoint;
  if (target.endpoint === "") throw invalidTarget(target.text, "the path of the file is missing");
  return {
    // There is no host to name; with TLS the option `authority` or `tls.serverName` says whose certificate it must be.
    authority: "localhost",
    start: (listener, context) => new FileResolver(resolvePath(path), listener, context),
  };
};

/**
 * Reads the file when its folder changes, and every few seconds besides: not every file system tells of changes, and a
 * mounted ConfigMap is a chain of symbolic links whose end lies elsewhere.
 */
class FileResolver implements Resolver {
  readonly #path: string;
  readonly #listener: ResolverListener;
  readonly #context: ResolverContext;
  #watcher: FSWatcher | undefined;
  #cancelTimer: (() => void) | undefined;
  /** What was last told of, good or bad. */
  #last: string | undefined;
  #reading = false;
  #again = false;
  #closed = false;

  constructor(path: string, listener: ResolverListener, context: ResolverContext) {
    this.#path = path;
    this.#listener = listener;
    this.#context = context;
    void this.#read();
  }

  resolveNow(): void {
    void this.#read();
  }

  close(): void {
    this.#closed = true;
    this.#watcher?.close();
    this.#cancelTimer?.();
  }

  async #read(): Promise<void> {
    this.#again = true;
    if (this.#reading || this.#closed) return;
    this.#reading = true;
    while (this.#again && !this.#closed) {
      this.#again = false;
      // First the watch, then the look: what changes between is not missed.
      this.#watch();
      const found = await this.#look();
      if (!this.#closed) this.#tell(found);
    }
    this.#reading = false;
    if (!this.#closed) this.#readIn(POLL_MS);
  }

  async #look(): Promise<{ readonly text: string } | { readonly error: Error }> {
    try {
      const { size } = await builtin.files.stat(this.#path);
      if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, and may have ${MAX_BYTES}`);
      return { text: await builtin.files.readFile(this.#path, "utf8") };
    } catch (error) {
      return { error: error as Error };
    }
  }

  #tell(found: { readonly text: string } | { readonly error: Error }): void {
    const state = "text" in found ? `text ${found.text}` : `error ${found.error.message}`;
    if (state === this.#last) return;
    this.#last = state;
    let resolution: Resolution;
    try {
      if ("error" in found) throw found.error;
      resolution = parseEndpointsFile(found.text);
    } catch (error) {
      this.#listener.onError(`${this.#path} can't be used: ${(error as Error).message}`, error);
      return;
    }
    this.#listener.onResolution(resolution);
  }

  #watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = builtin.fs.watch(dirname(this.#path), { persistent: false });
      this.#watcher = watcher;
      const stop = () => {
        watcher.close();
        if (this.#watcher === watcher) this.#watcher = undefined;
      };
      watcher.on("change", () => this.#readIn(SETTLE_MS));
      watcher.on("error", stop);
      watcher.on("close", stop);
    } catch {
      // There is no such folder, or there are no watches left: the clock looks.
    }
  }

  #readIn(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#context.clock.schedule(() => void this.#read(), delayMs, true);
  }
}

/** 20 ms: a replacement is several events. */
const SETTLE_MS = 20;

/** 5 s, for what no watch tells. */
const POLL_MS = 5_000;

/** 4 MiB: some ten thousand endpoints. */
const MAX_BYTES: number = 4 * 1024 * 1024;
