import type { Diagnostic } from "vscode-languageserver";
import type { WorkspaceEvent } from "./workspace-event.js";

/** What the thread that finds diagnostics is started with. */
export interface ThreadStart {
  readonly protoPaths: readonly string[];
  /** What has happened so far: folders, open files. */
  readonly events: readonly WorkspaceEvent[];
}

/** What the thread is told: what the editor says, and whether an answer is being made, which is not to wait for diagnostics. */
export type ThreadOrder = WorkspaceEvent | { readonly kind: "busy" } | { readonly kind: "idle" };

/** What that thread tells. */
export type ThreadMessage =
  | {
      readonly kind: "diagnostics";
      readonly uri: string;
      /** The version of the text that they are about. */
      readonly version: number;
      readonly diagnostics: Diagnostic[];
    }
  | { readonly kind: "fault"; readonly message: string }
  | { readonly kind: "log"; readonly message: string };
