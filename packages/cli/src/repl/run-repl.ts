import { createInterface } from "node:readline";
import { CliError } from "../cli-error.js";
import type { Contract } from "../contract/contract.js";
import { printError } from "../report-error.js";
import { completeLine } from "./complete-line.js";
import { readHistory, writeHistory } from "./history-file.js";
import type { OpenCall, ReplSession } from "./repl-session.js";

/**
 * Reads lines from standard input, a terminal or not, and runs them until the end.
 *
 * @returns the exit code: 1 if a line failed and nobody sat there to see it
 */
export async function runRepl(session: ReplSession, contract: Contract): Promise<number> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const reader = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: isTerminal,
    history: isTerminal ? readHistory() : [],
    historySize: 1_000,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
      completeLine(line, contract, session.service).then(
        (result) => done(null, result),
        () => done(null, [[], line]),
      );
    },
  });
  reader.on("history", (lines: string[]) => writeHistory(lines));
  let open: OpenCall | undefined;
  /** When the open call is over, and its error shown. */
  let over: Promise<void> = Promise.resolve();
  reader.on("SIGINT", () => {
    if (session.interrupt()) return;
    process.stdout.write("\n(exit or Ctrl-D leaves)\n");
    prompt();
  });
  const prompt = (): void => {
    if (!isTerminal) return;
    reader.setPrompt(open === undefined ? `${session.service ?? ""}> ` : "... ");
    reader.prompt();
  };
  let failed = false;
  const fail = (error: unknown): void => {
    if (!(error instanceof CliError)) throw error;
    printError(error);
    failed = true;
  };
  try {
    prompt();
    for await (const line of reader) {
      if (open !== undefined) {
        if (line.trim() === "") {
          open.end();
          await over;
          continue;
        } else open.push(line);
      } else {
        try {
          const result = await session.run(line);
          if (result.kind === "exit") break;
          if (result.kind === "open") {
            const { call } = result;
            open = call;
            // The server, or Ctrl-C, may end it before the requests do.
            over = call.done.catch(fail).finally(() => {
              open = undefined;
              prompt();
            });
          }
        } catch (error) {
          fail(error);
        }
      }
      prompt();
    }
    open?.end();
    await over;
  } finally {
    reader.close();
  }
  return failed && !isTerminal ? 1 : 0;
}
