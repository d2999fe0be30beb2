import { decode, encode, type MessageType } from "hawser/protobuf";
import { serveCodec } from "../src/codec/serve-codec.js";
import * as generated from "../src/gen/codec.pb.js";

type AnyType = MessageType<object, object>;

await serveCodec<object, Uint8Array>({
  wireOf: ({ bytes }) => bytes,
  typeCodec: (name) => {
    const type = generated[name as keyof typeof generated] as unknown as AnyType;
    return { encode: (message) => encode(type, message), decode: (bytes) => decode(type, bytes) };
  },
});
