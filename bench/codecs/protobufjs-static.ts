import { createRequire } from "node:module";
import type { Type } from "protobufjs";
import { serveCodec } from "../src/codec/serve-codec.js";

// This module runs from bench/dist/codecs; the generated one stays where it is.
const { bench } = createRequire(import.meta.url)("../../codecs/gen/protobufjs.cjs") as {
  bench: { codec: Record<string, Pick<Type, "encode" | "decode">> };
};

await serveCodec<object, Uint8Array>({
  // As a Buffer, which is what sockets give and what protobuf.js reads fastest.
  wireOf: ({ bytes }) => Buffer.from(bytes),
  typeCodec: (name) => {
    const type = bench.codec[name]!;
    return { encode: (message) => type.encode(message).finish(), decode: (bytes) => type.decode(bytes) };
  },
});
