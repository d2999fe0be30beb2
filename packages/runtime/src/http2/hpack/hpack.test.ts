import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ByteWriter } from "../../base/byte-writer.js";
import type { Field } from "../field.js";
import type { HttpField } from "../http-types.js";
import { DECODER_TABLE_SIZE, HpackDecoder } from "./decoder.js";
import { HpackEncoder } from "./encoder.js";
import { decodeHuffman, encodeHuffman, huffmanLength, maxDecodedLength } from "./huffman.js";
import { HUFFMAN_CODES, HUFFMAN_LENGTHS } from "./huffman-table.js";
import { latin1 } from "./latin1.js";

const VECTORS = fileURLToPath(new URL("../../../../../../shared/vectors/hpack", import.meta.url));
const hasVectors = existsSync(VECTORS);

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(" ", "").match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
}

function decoder(): HpackDecoder {
  return new HpackDecoder(1 << 20, 10_000);
}

function decode(machine: HpackDecoder, block: Uint8Array): string[] {
  const fields: Field[] = [];
  machine.decode(block, 0, block.length, fields);
  return fields.map(({ name, value }) => `${name}: ${value}`);
}

function encode(machine: HpackEncoder, fields: readonly HttpField[], extra?: readonly HttpField[]): Uint8Array {
  const writer = new ByteWriter(machine.bound(fields, extra));
  machine.write(fields, extra, writer);
  return writer.finish();
}

test("RFC 7541 Appendix C.1: integers", () => {
  // As a table size update of a table that allows it: 10, then 1337.
  const machine = decoder();
  assert.deepEqual(decode(machine, hex("2a")), []);
  assert.deepEqual(decode(machine, hex("3f9a0a")), []);
  assert.throws(() => decode(machine, hex("3fffffffff0f")), /integer takes more than five octets/);
});

test("RFC 7541 Appendix C.2: each representation", () => {
  assert.deepEqual(decode(decoder(), hex("400a637573746f6d2d6b65790d637573746f6d2d686561646572")), [
    "custom-key: custom-header",
  ]);
  assert.deepEqual(decode(decoder(), hex("040c2f73616d706c652f70617468")), [":path: /sample/path"]);
  assert.deepEqual(decode(decoder(), hex("100870617373776f726406736563726574")), ["password: secret"]);
  assert.deepEqual(decode(decoder(), hex("82")), [":method: GET"]);
});

const REQUESTS = [
  [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
  [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
  [":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com", "custom-key: custom-value"],
];

test("RFC 7541 Appendix C.3 and C.4: requests without and with Huffman code", () => {
  for (const blocks of [
    [
      "828684410f7777772e6578616d706c652e636f6d",
      "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ],
    [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff",
      "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ],
  ]) {
    const machine = decoder();
    for (const [i, block] of blocks.entries()) assert.deepEqual(decode(machine, hex(block)), REQUESTS[i]);
  }
});

test("RFC 7541 Appendix C.5 and C.6: responses, with evictions from a table of 256 octets", () => {
  const date = "Mon, 21 Oct 2013 20:13:21 GMT";
  const location = "location: https://www.example.com";
  const responses = [
    [":status: 302", "cache-control: private", `date: ${date}`, location],
    [":status: 307", "cache-control: private", `date: ${date}`, location],
    [
      ":status: 200",
      "cache-control: private",
      "date: Mon, 21 Oct 2013 20:13:22 GMT",
      location,
      "content-encoding: gzip",
      "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
  ];
  for (const blocks of [
    [
      "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
      "4803333037c1c0bf",
      "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
    ],
    [
      "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
      "4883640effc1c0bf",
      "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    ],
  ]) {
    const machine = decoder();
    // The examples set the size to 256 from outside; a size update at the front says the same.
    assert.deepEqual(decode(machine, hex(`3fe101${blocks[0]}`)), responses[0]);
    assert.deepEqual(decode(machine, hex(blocks[1]!)), responses[1]);
    assert.deepEqual(decode(machine, hex(blocks[2]!)), responses[2]);
  }
});

interface Story {
  cases: { wire: string; headers: Record<string, string>[]; header_table_size?: number }[];
}

test(`HPACK stories are decoded${hasVectors ? "" : " (skipped: this clone has no ../shared/vectors)"}`, {
  skip: !hasVectors,
}, () => {
  let count = 0;
  for (const folder of ["nghttp2", "nghttp2-change-table-size", "python-hpack"]) {
    for (const file of readdirSync(join(VECTORS, folder)).filter((name) => name.endsWith(".json"))) {
      const story = JSON.parse(readFileSync(join(VECTORS, folder, file), "utf8")) as Story;
      // Some stories allow more than the engine's own table of 4,096 octets; it would have told the peer.
      if (story.cases.some((one) => (one.header_table_size ?? 0) > DECODER_TABLE_SIZE)) continue;
      const machine = decoder();
      story.cases.forEach((one, i) => {
        const expected = one.headers.map((header) => Object.entries(header).map(([n, v]) => `${n}: ${v}`)[0]);
        assert.deepEqual(decode(machine, hex(one.wire)), expected, `${folder}/${file} case ${i}`);
        count++;
      });
    }
  }
  assert.ok(count > 500, `${count} blocks`);
});

test(`HPACK stories survive our encoder and decoder${hasVectors ? "" : " (skipped: this clone has no ../shared/vectors)"}`, {
  skip: !hasVectors,
}, () => {
  const folder = join(VECTORS, "nghttp2");
  for (const file of readdirSync(folder)) {
    const story = JSON.parse(readFileSync(join(folder, file), "utf8")) as Story;
    const encoder = new HpackEncoder();
    const machine = decoder();
    story.cases.forEach((one, i) => {
      const fields = one.headers.map((header) => {
        const [name, value] = Object.entries(header)[0]!;
        return { name, value: value.trim() };
      });
      const expected = fields.map(({ name, value }) => `${name}: ${value}`);
      if (i % 7 === 3) encoder.setPeerTableSize(100);
      if (i % 7 === 5) encoder.setPeerTableSize(i * 100);
      for (let turn = 0; turn < 3; turn++) {
        assert.deepEqual(decode(machine, encode(encoder, fields.slice(0, 5), fields.slice(5))), expected, file);
        assert.deepEqual(decode(machine, encode(encoder, fields)), expected, file);
      }
    });
  }
});

test("Huffman code: every octet there and back, alone and in company", () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  for (const text of [...all, all, all + all, "", "www.example.com"]) {
    const out = new Uint8Array(huffmanLength(text));
    assert.equal(encodeHuffman(text, out, 0), out.length);
    const back = new Uint8Array(maxDecodedLength(out.length));
    assert.equal(latin1(back, 0, decodeHuffman(out, 0, out.length, back)), text);
  }
  assert.equal(HUFFMAN_CODES[0x30], 0);
  assert.equal(HUFFMAN_CODES[256], 0x3fffffff);
  assert.equal(HUFFMAN_LENGTHS[256], 30);
});

test("Huffman code: EOS, padding over seven bits and padding of zeros are errors", () => {
  const out = new Uint8Array(100);
  assert.equal(decodeHuffman(hex("ffffffff"), 0, 4, out), -1, "EOS");
  assert.equal(decodeHuffman(hex("1fff"), 0, 2, out), -1, "a whole octet of padding");
  assert.equal(decodeHuffman(hex("18"), 0, 1, out), -1, "zeros");
  assert.equal(decodeHuffman(hex("1f"), 0, 1, out), 1);
});

test("broken blocks are COMPRESSION_ERROR, whatever they are cut to", () => {
  const blocks = [
    "80", // index 0
    "be", // empty dynamic table
    "ff00", // far away
    "400a6375", // cut string
    "3fe23f", // table size update over the limit
    "8220", // table size update in the middle
    "20202082", // three of them
    "0f8080808080808080808001", // endless integer
    "007fffffff7f", // 4 GiB string
    "008bffffffffffffffffffffff00", // EOS
  ];
  for (const block of blocks) {
    assert.throws(() => decode(decoder(), hex(block)), { name: "Http2Error", code: 9, kind: "connection" }, block);
  }
});

test("an over-limit list is reported, and the table stays in step", () => {
  const machine = new HpackDecoder(200, 3);
  const encoder = new HpackEncoder();
  const fields = Array.from({ length: 10 }, (_, i) => ({ name: `x-${i}`, value: "v".repeat(20) }));
  decode(machine, encode(encoder, fields));
  assert.equal(machine.oversize, true);
  assert.deepEqual(decode(machine, encode(encoder, [fields[9]!])), [`x-9: ${"v".repeat(20)}`]);
  assert.equal(machine.oversize, false);
});

test("a repeating section becomes a few octets, and fields of one call do not disturb it", () => {
  const encoder = new HpackEncoder();
  const machine = decoder();
  const fields = [
    { name: ":method", value: "POST" },
    { name: ":path", value: "/a.B/C" },
    { name: "authorization", value: "Bearer secret" },
  ];
  decode(machine, encode(encoder, fields, [{ name: "grpc-timeout", value: "1S" }]));
  const block = encode(encoder, fields);
  for (let i = 0; i < 50; i++) {
    const extra = [
      { name: "grpc-timeout", value: `${i}m` },
      { name: "x-unique", value: `id-${i}` },
    ];
    assert.deepEqual(decode(machine, encode(encoder, fields, extra)).slice(0, 3), [
      ":method: POST",
      ":path: /a.B/C",
      "authorization: Bearer secret",
    ]);
    assert.deepEqual(encode(encoder, fields), block);
    decode(machine, block);
  }
  // What changes is a literal, the name of which is in the table (index 62: it went in last).
  const timeout = encode(encoder, fields, [{ name: "grpc-timeout", value: "250m" }]);
  assert.deepEqual([...timeout.subarray(block.length)], [0x0f, 47, 4, ...Buffer.from("250m")]);
  // RFC 7541 §6.2.3: the secret is a literal that is never indexed (static name 23 as 0x1f 0x08).
  assert.ok(latin1(block, 0, block.length).includes("\x1f\x08"));
  // The same field in a second call is worth a place in the table.
  const again = [{ name: "x-tenant", value: "acme" }];
  encode(encoder, fields, again);
  encode(encoder, fields, again);
  encode(encoder, fields);
  const indexed = encode(encoder, fields, again);
  assert.equal(indexed.length, encode(encoder, fields).length + 1);
});

test("the encoder's table never passes 4 KiB, and a shrinking peer is obeyed at the next block", () => {
  const encoder = new HpackEncoder();
  encoder.setPeerTableSize(2 ** 32 - 1);
  const machine = decoder();
  for (let i = 0; i < 500; i++) {
    const fields = [{ name: `x-${i}`, value: "v".repeat(i % 100) }];
    assert.deepEqual(decode(machine, encode(encoder, fields)), [`x-${i}: ${"v".repeat(i % 100)}`]);
  }
  encoder.setPeerTableSize(0);
  encoder.setPeerTableSize(64);
  const block = encode(encoder, [{ name: "a", value: "b" }]);
  assert.deepEqual([...block.subarray(0, 3)], [0x20, 0x3f, 0x21]);
  assert.deepEqual(decode(machine, block), ["a: b"]);
});

test("what HTTP/2 cannot carry is refused before anything is written", () => {
  const encoder = new HpackEncoder();
  for (const field of [
    { name: "X-Upper", value: "" },
    { name: "", value: "" },
    { name: "a b", value: "" },
    { name: "a", value: "line\nfeed" },
    { name: "a", value: "\u010a" },
    { name: "a", value: "outer " },
  ]) {
    const writer = new ByteWriter(1000);
    assert.throws(() => encoder.write([], [field], writer), { kind: "misuse" });
    assert.throws(() => encoder.write([field], undefined, writer), { kind: "misuse" });
    assert.equal(writer.pos, 0);
  }
});
