import { promisify } from "node:util";
import * as zlib from "node:zlib";
import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
  deflate,
  deflateSync,
  gunzip,
  gunzipSync,
  gzip,
  gzipSync,
  inflate,
  inflateSync,
} from "node:zlib";
import { type Compression, InflatedTooLarge } from "../rpc/compression.js";

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
const BROTLI: zlib.BrotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** The compressions of gRPC over zlib (grpc/doc/compression.md): `deflate` is the zlib format of RFC 1950. */
export const zlibCompressions: readonly Compression[] = [
  zlibCompression("gzip", {
    compressSync: gzipSync,
    compress: promisify<Uint8Array, Uint8Array>(gzip),
    decompressSync: gunzipSync,
    decompress: promisify(gunzip) as ZlibFunctions["decompress"],
  }),
  zlibCompression("deflate", {
    compressSync: deflateSync,
    compress: promisify<Uint8Array, Uint8Array>(deflate),
    decompressSync: inflateSync,
    decompress: promisify(inflate) as ZlibFunctions["decompress"],
  }),
  zlibCompression("br", {
    compressSync: (bytes) => brotliCompressSync(bytes, BROTLI),
    compress: (bytes) => promisify(brotliCompress)(bytes, BROTLI),
    decompressSync: brotliDecompressSync,
    decompress: promisify(brotliDecompress) as ZlibFunctions["decompress"],
  }),
  ...zstdCompression(),
];

/** Node has zstd from 22.15 and 23.8 on. */
function zstdCompression(): Compression[] {
  const { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } = zlib as Partial<ZstdFunctions>;
  if (!zstdCompress || !zstdCompressSync || !zstdDecompress || !zstdDecompressSync) return [];
  return [
    zlibCompression("zstd", {
      compressSync: zstdCompressSync,
      compress: promisify(zstdCompress) as ZlibFunctions["compress"],
      decompressSync: zstdDecompressSync,
      decompress: promisify(zstdDecompress) as ZlibFunctions["decompress"],
    }),
  ];
}

function zlibCompression(name: string, zlib: ZlibFunctions): Compression {
  return {
    name,
    compress: (bytes) => (bytes.length <= SYNC_BYTES ? zlib.compressSync(bytes) : zlib.compress(bytes)),
    decompress(bytes, maxBytes) {
      if (bytes.length <= SYNC_BYTES) {
        try {
          return zlib.decompressSync(bytes, { maxOutputLength: Math.max(1, Math.min(maxBytes, SYNC_INFLATED_BYTES)) });
        } catch (error) {
          if (!isTooLarge(error)) throw error;
          if (maxBytes <= SYNC_INFLATED_BYTES) throw new InflatedTooLarge();
        }
      }
      // Zlib's own limit stops it while it inflates, whatever the ratio (CVE-2024-37168).
      return zlib.decompress(bytes, { maxOutputLength: Math.max(1, maxBytes) }).catch((error) => {
        throw isTooLarge(error) ? new InflatedTooLarge() : error;
      });
    },
  };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
}
