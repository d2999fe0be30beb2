import { parentPort, workerData } from "node:worker_threads";
import { Diagnoser } from "./diagnose.js";
import type { ThreadMessage, ThreadOrder, ThreadStart } from "./diagnose-message.js";
import { runSteps, warmUpDiagnostics } from "./warm-up.js";
import { Workspace } from "./workspace.js";
import { applyEvent, type WorkspaceEvent } from "./workspace-event.js";

/*
 * The thread that compiles and checks what is open. It follows the same events as the thread that answers, which so waits neither for
 * the compiler nor for lint.
 */

/** 20 ms: keys that are pressed in a row, and the files that an editor opens at once, are compiled together. */
const DIAGNOSE_DELAY_MS = 20;

/** 60 ms: after an answer, which is still to be written and read. */
const ANSWERED_DELAY_MS = 60;

/** 200 ms: somebody who asks one thing after the other is not kept from hearing of errors. */
const MAX_WAIT_MS = 200;

const { protoPaths, events } = workerData as ThreadStart;
const tell = (message: ThreadMessage): void => parentPort!.postMessage(message);
const log = (message: string): void => tell({ kind: "log", message });
// What is wrong with the workspace is told by the thread that answers, which has the same.
const workspace = new Workspace(protoPaths, () => {});
const diagnoser = new Diagnoser(workspace, log);
let timer: NodeJS.Timeout | undefined;
/** Since when there is something to look at. */
let dueSince: number | undefined;
let isBusy = false;

/** A fault of ours is told, and the next change is looked at all the same. */
function guard(run: () => void): void {
  try {
    run();
  } catch (error) {
    tell({ kind: "fault", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function diagnose(): void {
  timer = undefined;
  dueSince = undefined;
  guard(() => {
    workspace.refresh();
    const found = diagnoser.run();
    // The libraries for rules of buf.validate come when they are needed first.
    if (diagnoser.loading !== undefined) {
      void diagnoser.loading.then(() => diagnoseSoon());
      return;
    }
    for (const [path, diagnostics] of found) {
      const document = workspace.documents.get(path);
      if (document === undefined) continue;
      tell({ kind: "diagnostics", uri: document.uri, version: document.version, diagnostics });
    }
  });
}

/** Soon, but not while an answer is made, unless that goes on for long. */
function diagnoseSoon(delayMs = DIAGNOSE_DELAY_MS): void {
  dueSince ??= performance.now();
  const isLate = performance.now() - dueSince > MAX_WAIT_MS;
  if (timer === undefined && (!isBusy || isLate)) timer = setTimeout(diagnose, isLate ? 0 : delayMs);
}

function hear(order: ThreadOrder): void {
  if (order.kind !== "busy" && order.kind !== "idle") {
    follow(order);
    return;
  }
  isBusy = order.kind === "busy";
  if (dueSince === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  diagnoseSoon(ANSWERED_DELAY_MS);
}

function follow(event: WorkspaceEvent): void {
  // What is left out has been told by the thread that answers.
  guard(() => void applyEvent(workspace, event));
  diagnoseSoon();
}

for (const event of events) follow(event);
parentPort!.on("message", hear);
runSteps(warmUpDiagnostics(), () => dueSince === undefined);
