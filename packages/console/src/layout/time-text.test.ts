import { match, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { rateOf } from "../channelz/rate.js";
import { methodLabel } from "../history/method-label.js";
import { agoText, durationText, timeText } from "./time-text.js";

test("durations have the unit that fits", () => {
  const texts = [0, 0.123, 1.23, 9.96, 12.4, 999, 1000, 59_940, 125_000].map(durationText);
  strictEqual(texts.join(" | "), "0.00 ms | 0.12 ms | 1.2 ms | 10.0 ms | 12 ms | 999 ms | 1.0 s | 59.9 s | 2 min 5 s");
});

test("times of today are without a date", () => {
  const now = new Date(2026, 0, 31, 14, 3, 7).getTime();
  strictEqual(timeText(now, now), "14:03:07");
  match(timeText(now - 86_400_000 * 3, now), /^2026-01-2\d 14:03:07$/);
});

test("how long ago", () => {
  const texts = [0, 1_400, 12_000, 200_000, 7_200_000].map((ms) => agoText(1e12 - ms, 1e12));
  strictEqual(texts.join(" | "), "now | now | 12 s ago | 3 min ago | 2 h ago");
});

test("a rate needs two looks at a counter that grows", () => {
  strictEqual(rateOf(30n, 4_000, 10n, 2_000), "10 a second");
  strictEqual(rateOf(13n, 4_000, 10n, 2_000), "1.5 a second");
  strictEqual(rateOf(30n, 4_000, undefined, undefined), "");
  strictEqual(rateOf(5n, 4_000, 10n, 2_000), "");
  strictEqual(rateOf(30n, 4_000, 10n, 4_000), "");
});

test("a method without its package", () => {
  strictEqual(methodLabel("notes.v1.Notes/Get"), "Notes/Get");
  strictEqual(methodLabel("Notes/Get"), "Notes/Get");
});
