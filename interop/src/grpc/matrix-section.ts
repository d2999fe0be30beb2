import { type Section, table } from "../section.js";
import type { Cell, Direction, Participant } from "./matrix.js";
import { TEST_CASES } from "./test-cases.js";

/** The matrix as tables: cases down, peers across, a table for each direction; what a peer lacks in footnotes. */
export function matrixSection(participants: readonly Participant[], cells: readonly Cell[]): Section {
  const present = participants.filter(({ ready }) => ready !== undefined);
  const unchecking = new Set(present.filter(({ peer }) => !peer.checksCompression).map(({ peer }) => peer.name));
  const notes: string[] = [];
  const noteOf = (reason: string): string => {
    if (!notes.includes(reason)) notes.push(reason);
    return `[${notes.indexOf(reason) + 1}]`;
  };
  const summary = (peer: string, direction: Direction, name: string): string => {
    const both = cells.filter((cell) => cell.peer === peer && cell.direction === direction && cell.case === name);
    const failed = both.filter((cell) => cell.result === "failed").map((cell) => cell.transport);
    if (failed.length > 0) return `**failed** (${failed.join(", ")})`;
    const lacking = both.find((cell) => cell.result === "not offered");
    if (lacking !== undefined) return `not offered ${noteOf(lacking.reason)}`;
    const unprobed = name.startsWith("client_compressed") && direction === "ours to theirs" && unchecking.has(peer);
    return unprobed ? "passed, no probe" : "passed";
  };
  const tableOf = (direction: Direction): string =>
    table(
      ["case", ...present.map(({ peer }) => peer.name)],
      [...TEST_CASES.keys()].map((name) => [name, ...present.map(({ peer }) => summary(peer.name, direction, name))]),
    );
  const markdown = [
    table(
      ["peer", "version", "language", "client and server"],
      present.map(({ peer, ready }) => [peer.name, ready?.version ?? "", peer.language, peer.programs]),
    ),
    [
      "Each cell was run twice, in cleartext and over TLS. No probe: the server takes a compressed request and does not look at",
      "`expect_compressed`, so that it is not asked first whether it does.",
    ].join("\n"),
    "### Our client, their server",
    tableOf("ours to theirs"),
    "### Their client, our server",
    tableOf("theirs to ours"),
    notes.map((note, i) => `[${i + 1}] ${note}.`).join("\n\n"),
  ].join("\n\n");
  return {
    title: "The test service of grpc, with other implementations",
    markdown,
    passed: cells.filter((cell) => cell.result === "passed").length,
    failed: cells
      .filter((cell) => cell.result === "failed")
      .map((cell) => `${cell.peer}, ${cell.direction}, ${cell.transport}, ${cell.case}: ${cell.reason}`),
    missing: participants
      .filter(({ ready }) => ready === undefined)
      .map(({ peer, missing }) => `${peer.name}: ${missing}`),
  };
}
