import { createRequire } from "node:module";
import type { Message } from "google-protobuf";
import { serveCodec } from "../src/codec/serve-codec.js";

// This module runs from bench/dist/codecs; the generated one stays where it is.
const generated = createRequire(import.meta.url)("../../codecs/gen/google-protobuf.cjs") as Record<
  string,
  typeof Message
>;

await serveCodec<Message, Uint8Array>({
  wireOf: ({ bytes }) => bytes,
  typeCodec: (name) => {
    const type = generated[name]!;
    return { encode: (message) => message.serializeBinary(), decode: (bytes) => type.deserializeBinary(bytes) };
  },
});
