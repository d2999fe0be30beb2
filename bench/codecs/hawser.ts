import { decode, encode } from "hawser/protobuf";
import { serveCodec } from "../src/codec/serve-codec.js";
import { shapes } from "../src/codec/shapes.js";

await serveCodec<object, Uint8Array>({
  wireOf: ({ bytes }) => bytes,
  typeCodec: (name) => {
    const { type } = shapes.find((shape) => shape.type.typeName === `bench.codec.${name}`)!;
    return { encode: (message) => encode(type, message), decode: (bytes) => decode(type, bytes) as object };
  },
});
