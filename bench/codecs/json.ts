import { serveCodec } from "../src/codec/serve-codec.js";

// To and from a string, without the step to bytes that a connection needs.
await serveCodec<unknown, string>({
  wireOf: ({ json }) => json,
  typeCodec: () => ({ encode: (message) => JSON.stringify(message), decode: (text) => JSON.parse(text) as unknown }),
});
