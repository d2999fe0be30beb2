import { BUNDLED_FILES, compile } from "@hawser/compiler";
import { lint } from "../lint/lint.js";
import { formatEdits } from "./format-edits.js";
import { indexFile } from "./index-file.js";
import { documentSymbols, foldingRanges } from "./symbols.js";

/*
 * What is run for the first time takes ten times as long as later: the engine has not compiled it yet. Between the start of a language
 * server and the first file that is opened there is time for that.
 */

/** 3: after that, another round makes nothing faster. */
const ROUNDS = 3;

/** What the answers to an editor are made with, over the files that come with hawser. Each step takes some milliseconds. */
export function* warmUpAnswers(): Generator<void> {
  for (const [name, text] of rounds()) {
    const file = indexFile(name, name, text);
    documentSymbols(file);
    foldingRanges(file);
    yield;
    formatEdits(file);
    yield;
  }
}

/** What diagnostics are made with. */
export function* warmUpDiagnostics(): Generator<void> {
  for (const [name] of rounds()) {
    const { files } = compile({ files: [name], read: () => undefined, sourceInfo: "with-option-fields" });
    yield;
    lint({ files, entries: [name] });
    yield;
  }
}

function* rounds(): Generator<readonly [name: string, text: string]> {
  for (let i = 0; i < ROUNDS; i++) yield* BUNDLED_FILES;
}

/**
 * Runs the steps one by one, each when there is nothing else to do.
 *
 * @param mayRun asked before each: while it says no, the steps wait
 */
export function runSteps(steps: Generator<void>, mayRun: () => boolean): void {
  const next = (): void => {
    if (!mayRun()) {
      setTimeout(next, PAUSE_MS).unref();
      return;
    }
    if (steps.next().done !== true) setImmediate(next);
  };
  setImmediate(next);
}

/** 50 ms: until it is looked again whether the steps may go on. */
const PAUSE_MS = 50;
