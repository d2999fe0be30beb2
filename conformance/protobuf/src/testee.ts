/**
 * The program that the official conformance runner tests: reads `ConformanceRequest`s from standard input, each behind
 * its length in four bytes (little endian), and answers with as many `ConformanceResponse`s.
 *
 *   node testee.js [--dynamic]      --dynamic: with message types made from descriptors at run time
 */
import { readSync, writeSync } from "node:fs";
import { decode, encode } from "hawser/protobuf";
import { answer } from "./answer.js";
import { ConformanceRequest, ConformanceResponse } from "./gen/conformance/conformance.pb.js";
import { dynamicTypes, generatedTypes } from "./test-types.js";

const types = process.argv.includes("--dynamic") ? dynamicTypes() : generatedTypes();

for (let head = readExactly(4); head !== undefined; head = readExactly(4)) {
  const request = readExactly(head.readUInt32LE(0));
  if (request === undefined) throw new Error("the input ends within a request");
  const response = encode(ConformanceResponse, { result: answer(decode(ConformanceRequest, request), types) });
  const framed = Buffer.alloc(4 + response.length);
  framed.writeUInt32LE(response.length, 0);
  framed.set(response, 4);
  for (let written = 0; written < framed.length; ) written += writeSync(1, framed, written);
}

/** The next bytes of the input; `undefined` where it ends. */
function readExactly(count: number): Buffer | undefined {
  const bytes = Buffer.alloc(count);
  for (let filled = 0; filled < count; ) {
    const read = readSync(0, bytes, filled, count - filled, null);
    if (read === 0) return undefined;
    filled += read;
  }
  return bytes;
}
