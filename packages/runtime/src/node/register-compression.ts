import { type Compression, InflatedTooLarge } from "../rpc/compression.js";
import { compressions } from "./platform.js";

/** A token of HTTP (RFC 9110 §5.6.2), in lower case as the names that are in use. */
const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/;

/**
 * Makes a compression known to this process: channels and servers that are made from then on offer it to their peers, and it
 * can be named in the option `compression` and in calls. One that has the name already is replaced.
 *
 * ```ts
 * registerCompression({ name: "snappy", compress, decompress });
 * ```
 *
 * @throws TypeError if the name is none that `grpc-encoding` can have
 */
export function registerCompression(compression: Compression): void {
  const { name } = compression;
  if (!NAME.test(name) || name === "identity") {
    throw new TypeError(
      `a compression can't be called ${JSON.stringify(name)}: a name is as "snappy", and "identity" is none`,
    );
  }
  compressions.add({
    name,
    compress: (bytes) => compression.compress(bytes),
    decompress(bytes, maxBytes) {
      const inflated = compression.decompress(bytes, maxBytes);
      return inflated instanceof Uint8Array
        ? within(inflated, maxBytes)
        : inflated.then((each) => within(each, maxBytes));
    },
  });
}

/** It should have stopped by itself; a message that is too large is refused all the same. */
function within(inflated: Uint8Array, maxBytes: number): Uint8Array {
  if (inflated.length > maxBytes) throw new InflatedTooLarge();
  return inflated;
}
