import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { checkExamples } from "../testing/check-examples.js";
import { ended, Sandbox } from "../testing/sandbox.js";
import { command } from "./decode.js";

const require = createRequire(import.meta.url);
const PROTOC = join(dirname(require.resolve("protoc/package.json")), "protoc.cjs");

/** Fields of every wire type; the inner ones cannot be taken for text. */
const BYTES = Buffer.from(
  [
    "08 96 01", // 1: 150
    "10 ff ff ff ff ff ff ff ff ff 01", // 2: -1
    "1a 04 72 6f 70 65", // 3: "rope"
    "22 06 0a 04 08 01 10 02", // 4 { 1 { 1: 1, 2: 2 } }
    "2b 08 03 2c", // 5: a group { 1: 3 }
    "35 00 00 c0 3f", // 6: 1.5
    "39 00 00 00 00 00 00 f8 3f", // 7: 1.5
    "42 00", // 8: ""
    "4a 03 ff 01 80", // 9: bytes
  ]
    .join("")
    .replaceAll(" ", ""),
  "hex",
);

test("the example prints what it says", () => checkExamples(command));

test("but for its comments it is what protoc --decode_raw prints", async () => {
  using sandbox = new Sandbox();
  const whole = BYTES.subarray(0, BYTES.length - 5);
  sandbox.write({ "a.binpb": whole });
  const { code, stdout } = await sandbox.run("decode", "a.binpb");
  assert.equal(code, 0);
  const { stdout: theirs } = spawnSync(process.execPath, [PROTOC, "--decode_raw"], { input: whole, encoding: "utf8" });
  assert.equal(stdout.replaceAll(/ +#.*$/gm, ""), theirs);
});

test("what the values may mean", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "a.binpb": BYTES });
  const { stdout } = await sandbox.run("decode", "a.binpb");
  for (const line of [
    "1: 150  # sint 75",
    "# int -1, sint -9223372036854775808",
    "# fixed32, float 1.5",
    "# fixed64, double 1.5",
  ]) {
    assert.ok(stdout.includes(line), `${line}\n${stdout}`);
  }
  assert.match(stdout, /9: "\\xff\\x01\\x80" {2}# 3 bytes/);
  sandbox.write({ "time.hex": "08 80 e8 9f ae 06  12 05 ac 02 e8 07 01" });
  const hex = await sandbox.run("decode", "time.hex", "--hex");
  assert.match(hex.stdout, /^1: 1707602944 {2}# .*time 2024-02-10T/);
  assert.match(hex.stdout, /packed varints: 300, 1000, 1\n$/);
});

test("base64, gRPC bodies, stdin and JSON", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "a.b64": `${BYTES.toString("base64")}\n` });
  const envelope = Buffer.concat([Buffer.from([0, 0, 0, 0, 3]), BYTES.subarray(0, 3)]);
  const child = sandbox.start("decode", "--grpc");
  child.stdin.end(Buffer.concat([envelope, envelope]));
  assert.equal(
    (await ended(child)).stdout,
    "# message 1, 3 bytes\n1: 150  # sint 75\n# message 2, 3 bytes\n1: 150  # sint 75\n",
  );
  const { fields } = JSON.parse((await sandbox.run("decode", "a.b64", "--base64", "--json")).stdout);
  assert.deepEqual(fields[0], { number: 1, offset: 0, wire: "varint", value: "150" });
  assert.deepEqual([fields[3].kind, fields[3].fields[0].fields[1].value], ["message", "2"]);
});

for (const [what, hex, args, message] of [
  ["a field number 0", "00", ["--hex"], /byte 0: a field cannot have the number 0/],
  ["a wire type that does not exist", "0f", ["--hex"], /byte 0: .*wire type 7/],
  ["a length past the end", "0a05 01", ["--hex"], /byte 2: 5 bytes should follow, and 1 are left/],
  ["an endless number", "08 ff ff ff ff ff ff ff ff ff ff 01", ["--hex"], /more than ten bytes/],
  ["a group without an end", "0b 08 01", ["--hex"], /the group 1 does not end/],
  ["groups without end", "0b".repeat(200), ["--hex"], /nest more than 100 deep/],
  ["what is not hexadecimal", "xyz", ["--hex"], /not hexadecimal/],
  ["what is not base64", "?", ["--base64"], /not base64/],
  ["half a gRPC body", "AAAAAAM", ["--base64", "--grpc"], /byte 0: a message should follow/],
] as const) {
  test(`bad input: ${what}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write({ "a.hex": hex });
    const { code, stdout, stderr } = await sandbox.run("decode", "a.hex", ...args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, message);
    assert.match(stderr, /\nhelp: /);
  });
}

test("bytes that nest as deep as they are long are read in reasonable time", async () => {
  using sandbox = new Sandbox();
  let bytes = Buffer.from([8, 1]);
  for (let i = 0; i < 20_000; i++) {
    const length: number[] = [];
    let rest = bytes.length;
    for (; rest > 127; rest >>= 7) length.push((rest & 127) | 128);
    bytes = Buffer.concat([Buffer.from([10, ...length, rest]), bytes]);
  }
  sandbox.write({ "deep.binpb": bytes });
  assert.equal((await sandbox.run("decode", "deep.binpb")).code, 0);
});
