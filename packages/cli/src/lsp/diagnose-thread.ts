import { parentPort, workerData } from "node:worker_threads";
import { Diagnoser } from "./diagnose.js";
import type { ThreadMessage, ThreadStart } from "./diagnose-message.js";
import { Workspace } from "./workspace.js";
import { applyEvent, type WorkspaceEvent } from "./workspace-event.js";

/*
 * The thread that compiles and checks what is open. It follows the same events as the thread that answers, which so waits neither for
 * the compiler nor for lint.
 */

/** 20 ms: keys that are pressed in a row, and the files that an editor opens at once, are compiled together. */
const DIAGNOSE_DELAY_MS = 20;

const { protoPaths, events } = workerData as ThreadStart;
const tell = (message: ThreadMessage): void => parentPort!.postMessage(message);
const log = (message: string): void => tell({ kind: "log", message });
// What is wrong with the workspace is told by the thread that answers, which has the same.
const workspace = new Workspace(protoPaths, () => {});
const diagnoser = new Diagnoser(workspace, log);
let isDue = false;

/** A fault of ours is told, and the next change is looked at all the same. */
function guard(run: () => void): void {
  try {
    run();
  } catch (error) {
    tell({ kind: "fault", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function diagnose(): void {
  isDue = false;
  guard(() => {
    workspace.refresh();
    const found = diagnoser.run();
    // The libraries for rules of buf.validate come when they are needed first.
    if (diagnoser.loading !== undefined) {
      void diagnoser.loading.then(diagnoseSoon);
      return;
    }
    for (const [path, diagnostics] of found) {
      const document = workspace.documents.get(path);
      if (document === undefined) continue;
      tell({ kind: "diagnostics", uri: document.uri, version: document.version, diagnostics });
    }
  });
}

function diagnoseSoon(): void {
  if (!isDue) setTimeout(diagnose, DIAGNOSE_DELAY_MS);
  isDue = true;
}

function follow(event: WorkspaceEvent): void {
  // What is left out has been told by the thread that answers.
  guard(() => void applyEvent(workspace, event));
  diagnoseSoon();
}

for (const event of events) follow(event);
parentPort!.on("message", follow);
