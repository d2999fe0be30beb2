import { type Compression, InflatedTooLarge } from "../rpc/compression.js";

/**
 * The encodings of messages that the Streams of the platform know (compression.spec.whatwg.org): gzip and deflate, or none. A
 * function, so that bundlers leave it out of pages that do not call it.
 */
export function streamCompressions(): readonly Compression[] {
  return typeof CompressionStream === "undefined" ? [] : [streamCompression("gzip"), streamCompression("deflate")];
}

function streamCompression(name: "gzip" | "deflate"): Compression {
  return {
    name,
    compress: (bytes) => run(bytes, new CompressionStream(name), Infinity),
    decompress: (bytes, maxBytes) => run(bytes, new DecompressionStream(name), maxBytes),
  };
}

async function run(
  bytes: Uint8Array,
  through: { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<BufferSource> },
  maxBytes: number,
): Promise<Uint8Array> {
  const writer = through.writable.getWriter();
  // What fails here fails where it is read, too.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(ignore);
  writer.close().catch(ignore);
  const reader = through.readable.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > maxBytes) {
      reader.cancel().catch(ignore);
      throw new InflatedTooLarge(`more than ${maxBytes} bytes`);
    }
    pieces.push(next.value);
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function ignore(): void {}
