/**
 * A message encoding as `grpc-encoding` names it. Work on small messages may be done at once; large ones should be left
 * to other threads, with a promise, so that one caller's megabytes don't hold up everybody else's calls.
 */
export interface Compression {
  /** As in `grpc-encoding`: `gzip`. */
  readonly name: string;
  compress(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Must stop as soon as the output passes `maxBytes`, before it holds more than that (a small message may inflate to
   * gigabytes), and then fail with {@link InflatedTooLarge}; bad input fails with any other error.
   */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>;
}

/** What {@link Compression.decompress} fails with when the output would pass the limit. */
export class InflatedTooLarge extends Error {
  override readonly name = "InflatedTooLarge";
}

/** The encodings that one side knows, and the header value that says so. */
export class Compressions {
  readonly #byName = new Map<string, Compression>();
  /** The value of `grpc-accept-encoding`, as `identity,gzip,deflate`. */
  acceptEncoding = "identity";

  constructor(compressions: readonly Compression[]) {
    for (const compression of compressions) this.add(compression);
  }

  /** Adds one; of two with one name the later is used. */
  add(compression: Compression): void {
    this.#byName.set(compression.name, compression);
    this.acceptEncoding = ["identity", ...this.#byName.keys()].join(",");
  }

  /** The one called `name`, if it is known. */
  get(name: string): Compression | undefined {
    return this.#byName.get(name);
  }

  /** The one called `name`; undefined for `identity`, which is none. @throws TypeError naming the known ones */
  require(name: string): Compression | undefined {
    const compression = this.#byName.get(name);
    if (compression === undefined && name !== "identity") {
      throw new TypeError(`compression "${name}" is not known; there are: ${this.acceptEncoding}`);
    }
    return compression;
  }
}
