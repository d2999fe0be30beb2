import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { serveCodec } from "../src/codec/serve-codec.js";

// This module runs from bench/dist/codecs; the generated one stays where it is.
const generated = (await import(new URL("../../codecs/gen/protobuf-es.js", import.meta.url).href)) as Record<
  string,
  DescMessage
>;

await serveCodec<Message, Uint8Array>({
  wireOf: ({ bytes }) => bytes,
  typeCodec: (name) => {
    const schema = generated[`${name}Schema`]!;
    return { encode: (message) => toBinary(schema, message), decode: (bytes) => fromBinary(schema, bytes) };
  },
});
