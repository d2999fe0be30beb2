import { promisify } from "node:util";
import type { BrotliOptions, gunzip, gzip } from "node:zlib";
import { type Compression, InflatedTooLarge } from "../rpc/compression.js";
import { builtin } from "./builtin.js";

/** Up to 32 KiB it is quicker to compress at once than to ask another thread to. */
const SYNC_BYTES: number = 32 * 1024;

/** How much a small message may inflate to at once; past that another thread goes over it. */
const SYNC_INFLATED_BYTES: number = 256 * 1024;

interface ZlibFunctions {
  readonly compressSync: (bytes: Uint8Array) => Uint8Array;
  readonly compress: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly decompressSync: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;
  readonly decompress: (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;
}

/** What newer Node has beside what its types at hand know; the asynchronous ones take a callback. */
interface ZstdFunctions {
  readonly zstdCompress: typeof gzip;
  readonly zstdCompressSync: ZlibFunctions["compressSync"];
  readonly zstdDecompress: typeof gunzip;
  readonly zstdDecompressSync: ZlibFunctions["decompressSync"];
}

/** Quality 4 of 11: the highest would take a hundred times as long for a tenth less. */
const BROTLI_QUALITY = 4;

/** The compressions of gRPC over zlib (grpc/doc/compression.md): `deflate` is the zlib format of RFC 1950. */
export const zlibCompressions: readonly Compression[] = [
  zlibCompression("gzip", ({ gzip, gzipSync, gunzip, gunzipSync }) => ({
    compressSync: gzipSync,
    compress: promisify<Uint8Array, Uint8Array>(gzip),
    decompressSync: gunzipSync,
    decompress: promisify(gunzip) as ZlibFunctions["decompress"],
  })),
  zlibCompression("deflate", ({ deflate, deflateSync, inflate, inflateSync }) => ({
    compressSync: deflateSync,
    compress: promisify<Uint8Array, Uint8Array>(deflate),
    decompressSync: inflateSync,
    decompress: promisify(inflate) as ZlibFunctions["decompress"],
  })),
  zlibCompression("br", (zlib) => {
    const options: BrotliOptions = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };
    return {
      compressSync: (bytes) => zlib.brotliCompressSync(bytes, options),
      compress: (bytes) => promisify(zlib.brotliCompress)(bytes, options),
      decompressSync: zlib.brotliDecompressSync,
      decompress: promisify(zlib.brotliDecompress) as ZlibFunctions["decompress"],
    };
  }),
  ...zstdCompression(),
];

/** Node has zstd from 22.15 and 23.8 on, and says so without loading it. */
function zstdCompression(): Compression[] {
  if (process.versions.zstd === undefined) return [];
  return [
    zlibCompression("zstd", (zlib) => {
      const { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } = zlib as unknown as ZstdFunctions;
      return {
        compressSync: zstdCompressSync,
        compress: promisify(zstdCompress) as ZlibFunctions["compress"],
        decompressSync: zstdDecompressSync,
        decompress: promisify(zstdDecompress) as ZlibFunctions["decompress"],
      };
    }),
  ];
}

/** @param make picks the functions; called with the first message */
function zlibCompression(name: string, make: (zlib: typeof import("node:zlib")) => ZlibFunctions): Compression {
  let made: ZlibFunctions | undefined;
  const functions = (): ZlibFunctions => {
    made ??= make(builtin.zlib);
    return made;
  };
  return {
    name,
    compress: (bytes) => (bytes.length <= SYNC_BYTES ? functions().compressSync(bytes) : functions().compress(bytes)),
    decompress(bytes, maxBytes) {
      if (bytes.length <= SYNC_BYTES) {
        try {
          return functions().decompressSync(bytes, {
            maxOutputLength: Math.max(1, Math.min(maxBytes, SYNC_INFLATED_BYTES)),
          });
        } catch (error) {
          if (!isTooLarge(error)) throw error;
          if (maxBytes <= SYNC_INFLATED_BYTES) throw new InflatedTooLarge();
        }
      }
      // Zlib's own limit stops it while it inflates, whatever the ratio (CVE-2024-37168).
      return functions()
        .decompress(bytes, { maxOutputLength: Math.max(1, maxBytes) })
        .catch((error) => {
          throw isTooLarge(error) ? new InflatedTooLarge() : error;
        });
    },
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
}
