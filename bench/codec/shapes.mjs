/** The messages of the benchmark: for each shape the type's name and a message as Hawser takes it. */

const names = ["Blue widget", "Red gadget, large", "Cable, 2 m", "Screwdriver set"];

function items(count) {
  return Array.from({ length: count }, (_, i) => ({
    sku: `SKU-10${i % 10}42`,
    name: names[i % 4],
    quantity: i + 1,
    priceCents: BigInt(1999 + i * 731),
    gift: i % 3 === 0,
    discount: i % 4 === 0 ? 0.25 : 0,
  }));
}

function order(count) {
  return {
    id: 123456789012n,
    customer: "Ada Lovelace",
    email: "ada@analytical.example.org",
    items: items(count),
    total: 1234.56,
    createdMs: 1722222222222n,
    note: "Leave it with the neighbour, please; the bell is out of order.",
  };
}

function tree(depth) {
  if (depth === 0) return { value: 7 };
  return { value: depth, left: tree(depth - 1), right: tree(depth - 1) };
}

function list(count, make) {
  return Array.from({ length: count }, (_, i) => make(i));
}

export const shapes = {
  echo: ["Echo", { id: 7n, text: "x".repeat(90) }],
  short: ["Echo", { id: 1234n, text: "hello, world" }],
  order: ["Order", order(10)],
  order100: ["Order", order(100)],
  integers: [
    "Integers",
    {
      a: 1,
      b: 300,
      c: -1,
      d: 4_000_000_000,
      e: -1234,
      f: 5n,
      g: 1722222222222n,
      h: 18446744073709551615n,
      i: -99999n,
      j: 123456,
      k: 9999999999n,
      l: -1n,
      m: 77777,
      n: 123n,
    },
  ],
  packed: [
    "Packed",
    {
      small: list(100, (i) => i),
      large: list(50, (i) => i * 7919 * 131),
      ratios: list(50, (i) => i / 7),
      longs: list(20, (i) => BigInt(i) * 1234567890123n),
      floats: list(30, (i) => i / 8),
    },
  ],
  ascii: [
    "Texts",
    { lines: list(20, (i) => "The quick brown fox jumps over the lazy dog, twice.".slice(0, 3 + i * 2)) },
  ],
  asciiLong: [
    "Texts",
    { lines: list(5, (i) => "Lorem ipsum dolor sit amet, consetetur sadipscing elitr. ".repeat(10 + i)) },
  ],
  nonAscii: [
    "Texts",
    { lines: list(20, (i) => "Grüße aus Zürich, 日本語 и русский 😀 text".slice(0, 6 + i * 2 - (i === 19 ? 1 : 0))) },
  ],
  maps: [
    "Attributes",
    {
      labels: Object.fromEntries(list(12, (i) => [`label-${i}`, `value ${i * 17}`])),
      counts: Object.fromEntries(list(8, (i) => [`count_${i}`, i * 100])),
    },
  ],
  tree: ["Tree", tree(5)],
  events: [
    "Events",
    {
      events: list(10, (i) => {
        const kind = 1 + (i % 3);
        const body =
          kind === 1
            ? { case: "created", value: { by: "ada", at: 1722222222222n } }
            : kind === 2
              ? { case: "renamed", value: { from: "draft", to: "final" } }
              : { case: "text", value: "a remark" };
        return { kind, body, actor: i % 2 === 0 ? "bob" : undefined, important: i === 3 ? true : undefined };
      }),
    },
  ],
  sparse: ["Sparse", { f1: "id-1", f4: 42, f15: true, f24: 99n, f26: "x" }],
  blob: ["Blob", { name: "picture.png", data: new Uint8Array(4096).fill(7) }],
};
