import type { Connection, InitializeResult } from "vscode-languageserver";
import {
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { complete } from "./completion.js";
import type { FileIndex } from "./declaration.js";
import { findDefinition } from "./definition.js";
import { Diagnosing } from "./diagnosing.js";
import { formatEdits } from "./format-edits.js";
import { hover } from "./hover.js";
import { documentOf } from "./ranges.js";
import { findReferences } from "./references.js";
import { prepareRename, RenameError, rename } from "./rename.js";
import { documentSymbols, foldingRanges, workspaceSymbols } from "./symbols.js";
import { runSteps, warmUpAnswers } from "./warm-up.js";
import { pathOf, Workspace } from "./workspace.js";
import { applyEvent, type WorkspaceEvent } from "./workspace-event.js";

/**
 * Serves an editor over a connection (Language Server Protocol 3.17).
 *
 * @param protoPaths import roots that come before those found in the folders
 * @param version that of hawser
 */
export function serve(connection: Connection, protoPaths: readonly string[], version: string): void {
  const log = (message: string): void => connection.console.warn(message);
  const workspace = new Workspace(protoPaths, log);
  const diagnosing = new Diagnosing(connection, workspace, protoPaths);
  let canWatch = false;
  let hasFolders = false;
  let answering = 0;

  /** A fault of ours is told to the editor, and the next request is served all the same. */
  function guard<T>(fallback: T, answer: () => T): T {
    try {
      return answer();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      connection.console.error(`a fault in hawser lsp: ${error instanceof Error ? error.stack : String(error)}`);
      return fallback;
    }
  }

  /** Answers a request about a file; what is not known has no answer. */
  function about<T>(uri: string, fallback: T, answer: (file: FileIndex) => T): T {
    answering++;
    if (answering === 1) diagnosing.hold(true);
    // Whatever else has come by then is answered first.
    setImmediate(() => --answering === 0 && diagnosing.hold(false));
    return guard(fallback, () => {
      workspace.refresh();
      const file = workspace.index(pathOf(uri));
      return file === undefined ? fallback : answer(file);
    });
  }

  /** Has the workspace, and the thread that finds diagnostics, follow what the editor tells. */
  function follow(event: WorkspaceEvent): void {
    guard(undefined, () => {
      const why = applyEvent(workspace, event);
      if (why === undefined) diagnosing.follow(event);
      else log(why);
    });
    // An editor asks of what it has opened or changed next; what is known of it then is known sooner.
    if (event.kind === "open" || event.kind === "change") {
      setImmediate(() => guard(undefined, () => workspace.index(pathOf(event.uri))));
    }
  }

  const setFolders = (uris: readonly string[]): void =>
    follow({ kind: "folders", folders: uris.filter(isFile).map(pathOf) });

  const offsetOf = (file: FileIndex, position: { line: number; character: number }): number =>
    documentOf(file).offsetAt(position);

  connection.onInitialize((params): InitializeResult => {
    const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri == null ? [] : [params.rootUri]);
    setFolders(folders);
    canWatch = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    hasFolders = params.capabilities.workspace?.workspaceFolders === true;
    return {
      serverInfo: { name: "hawser", version },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        completionProvider: { triggerCharacters: [".", '"', "(", "[", "/", "=", "<"] },
        documentSymbolProvider: true,
        workspaceSymbolProvider: true,
        foldingRangeProvider: true,
        documentFormattingProvider: true,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(() => {
    runSteps(warmUpAnswers(), () => answering === 0);
    if (canWatch) {
      const watchers = [{ globPattern: "**/*.proto" }, { globPattern: "**/buf.yaml" }];
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers })
        .catch((error: unknown) => log(`files are not watched: ${String(error)}`));
    }
    if (!hasFolders) return;
    connection.workspace.onDidChangeWorkspaceFolders(() => {
      connection.workspace
        .getWorkspaceFolders()
        .then((folders) => setFolders((folders ?? []).map(({ uri }) => uri)))
        .catch((error: unknown) => log(`the folders are not known: ${String(error)}`));
    });
  });

  connection.onDidChangeWatchedFiles(({ changes }) =>
    follow({ kind: changes.some(({ uri }) => uri.endsWith("buf.yaml")) ? "configuration" : "files" }),
  );
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version: number, text } }) =>
    follow({ kind: "open", uri, languageId, version: number, text }),
  );
  connection.onDidChangeTextDocument(({ textDocument: { uri, version: number }, contentChanges }) =>
    follow({ kind: "change", uri, version: number ?? null, changes: contentChanges }),
  );
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    follow({ kind: "close", uri });
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  connection.onHover(({ textDocument: { uri }, position }) =>
    about(uri, null, (file) => hover(file, offsetOf(file, position), workspace) ?? null),
  );
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    about(uri, null, (file) => findDefinition(file, offsetOf(file, position), workspace) ?? null),
  );
  connection.onReferences(({ textDocument: { uri }, position, context }) =>
    about(uri, [], (file) => findReferences(file, offsetOf(file, position), context.includeDeclaration, workspace)),
  );
  connection.onPrepareRename(({ textDocument: { uri }, position }) =>
    about(uri, null, (file) => refusing(() => prepareRename(file, offsetOf(file, position), workspace))),
  );
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) =>
    about(uri, null, (file) => refusing(() => rename(file, offsetOf(file, position), newName, workspace))),
  );
  connection.onCompletion(({ textDocument: { uri }, position }) =>
    about(uri, null, (file) => complete(file, offsetOf(file, position), workspace)),
  );
  connection.onDocumentSymbol(({ textDocument: { uri } }) => about(uri, [], documentSymbols));
  connection.onFoldingRanges(({ textDocument: { uri } }) => about(uri, [], foldingRanges));
  connection.onDocumentFormatting(({ textDocument: { uri } }) => about(uri, [], formatEdits));
  connection.onWorkspaceSymbol(({ query }) =>
    guard([], () => {
      workspace.refresh();
      return workspaceSymbols(query, workspace);
    }),
  );
  connection.onShutdown(() => diagnosing.end());
  connection.listen();
}

/** What cannot be renamed is an answer that the editor shows. */
function refusing<T>(answer: () => T): T {
  try {
    return answer();
  } catch (error) {
    if (error instanceof RenameError) throw new ResponseError(ErrorCodes.InvalidRequest, error.message);
    throw error;
  }
}

function isFile(uri: string): boolean {
  return uri.startsWith("file:") && !pathOf(uri).startsWith("file:");
}
