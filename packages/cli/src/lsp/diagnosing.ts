import { Worker } from "node:worker_threads";
import type { Connection } from "vscode-languageserver";
import type { ThreadMessage, ThreadOrder, ThreadStart } from "./diagnose-message.js";
import type { Workspace } from "./workspace.js";
import type { WorkspaceEvent } from "./workspace-event.js";

/** 96 MiB, of which a file of 10,000 lines fills a third. */
const YOUNG_MB = 96;

/** 3: a thread that ends again and again would end for ever. */
const MAX_STARTS = 3;

/** Has diagnostics found by a thread of their own, and gives them to the editor. */
export class Diagnosing {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #protoPaths: readonly string[];
  #folders: readonly string[] = [];
  #thread: Worker | undefined;
  #starts = 0;
  #hasEnded = false;

  /** @param workspace what the thread's own is to be like */
  constructor(connection: Connection, workspace: Workspace, protoPaths: readonly string[]) {
    this.#connection = connection;
    this.#workspace = workspace;
    this.#protoPaths = protoPaths;
  }

  /** Tells the thread what the workspace has followed. */
  follow(event: WorkspaceEvent): void {
    if (event.kind === "folders") this.#folders = event.folders;
    if (this.#thread !== undefined) this.#thread.postMessage(event);
    else this.#start();
  }

  /** Tells the thread whether an answer is being made: it holds back while one is. */
  hold(isBusy: boolean): void {
    const order: ThreadOrder = { kind: isBusy ? "busy" : "idle" };
    this.#thread?.postMessage(order);
  }

  /** Ends the thread. */
  end(): void {
    this.#hasEnded = true;
    void this.#thread?.terminate();
  }

  /** Starts a thread that knows all that has happened so far. */
  #start(): void {
    if (this.#hasEnded || this.#starts === MAX_STARTS) return;
    this.#starts++;
    const events: WorkspaceEvent[] = [{ kind: "folders", folders: this.#folders }];
    for (const document of this.#workspace.documents.values()) {
      const { uri, languageId, version } = document;
      events.push({ kind: "open", uri, languageId, version, text: document.getText() });
    }
    const workerData: ThreadStart = { protoPaths: this.#protoPaths, events };
    const thread = new Worker(new URL("./diagnose-thread.js", import.meta.url), {
      workerData,
      // What it writes would be read as messages of the protocol.
      stdout: true,
      stderr: true,
      // What a compilation makes is thrown away after it: a large nursery spares most of the collector's work.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#thread = thread;
    thread.on("message", (message: ThreadMessage) => this.#hear(message));
    thread.on("error", (error: Error) => this.#fault(error.stack ?? error.message));
    thread.on("exit", () => {
      this.#thread = undefined;
      if (this.#hasEnded) return;
      this.#fault(`the diagnostics have ended${this.#starts < MAX_STARTS ? " and begin anew" : " for good"}`);
      this.#start();
    });
  }

  #hear(message: ThreadMessage): void {
    if (message.kind === "log") this.#connection.console.warn(message.message);
    if (message.kind === "fault") this.#fault(message.message);
    if (message.kind !== "diagnostics") return;
    const { uri, version, diagnostics } = message;
    // If the text has gone on, the version says so, and those of what it is now are on their way.
    if (this.#workspace.documentOf(uri) === undefined) return;
    void this.#connection.sendDiagnostics({ uri, version, diagnostics });
  }

  #fault(message: string): void {
    this.#connection.console.error(`a fault in hawser lsp: ${message}`);
  }
}
