import { PbfReader, PbfWriter } from "pbf";
import { serveCodec } from "../src/codec/serve-codec.js";

// This module runs from bench/dist/codecs; the generated one stays where it is.
const generated = (await import(new URL("../../codecs/gen/pbf.mjs", import.meta.url).href)) as {
  [name: `read${string}`]: (reader: PbfReader) => object;
  [name: `write${string}`]: (message: object, writer: PbfWriter) => void;
};

await serveCodec<object, Uint8Array>({
  wireOf: ({ bytes }) => bytes,
  typeCodec: (name) => {
    const read = generated[`read${name}`]!;
    const write = generated[`write${name}`]!;
    const encode = (message: object): Uint8Array => {
      const writer = new PbfWriter();
      write(message, writer);
      return writer.finish();
    };
    return { encode, decode: (bytes) => read(new PbfReader(bytes)) };
  },
});
