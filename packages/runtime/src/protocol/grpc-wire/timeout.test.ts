import { ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { formatTimeout, parseTimeout } from "./timeout.js";

test("a timeout is rounded up, and has eight digits at most", () => {
  for (let ms = 0.001; ms < 1e14; ms *= 1.7) {
    const text = formatTimeout(ms);
    ok(/^\d{1,8}[HMSmun]$/.test(text), text);
    const back = parseTimeout(text) as number;
    ok(back >= ms * (1 - 1e-12) || text === "99999999H", `${ms} became ${text}`);
    ok(back <= ms * 1.001 + 0.001 || ms > 99_999_998 || ms > 1e11, `${ms} became ${text}`);
  }
  strictEqual(formatTimeout(0), "0m");
  strictEqual(formatTimeout(-5), "0m");
  strictEqual(formatTimeout(0.0004), "1u");
  strictEqual(formatTimeout(999.9999), "1000000u");
  strictEqual(formatTimeout(1_500.2), "1501m");
  strictEqual(formatTimeout(99_999_999), "100000S");
  strictEqual(formatTimeout(Number.MAX_VALUE), "99999999H");
});

test("every unit is read", () => {
  for (const [text, ms] of [
    ["1H", 3_600_000],
    ["1M", 60_000],
    ["1S", 1_000],
    ["1m", 1],
    ["1u", 0.001],
    ["1n", 0.000_001],
    ["00000007S", 7_000],
    ["0S", 0],
    ["99999999H", 359_999_996_400_000],
  ] as const) {
    strictEqual(parseTimeout(text), ms);
  }
});

test("what is malformed is no timeout", () => {
  for (const text of [
    "",
    "S",
    "1",
    "1s",
    "1h",
    "1 S",
    " 1S",
    "1S ",
    "-1S",
    "+1S",
    "1.5S",
    "123456789S",
    "0x1S",
    "1SS",
    "١S",
  ]) {
    strictEqual(parseTimeout(text), undefined, JSON.stringify(text));
  }
});
