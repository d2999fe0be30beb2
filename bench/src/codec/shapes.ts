/** The messages of the codec workloads: for each shape a type of proto/codec.proto, and a message as Hawser takes it. */

import type { AnyMessageType } from "hawser/protobuf";
import { Attributes, Blob, Echo, Events, Integers, Order, Packed, Sparse, Texts, Tree } from "../gen/codec.pb.js";

/** One message to encode and decode. */
export interface Shape {
  readonly name: string;
  /** What the report calls it. */
  readonly title: string;
  readonly type: AnyMessageType;
  /** 64-bit integers stay within ±2^53, so that codecs which read them as doubles can take part. */
  readonly message: Readonly<Record<string, unknown>>;
}

const names = ["Blue widget", "Red gadget, large", "Cable, 2 m", "Screwdriver set"];

function list<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function order(items: number): Record<string, unknown> {
  return {
    id: 123456789012n,
    customer: "Ada Lovelace",
    email: "ada@analytical.example.org",
    items: list(items, (i) => ({
      sku: `SKU-10${i % 10}42`,
      name: names[i % 4],
      quantity: i + 1,
      priceCents: BigInt(1999 + i * 731),
      gift: i % 3 === 0,
      discount: i % 4 === 0 ? 0.25 : 0,
    })),
    total: 1234.56,
    createdMs: 1722222222222n,
    note: "Leave it with the neighbour, please; the bell is out of order.",
  };
}

function tree(depth: number): Record<string, unknown> {
  return depth === 0 ? { value: 7 } : { value: depth, left: tree(depth - 1), right: tree(depth - 1) };
}

function event(i: number): Record<string, unknown> {
  const bodies = [
    { case: "created", value: { by: "ada", at: 1722222222222n } },
    { case: "renamed", value: { from: "draft", to: "final" } },
    { case: "text", value: "a remark" },
  ];
  const kind = 1 + (i % 3);
  return {
    kind,
    body: bodies[kind - 1],
    ...(i % 2 === 0 ? { actor: "bob" } : {}),
    ...(i === 3 ? { important: true } : {}),
  };
}

const sentence = "The quick brown fox jumps over the lazy dog, twice.";

/** All shapes. */
export const shapes: readonly Shape[] = [
  { name: "small", title: "a small message", type: Echo, message: { id: 7n, text: "x".repeat(90) } },
  { name: "order", title: "an order with ten items", type: Order, message: order(10) },
  {
    name: "numbers",
    title: "varint and fixed numbers",
    type: Integers,
    message: {
      ...{
        a: 1,
        b: 300,
        c: -1,
        d: 4_000_000_000,
        e: -1234,
        f: 5n,
        g: 1722222222222n,
        h: 9007199254740991n,
        i: -99999n,
      },
      ...{ j: 123456, k: 9999999999n, l: -1n, m: 77777, n: 123n },
    },
  },
  {
    name: "packed",
    title: "packed numbers",
    type: Packed,
    message: {
      small: list(100, (i) => i),
      large: list(50, (i) => i * 7919 * 131),
      ratios: list(50, (i) => i / 7),
      longs: list(20, (i) => BigInt(i) * 1234567890123n),
      floats: list(30, (i) => i / 8),
    },
  },
  {
    name: "ascii",
    title: "ASCII strings",
    type: Texts,
    message: { lines: list(20, (i) => sentence.slice(0, 3 + i * 2)) },
  },
  {
    name: "non-ascii",
    title: "non-ASCII strings",
    type: Texts,
    message: { lines: list(20, (i) => [..."Grüße aus Zürich, 日本語 и русский 😀 text"].slice(0, 6 + i * 2).join("")) },
  },
  {
    name: "maps",
    title: "maps",
    type: Attributes,
    message: {
      labels: Object.fromEntries(list(12, (i) => [`label-${10 + i}`, `value ${i * 17}`])),
      counts: Object.fromEntries(list(8, (i) => [`count_${i}`, 1 + i * 100])),
    },
  },
  { name: "events", title: "oneofs, enums and optional fields", type: Events, message: { events: list(10, event) } },
  {
    name: "bytes",
    title: "4 KiB of bytes",
    type: Blob,
    message: { name: "picture.png", data: new Uint8Array(4096).fill(7) },
  },
  { name: "tree", title: "deep nesting (a tree of 63 nodes)", type: Tree, message: tree(5) },
  { name: "list", title: "a large list (an order with 100 items)", type: Order, message: order(100) },
  {
    name: "sparse",
    title: "few of many fields",
    type: Sparse,
    message: { f1: "id-1", f4: 42, f15: true, f24: 99n, f26: "x" },
  },
];
