import type { Compressions } from "./compression.js";

/**
 * Whether a client takes an encoding. Without `accept-encoding` it takes that of its request; names that come with a
 * weight of 0 are refused (Connect protocol, "Accept-Encoding"; RFC 9110 §12.5.3).
 */
export function acceptsEncoding(
  acceptEncoding: string | undefined,
  requestEncoding: string | undefined,
  name: string,
): boolean {
  if (name === "identity") return true;
  if (acceptEncoding === undefined) return requestEncoding === name;
  return acceptEncoding.split(",").some((each) => {
    const [token, ...parameters] = each.split(";");
    return token.trim().toLowerCase() === name && !parameters.some((text) => /^\s*q=0(\.0*)?\s*$/i.test(text));
  });
}

/** What a request that is encoded in an unknown way is told. */
export function unknownEncoding(name: string, compressions: Compressions): string {
  return `the encoding "${name}" is not supported; there are: ${compressions.acceptEncoding}`;
}
