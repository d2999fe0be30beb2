/**
 * Attacks on record against HTTP/2 servers as frames, valid or not. The rows are those of the security table
 * (docs/security.md). What carries the frames is the test's: a connection in memory or a socket.
 */
import { type Http2Counter, Http2Counters } from "../counters.js";
import { FrameFlag, FrameType } from "../frame/frame-types.js";
import {
  ascii,
  concat,
  continuation,
  data,
  frame,
  headersFrame,
  ping,
  priority,
  rstStream,
  settings,
  windowUpdate,
} from "./frames.js";

/** One attack. */
export interface Attack {
  /** The row of the security table. */
  readonly row: number;
  readonly name: string;
  /** What answers it: the constant in `limits.ts`, or the rule. */
  readonly limit: string;
  /**
   * At least one of these must have been counted: which one is met first depends on how the frames are cut into reads.
   * Empty if nothing that is out of the ordinary comes of it.
   */
  readonly counters: readonly Http2Counter[];
  /** False if the attacker never reads what it is told. */
  readonly reads: boolean;
  /**
   * What must become of the connection: the error code of its GOAWAY, `closed` if it just must end, or `survives` if
   * the frames are answered one by one, by errors of streams at most.
   */
  readonly outcome: string;
  /** What the attacker sends after its preface and SETTINGS, one portion after the other. */
  frames(): Generator<Uint8Array>;
}

/** How many portions an attack has if nothing stops it. */
const ENOUGH = 20_000;

/** A row of fields as an HPACK block: literals without indexing, and without any check. */
export function rawBlock(...fields: readonly (readonly [name: string, value: string])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of fields) {
    parts.push(new Uint8Array([0]), rawString(name), rawString(value));
  }
  return concat(...parts);
}

/** A request's block. */
export function requestBlock(path = "/", ...more: readonly (readonly [name: string, value: string])[]): Uint8Array {
  return rawBlock([":method", "POST"], [":scheme", "http"], [":authority", "a"], [":path", path], ...more);
}

const REQUEST = requestBlock();

/** The stream of a portion: 1, 3, 5, … */
function id(i: number): number {
  return 1 + 2 * i;
}

function attack(
  row: number,
  name: string,
  limit: string,
  outcome: string,
  portion: (i: number) => Uint8Array,
  {
    reads = true,
    count = ENOUGH,
    opening,
    counters = countersNamedIn(limit),
  }: { reads?: boolean; count?: number; opening?: Uint8Array; counters?: readonly Http2Counter[] } = {},
): Attack {
  return {
    row,
    name,
    limit,
    counters,
    reads,
    outcome,
    *frames() {
      if (opening !== undefined) yield opening;
      for (let i = 0; i < count; i++) yield portion(i);
    },
  };
}

/** The counters of the constants that have one: `RESET_BURST` is counted in `resetBurst`. */
function countersNamedIn(limit: string): Http2Counter[] {
  const counters = new Http2Counters();
  return Array.from(limit.matchAll(/[A-Z]+(?:_[A-Z]+)+/g), ([name]) =>
    name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  ).filter((name): name is Http2Counter => Object.hasOwn(counters, name));
}

const CALM = "ENHANCE_YOUR_CALM";

/** Opens the window of the connection as far as it goes. */
const WIDE = windowUpdate(0, 2 ** 31 - 1 - 65_535);

/** The six ways of MadeYouReset (CVE-2025-8671): each makes the server reset a stream. */
const MADE_YOU_RESET: readonly (readonly [name: string, cause: (stream: number) => Uint8Array])[] = [
  ["WINDOW_UPDATE by 0", (stream) => windowUpdate(stream, 0)],
  ["WINDOW_UPDATE over 2^31-1", (stream) => windowUpdate(stream, 2 ** 31 - 1)],
  ["DATA after END_STREAM", (stream) => data(stream, "x")],
  ["HEADERS after END_STREAM", (stream) => headersFrame(stream, new Uint8Array(0), true)],
  ["PRIORITY on itself", (stream) => priority(stream, stream)],
  ["PRIORITY of a wrong size", (stream) => frame(FrameType.PRIORITY, 0, stream, [1])],
];

/** A request that its handler does not answer (the path is the test server's). */
const HELD = requestBlock("/hold");

/** Every attack on a server that frames alone can make. */
export const ATTACKS: readonly Attack[] = [
  attack(1, "rapid reset (CVE-2023-44487)", "RESET_BURST", CALM, (i) =>
    concat(headersFrame(id(i), HELD, true), rstStream(id(i), 8)),
  ),
  attack(
    2,
    "rapid reset, answers unread (GHSA-hrxh-6v49-42gf)",
    "RESET_BURST, MAX_QUEUED_REPLIES, OUTBOX_BYTES",
    "closed",
    (i) => concat(headersFrame(id(i), REQUEST, true), ping(), rstStream(id(i), 8)),
    { reads: false },
  ),
  ...MADE_YOU_RESET.map(([name, cause]) =>
    attack(3, `made you reset by ${name} (CVE-2025-8671)`, "RESET_BURST, MAX_QUEUED_REPLIES", CALM, (i) =>
      concat(headersFrame(id(i), HELD, true), cause(id(i))),
    ),
  ),
  attack(
    4,
    "reset flood (CVE-2019-9514)",
    "RESET_BURST, MAX_QUEUED_REPLIES",
    "closed",
    (i) => headersFrame(id(i), rawBlock(["x", "malformed"]), true),
    { reads: false },
  ),
  attack(5, "ping flood (CVE-2019-9512)", "MAX_PING_STRIKES, MIN_PING_INTERVAL_MS", CALM, () => ping()),
  attack(5, "ping flood, answers unread", "MAX_PING_STRIKES, MAX_QUEUED_REPLIES", "closed", () => ping(), {
    reads: false,
  }),
  attack(6, "settings flood (CVE-2019-9515)", "GLITCH_BURST, MAX_QUEUED_REPLIES", CALM, () => settings([4, 65_535])),
  attack(6, "settings flood, answers unread", "GLITCH_BURST, MAX_QUEUED_REPLIES", "closed", () => settings(), {
    reads: false,
  }),
  attack(6, "SETTINGS of thousands of entries (CVE-2020-11080)", "MAX_SETTINGS_ENTRIES", CALM, () =>
    settings(...Array.from({ length: 2000 }, (): [number, number] => [3, 1])),
  ),
  attack(7, "empty DATA (CVE-2019-9518)", "MAX_EMPTY_FRAMES", CALM, () => data(1, ""), {
    opening: headersFrame(1, REQUEST, false),
  }),
  attack(7, "empty HEADERS", "RESET_BURST, MAX_QUEUED_REPLIES", CALM, (i) =>
    headersFrame(id(i), new Uint8Array(0), true),
  ),
  attack(
    8,
    "DATA of one octet (CVE-2026-56819)",
    "copied nowhere, credited as it is consumed",
    "survives",
    () => concat(...Array.from({ length: 50 }, () => data(1, "x"))),
    { opening: headersFrame(1, REQUEST, false), count: 2000 },
  ),
  attack(
    9,
    "CONTINUATION flood (VU#421644)",
    "MAX_CONTINUATIONS",
    CALM,
    () => continuation(1, rawBlock(["a", "b"]), false),
    {
      opening: headersFrame(1, REQUEST, true, false),
    },
  ),
  attack(
    9,
    "CONTINUATION of large fragments",
    "MAX_HEADER_BLOCK_BYTES",
    CALM,
    () => continuation(1, new Uint8Array(16_000), false),
    { opening: headersFrame(1, REQUEST, true, false) },
  ),
  attack(
    10,
    "empty CONTINUATION (CVE-2026-33871)",
    "MAX_CONTINUATIONS",
    CALM,
    () => continuation(1, new Uint8Array(0), false),
    {
      opening: headersFrame(1, REQUEST, true, false),
    },
  ),
  attack(11, "HPACK bomb (CVE-2016-1544)", "MAX_HEADER_LIST_SIZE, RESET_BURST", CALM, (i) =>
    headersFrame(id(i), concat(REQUEST, i === 0 ? bombEntry() : NOTHING, new Uint8Array(5000).fill(0xbe)), true),
  ),
  attack(12, "HTTP/2 bomb of cookie crumbs (CVE-2026-49975)", "MAX_HEADER_FIELDS, RESET_BURST", CALM, (i) =>
    headersFrame(id(i), concat(REQUEST, new Uint8Array(300).fill(0x80 | 32)), true),
  ),
  attack(
    12,
    "large answers under a window of 0",
    "STREAM_QUEUE_BYTES, STALL_TIMEOUT_MS",
    "survives",
    (i) => headersFrame(id(i), requestBlock("/bytes/10000000"), true),
    { opening: settings([4, 0]), count: 90 },
  ),
  attack(
    13,
    "fields without a name (CVE-2019-9516)",
    "RESET_BURST",
    CALM,
    (i) => headersFrame(id(i), concat(REQUEST, rawBlock(["", ""])), true),
    { counters: ["malformedMessages"] },
  ),
  attack(
    14,
    "an integer without end (CVE-2023-33953)",
    "five octets",
    "COMPRESSION_ERROR",
    () => headersFrame(1, new Uint8Array([0x7f, ...new Uint8Array(100).fill(0x80), 0]), true),
    { counters: ["compressionErrors"] },
  ),
  attack(
    14,
    "a string of 4 GB",
    "the block at hand",
    "COMPRESSION_ERROR",
    () => headersFrame(1, new Uint8Array([0x00, 0x7f, 0x80, 0xff, 0xff, 0xff, 0x0f]), true, true),
    { counters: ["compressionErrors"] },
  ),
  attack(
    15,
    "blocks of 60,000 octets of Huffman code (CVE-2022-41723)",
    "MAX_HEADER_LIST_SIZE, linear time",
    CALM,
    (i) => huffmanSection(id(i)),
  ),
  attack(
    16,
    "an index that is in no table (CVE-2024-7246)",
    "COMPRESSION_ERROR ends the connection",
    "COMPRESSION_ERROR",
    () => headersFrame(1, new Uint8Array([0xff, 0x50]), true),
    { counters: ["compressionErrors"] },
  ),
  attack(
    17,
    "ever new field names (CVE-2022-41717)",
    "nothing is kept by name; 128 blocks of at most 4 KiB are remembered",
    "survives",
    (i) => headersFrame(id(i), requestBlock("/", [`x-${i}-${"n".repeat(200)}`, "v".repeat(200)]), true),
    { opening: WIDE, count: 5000 },
  ),
  attack(
    18,
    "SETTINGS_HEADER_TABLE_SIZE of 2^32-1",
    "ENCODER_TABLE_SIZE",
    "survives",
    (i) => headersFrame(id(i), requestBlock("/"), true),
    { opening: concat(WIDE, settings([1, 2 ** 32 - 1])), count: 3000 },
  ),
  attack(
    19,
    "answers taken by one octet of window (CVE-2019-9511)",
    "STREAM_QUEUE_BYTES",
    "survives",
    (i) => (i < 50 ? headersFrame(id(i), requestBlock("/bytes/1000000"), true) : windowUpdate(id(i % 50), 1)),
    { opening: settings([4, 0]), count: 5000 },
  ),
  attack(
    19,
    "answers that nobody reads (CVE-2019-9517)",
    "STREAM_QUEUE_BYTES, OUTBOX_BYTES, STALL_TIMEOUT_MS",
    "closed",
    (i) => headersFrame(id(i), requestBlock("/bytes/1000000"), true),
    { reads: false, opening: concat(settings([4, 2 ** 31 - 1]), WIDE), count: 100 },
  ),
  attack(20, "reprioritisation (CVE-2019-9513)", "GLITCH_BURST", CALM, (i) => priority(id(i % 100), id((i + 1) % 100))),
  attack(21, "streams without end (CVE-2016-0150)", "MAX_CONCURRENT_STREAMS, RESET_BURST", CALM, (i) =>
    headersFrame(id(i), HELD, true),
  ),
  attack(23, "window overflow (CVE-2026-21714)", "2^31-1", "FLOW_CONTROL_ERROR", () => windowUpdate(0, 2 ** 31 - 1), {
    counters: ["flowControlErrors"],
  }),
  attack(23, "more DATA than the stream's window", "STREAM_WINDOW", "survives", () => data(1, new Uint8Array(16_384)), {
    opening: headersFrame(1, HELD, false),
    count: 100,
    counters: ["flowControlErrors"],
  }),
  attack(25, "frames of unknown types (CVE-2026-27141)", "GLITCH_BURST", CALM, (i) =>
    frame(unknownType(i), 0xff, 0, [1]),
  ),
  attack(
    25,
    "frames behind a fatal one (CVE-2026-27135)",
    "nothing is parsed after an error",
    "PROTOCOL_ERROR",
    (i) => (i === 0 ? data(0, "fatal") : headersFrame(id(i), REQUEST, true)),
    { counters: ["protocolErrors"] },
  ),
  attack(
    28,
    "smuggling by content-length (CVE-2021-21295)",
    "RFC 9113 §8.1.1",
    CALM,
    (i) =>
      concat(
        headersFrame(id(i), requestBlock("/", ["content-length", "5"]), false),
        data(id(i), "GET / HTTP/1.1\r\n", true),
      ),
    { counters: ["malformedMessages"] },
  ),
  ...(
    [
      ["CR LF in a value", ["x", "a\r\nb: c"]],
      ["NUL in a value", ["x", "a\0b"]],
      ["an upper-case name", ["Host", "b"]],
      ["connection", ["connection", "upgrade"]],
      ["transfer-encoding", ["transfer-encoding", "chunked"]],
      ["te", ["te", "gzip"]],
      ["a late pseudo-field", [":path", "/other"]],
    ] as const
  ).map(([name, field]) =>
    attack(
      28,
      `smuggling by ${name}`,
      "RFC 9113 §8.2, §8.3",
      CALM,
      (i) => headersFrame(id(i), requestBlock("/", field), true),
      { counters: ["malformedMessages"] },
    ),
  ),
  attack(
    28,
    "PUSH_PROMISE of a client",
    "RFC 9113 §8.4",
    "PROTOCOL_ERROR",
    () => frame(FrameType.PUSH_PROMISE, FrameFlag.END_HEADERS, 1, [0, 0, 0, 2, 0x82]),
    { counters: ["unwantedPushes"] },
  ),
];

const NOTHING: Uint8Array = new Uint8Array(0);

/** One entry that fills the table. */
function bombEntry(): Uint8Array {
  return concat(new Uint8Array([0x40]), rawString("a"), rawString("b".repeat(4000)));
}

/** A section of 60,000 octets in four frames, nearly all of it one field in Huffman code. */
function huffmanSection(stream: number): Uint8Array {
  // The code of "0" is five zero bits.
  const length = 60_000;
  const block = concat(
    REQUEST,
    new Uint8Array([0x00]),
    rawString("x"),
    integer(0x80, 0x7f, length),
    new Uint8Array(length),
  );
  const parts = [headersFrame(stream, block.subarray(0, 16_000), true, false)];
  for (let at = 16_000; at < block.length; at += 16_000) {
    parts.push(continuation(stream, block.subarray(at, at + 16_000), at + 16_000 >= block.length));
  }
  return concat(...parts);
}

function rawString(text: string): Uint8Array {
  return concat(integer(0, 0x7f, text.length), ascii(text));
}

/** RFC 7541 §5.1. */
function integer(bits: number, mask: number, value: number): Uint8Array {
  if (value < mask) return new Uint8Array([bits | value]);
  const octets = [bits | mask];
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) octets.push((rest & 0x7f) | 0x80);
  octets.push(rest);
  return new Uint8Array(octets);
}

/** Every type from 0x0a on but PRIORITY_UPDATE, which is known (RFC 9218 §7.1). */
function unknownType(i: number): number {
  const type = 0x0a + (i % 245);
  return type < 0x10 ? type : type + 1;
}
