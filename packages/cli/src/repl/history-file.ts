import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** So many lines are kept. */
const MAX_LINES = 1_000;

/** Where they are: `$HAWSER_HISTORY`, else in the user's folder for such (XDG Base Directory Specification). */
function historyPath(): string {
  const state = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local/state");
  return process.env["HAWSER_HISTORY"] ?? join(state, "hawser/history");
}

/** The lines of the sessions before, the newest first; none if there is no such file. */
export function readHistory(): string[] {
  try {
    return readFileSync(historyPath(), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .slice(0, MAX_LINES);
  } catch {
    return [];
  }
}

/** Keeps lines for the next session. Without a place for them, they are forgotten: nobody's work depends on it. */
export function writeHistory(lines: readonly string[]): void {
  // They may hold what was sent as a credential.
  const kept = lines.filter((line) => !/^\s*header\b/.test(line)).slice(0, MAX_LINES);
  try {
    mkdirSync(dirname(historyPath()), { recursive: true });
    writeFileSync(historyPath(), kept.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  } catch {
    return;
  }
}
