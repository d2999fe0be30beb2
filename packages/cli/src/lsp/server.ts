import type { Connection, InitializeResult } from "vscode-languageserver";
import {
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { complete } from "./completion.js";
import type { FileIndex } from "./declaration.js";
import { findDefinition } from "./definition.js";
import { Diagnoser } from "./diagnose.js";
import { formatEdits } from "./format-edits.js";
import { hover } from "./hover.js";
import { documentOf } from "./ranges.js";
import { findReferences } from "./references.js";
import { prepareRename, RenameError, rename } from "./rename.js";
import { documentSymbols, foldingRanges, workspaceSymbols } from "./symbols.js";
import { pathOf, Workspace } from "./workspace.js";

/** 20 ms: keys that are pressed in a row, and the files that an editor opens at once, are compiled together. */
const DIAGNOSE_DELAY_MS = 20;

/**
 * Serves an editor over a connection (Language Server Protocol 3.17).
 *
 * @param protoPaths import roots that come before those found in the folders
 * @param version that of hawser
 */
export function serve(connection: Connection, protoPaths: readonly string[], version: string): void {
  const log = (message: string): void => connection.console.warn(message);
  const workspace = new Workspace(protoPaths, log);
  const diagnoser = new Diagnoser(workspace, log);
  let canWatch = false;
  let hasFolders = false;
  let timer: NodeJS.Timeout | undefined;

  const diagnose = (): void => {
    timer = undefined;
    guard(undefined, () => {
      workspace.refresh();
      for (const [path, diagnostics] of diagnoser.run()) {
        const document = workspace.documents.get(path);
        if (document === undefined) continue;
        void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
      }
    });
  };
  const diagnoseSoon = (): void => {
    timer ??= setTimeout(diagnose, DIAGNOSE_DELAY_MS);
  };

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
    // Somebody waits for this answer; diagnostics come after it.
    timer?.refresh();
    return guard(fallback, () => {
      workspace.refresh();
      const file = workspace.index(pathOf(uri));
      return file === undefined ? fallback : answer(file);
    });
  }

  const offsetOf = (file: FileIndex, position: { line: number; character: number }): number =>
    documentOf(file).offsetAt(position);

  connection.onInitialize((params): InitializeResult => {
    const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri == null ? [] : [params.rootUri]);
    guard(undefined, () => workspace.setFolders(folders.filter(isFile).map(pathOf)));
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
        .then((folders) => {
          workspace.setFolders(
            (folders ?? [])
              .map(({ uri }) => uri)
              .filter(isFile)
              .map(pathOf),
          );
          diagnoseSoon();
        })
        .catch((error: unknown) => log(`the folders are not known: ${String(error)}`));
    });
  });

  connection.onDidChangeWatchedFiles(({ changes }) =>
    guard(undefined, () => {
      if (changes.some(({ uri }) => uri.endsWith("buf.yaml"))) workspace.readConfiguration();
      else workspace.forgetFiles();
      diagnoseSoon();
    }),
  );

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version: number, text } }) =>
    guard(undefined, () => {
      workspace.open(TextDocument.create(uri, languageId, number, text));
      workspace.forgetFiles();
      diagnoseSoon();
    }),
  );

  connection.onDidChangeTextDocument(({ textDocument: { uri, version: number }, contentChanges }) =>
    guard(undefined, () => {
      const document = workspace.documentOf(uri);
      if (document === undefined) return log(`${uri} was changed but is not open: the change is left out`);
      if (number != null && number <= document.version) {
        return log(`${uri}: version ${number} came after ${document.version}: the change is left out`);
      }
      TextDocument.update(document, contentChanges, number ?? document.version + 1);
      workspace.refresh();
      diagnoseSoon();
    }),
  );

  connection.onDidCloseTextDocument(({ textDocument: { uri } }) =>
    guard(undefined, () => {
      workspace.close(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
      diagnoseSoon();
    }),
  );

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
  connection.onShutdown(() => {
    clearTimeout(timer);
  });
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
