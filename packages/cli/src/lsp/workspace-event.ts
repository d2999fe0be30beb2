import type { TextDocumentContentChangeEvent } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Workspace } from "./workspace.js";

/** What an editor tells of its files: plain data, so that it can be told to another thread as well. */
export type WorkspaceEvent =
  | { readonly kind: "folders"; readonly folders: readonly string[] }
  | { readonly kind: "configuration" }
  | { readonly kind: "files" }
  | {
      readonly kind: "open";
      readonly uri: string;
      readonly languageId: string;
      readonly version: number;
      readonly text: string;
    }
  | {
      readonly kind: "change";
      readonly uri: string;
      readonly version: number | null;
      readonly changes: readonly TextDocumentContentChangeEvent[];
    }
  | { readonly kind: "close"; readonly uri: string };

/**
 * Has a workspace follow an event.
 *
 * @returns why it was left out, if it does not fit what the editor said before
 */
export function applyEvent(workspace: Workspace, event: WorkspaceEvent): string | undefined {
  switch (event.kind) {
    case "folders":
      workspace.setFolders(event.folders);
      return undefined;
    case "configuration":
      workspace.readConfiguration();
      return undefined;
    case "files":
      workspace.forgetFiles();
      return undefined;
    case "open":
      workspace.open(TextDocument.create(event.uri, event.languageId, event.version, event.text));
      workspace.forgetFiles();
      return undefined;
    case "close":
      workspace.close(event.uri);
      return undefined;
    case "change": {
      const { uri, version } = event;
      const document = workspace.documentOf(uri);
      if (document === undefined) return `${uri} was changed but is not open: the change is left out`;
      if (version !== null && version <= document.version) {
        return `${uri}: version ${version} came after ${document.version}: the change is left out`;
      }
      TextDocument.update(document, [...event.changes], version ?? document.version + 1);
      workspace.refresh();
      return undefined;
    }
  }
}
