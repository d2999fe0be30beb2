import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import * as zlib from "node:zlib";
import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from "node:zlib";
import { Compressions, InflatedTooLarge } from "../rpc/compression.js";
import { zlibCompressions } from "./zlib-compression.js";

const compressions = new Compressions(zlibCompressions);
const MIB = 1024 * 1024;

describe("zlib compressions", () => {
  test("are known by name, and said in the order of preference", () => {
    const zstd = "zstdCompress" in zlib ? ",zstd" : "";
    strictEqual(compressions.acceptEncoding, `identity,gzip,deflate,br${zstd}`);
    strictEqual(compressions.get("snappy"), undefined);
    strictEqual(compressions.require("identity"), undefined);
    throws(() => compressions.require("snappy"), /"snappy" is not known; there are: identity,gzip,deflate/);
  });

  for (const [name, inflate, deflate] of [
    ["gzip", gunzipSync, gzipSync],
    ["deflate", inflateSync, deflateSync],
    ["br", brotliDecompressSync, brotliCompressSync],
  ] as const) {
    const compression = compressions.require(name)!;

    test(`${name} is what its name says, at once if little, later if much`, async () => {
      for (const size of [0, 1, 1_000, 32 * 1024, 32 * 1024 + 1, MIB]) {
        const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
        const compressed = compression.compress(bytes);
        strictEqual(compressed instanceof Promise, size > 32 * 1024);
        ok(Buffer.compare(inflate(await compressed), bytes) === 0);
        ok(Buffer.compare(await compression.decompress(deflate(bytes), MIB), bytes) === 0);
      }
    });

    test(`${name} stops at the limit, whatever the ratio`, async () => {
      for (const size of [11, 1_000, 300_000, 64 * MIB]) {
        const bomb = deflate(Buffer.alloc(size));
        await rejects(async () => compression.decompress(bomb, 10), InflatedTooLarge);
        await rejects(async () => compression.decompress(bomb, size - 1), InflatedTooLarge);
      }
      deepStrictEqual((await compression.decompress(deflate(Buffer.alloc(300_000)), 300_000)).length, 300_000);
    });

    test(`${name} fails on what is none, and on what is not whole`, async () => {
      const whole = deflate(Buffer.from("hello, hello, hello"));
      for (const bad of [
        Buffer.alloc(0),
        Buffer.from("no"),
        whole.subarray(0, whole.length - 1),
        deflateRawSync("x"),
        Buffer.alloc(40_000, 1),
      ]) {
        await rejects(
          async () => compression.decompress(bad, MIB),
          (error) => !(error instanceof InflatedTooLarge),
        );
      }
    });
  }
});
