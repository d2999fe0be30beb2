import assert from "node:assert/strict";
import { test } from "node:test";
import { BinaryLogFilter } from "./binary-log-filter.js";

const ALL = { headerBytes: Infinity, messageBytes: Infinity };

test("the examples of gRFC A16", () => {
  assert.equal(new BinaryLogFilter("").limits("/Foo/Bar"), undefined);
  assert.deepEqual(new BinaryLogFilter("*").limits("/Foo/Bar"), ALL);
  assert.deepEqual(new BinaryLogFilter("*{h}").limits("/Foo/Bar"), { headerBytes: Infinity, messageBytes: 0 });
  assert.deepEqual(new BinaryLogFilter("*{m:256}").limits("/Foo/Bar"), { headerBytes: 0, messageBytes: 256 });
  const service = new BinaryLogFilter("Foo/*");
  assert.deepEqual(service.limits("/Foo/Bar"), ALL);
  assert.equal(service.limits("/Foob/Bar"), undefined);
  const without = new BinaryLogFilter("Foo/*,-Foo/Bar");
  assert.equal(without.limits("/Foo/Bar"), undefined);
  assert.deepEqual(without.limits("/Foo/Baz"), ALL);
  const exact = new BinaryLogFilter("*{h:1;m:2},Foo/*{h},Foo/Bar{m:256}");
  assert.deepEqual(exact.limits("/Foo/Bar"), { headerBytes: 0, messageBytes: 256 });
  assert.deepEqual(exact.limits("/Foo/Baz"), { headerBytes: Infinity, messageBytes: 0 });
  assert.deepEqual(exact.limits("/other.Foo/Baz"), { headerBytes: 1, messageBytes: 2 });
});

for (const malformed of [
  ",",
  "*,",
  "*,*",
  "*{}",
  "*{x}",
  "*{h:x}",
  "*{h;}",
  "*{;m}",
  "*{hm}",
  "*{m;h}",
  "*{h:-1}",
  "*/Bar",
  "-Foo/*",
  "-Foo/Bar{h}",
  "Foo",
  "/Foo/Bar",
  "Foo/Bar/Baz",
  "Foo/*,Foo/*{h}",
  "Foo/Bar{h:1},Foo/Bar{h:2}",
  "Foo/Bar,-Foo/Bar",
  "-Foo/Bar,-Foo/Bar",
]) {
  test(`refused: ${malformed}`, () => {
    assert.throws(() => new BinaryLogFilter(malformed), /the binary log filter .* can't be used/);
  });
}
