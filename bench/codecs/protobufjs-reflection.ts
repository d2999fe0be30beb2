import { fileURLToPath } from "node:url";
import protobufjs from "protobufjs";
import { serveCodec } from "../src/codec/serve-codec.js";

const root = await protobufjs.load(fileURLToPath(new URL("../../proto/codec.proto", import.meta.url)));

await serveCodec<object, Uint8Array>({
  // As a Buffer, which is what sockets give and what protobuf.js reads fastest.
  wireOf: ({ bytes }) => Buffer.from(bytes),
  typeCodec: (name) => {
    const type = root.lookupType(`bench.codec.${name}`);
    return { encode: (message) => type.encode(message).finish(), decode: (bytes) => type.decode(bytes) };
  },
});
