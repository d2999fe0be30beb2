import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Metadata } from "./metadata.js";

describe("Metadata", () => {
  test("takes itself, objects, lists of values and pairs", () => {
    const bytes = new Uint8Array([1, 2]);
    const expected = [
      ["x-a", "1"],
      ["x-b", "2"],
      ["x-b", "3"],
      ["x-c-bin", bytes],
    ];
    const fromObject = new Metadata({ "X-A": "1", "x-b": ["2", "3"], "x-c-bin": bytes, "x-none": undefined });
    deepStrictEqual([...fromObject], expected);
    deepStrictEqual([...new Metadata(fromObject)], expected);
    deepStrictEqual([...new Metadata([...fromObject])], expected);
    deepStrictEqual([...new Metadata(new Map([["x-a", "1"]]))], [["x-a", "1"]]);
    strictEqual(Metadata.from(fromObject), fromObject);
    strictEqual(Metadata.from(undefined).size, 0);
  });

  test("a copy is independent", () => {
    const first = new Metadata({ "x-a": "1" });
    const second = new Metadata(first).append("x-b", "2");
    deepStrictEqual([first.size, second.size], [1, 2]);
    first.appendAll(second);
    deepStrictEqual(first.getAll("x-a"), ["1", "1"]);
    strictEqual(second.size, 2);
  });

  test("keys are case-insensitive, and keep their order", () => {
    const metadata = new Metadata([
      ["X-B", "1"],
      ["x-a", "2"],
      ["x-b", "3"],
    ]);
    strictEqual(metadata.get("x-B"), "1");
    deepStrictEqual(metadata.getAll("X-b"), ["1", "3"]);
    deepStrictEqual(metadata.keys(), ["x-b", "x-a"]);
    metadata.set("X-B", "4");
    deepStrictEqual(
      [...metadata],
      [
        ["x-a", "2"],
        ["x-b", "4"],
      ],
    );
    ok(metadata.delete("X-A") && !metadata.has("x-a") && !metadata.delete("x-a"));
    strictEqual(metadata.get("x-a"), undefined);
  });

  test("refuses keys and values that can't go over the wire", () => {
    const metadata = new Metadata();
    for (const key of [
      "",
      "a b",
      "ä",
      ":path",
      "a:b",
      "a\n",
      "te",
      "Content-Type",
      "grpc-status",
      "grpc-timeout",
      "host",
      "connection",
    ]) {
      throws(() => metadata.set(key, "v"), TypeError, key);
    }
    for (const value of ["a\nb", "a\r", "ä", "\u0000", "\u007f", "日"])
      throws(() => metadata.set("x-a", value), TypeError);
    throws(() => metadata.set("x-a", new Uint8Array(1)), /-bin/);
    throws(() => metadata.set("x-a-bin", "text"), /Uint8Array/);
    throws(() => metadata.set("x-a", 7 as unknown as string), TypeError);
    strictEqual(metadata.size, 0);
  });

  test("a refused set() leaves what was there", () => {
    const metadata = new Metadata({ "x-a": "1" });
    throws(() => metadata.set("x-a", "\n"));
    strictEqual(metadata.get("x-a"), "1");
  });

  test("bytes of any length survive", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      const sent = new Metadata({ "x-bin": bytes }).toFields();
      ok(!sent[0]?.value.includes("="));
      deepStrictEqual(Metadata.fromFields(sent).get("x-bin"), bytes);
    }
  });

  test("binary values are taken with and without padding, and joined by commas", () => {
    const metadata = Metadata.fromFields([
      { name: "x-bin", value: "AQ==,AQ, AQI=" },
      { name: "x-bin", value: "" },
    ]);
    deepStrictEqual(
      metadata.getAll("x-bin"),
      [1, 1].map((byte) => new Uint8Array([byte])).concat([new Uint8Array([1, 2]), new Uint8Array(0)]),
    );
  });

  test("base64 that is none throws when it is read, not before", () => {
    const metadata = Metadata.fromFields([{ name: "x-bin", value: "!!!" }]);
    throws(() => metadata.get("x-bin"), RangeError);
    throws(() => [...metadata], RangeError);
    // Passing it on does not read it.
    strictEqual(new Metadata().appendAll(new Metadata(metadata)).size, 1);
  });

  test("what belongs to HTTP and gRPC is left out of what came", () => {
    const fields = ["content-type", "te", "grpc-encoding", "grpc-status", "grpc-timeout", "x-a", "user-agent"].map(
      (name) => ({ name, value: "v" }),
    );
    deepStrictEqual(Metadata.fromFields(fields).keys(), ["x-a", "user-agent"]);
  });

  test("names of Object.prototype are keys like others", () => {
    const metadata = Metadata.fromFields([{ name: "__proto__", value: "v" }]).append("constructor", "c");
    deepStrictEqual(
      [metadata.get("__proto__"), metadata.get("constructor"), metadata.get("tostring")],
      ["v", "c", undefined],
    );
    strictEqual(({} as Record<string, unknown>)["v"], undefined);
  });

  test("values are not shown", () => {
    const metadata = new Metadata({ authorization: "Bearer secret" });
    ok(!inspect(metadata).includes("secret"));
    ok(!JSON.stringify(metadata).includes("secret"));
    ok(inspect(metadata).includes("authorization"));
  });
});
