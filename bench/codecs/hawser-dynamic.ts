import { createDynamicTypes, decode, encode } from "hawser/protobuf";
import { fileDescriptor } from "hawser/wkt";
import { serveCodec } from "../src/codec/serve-codec.js";
import { $file_codec } from "../src/gen/codec.pb.js";

/** The types are made at run time, from the descriptor of the schema; nothing but that is taken from generated code. */
const types = createDynamicTypes([fileDescriptor($file_codec)]);

await serveCodec<object, Uint8Array>({
  wireOf: ({ bytes }) => bytes,
  typeCodec: (name) => {
    const type = types.message(`bench.codec.${name}`)!;
    return { encode: (message) => encode(type, message), decode: (bytes) => decode(type, bytes) as object };
  },
});
