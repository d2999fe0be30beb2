import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver-protocol/node.js";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Sandbox } from "./sandbox.js";

/** An editor: drives `hawser lsp` over its standard input and output by the client library of VS Code. */
export class LspClient {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcessWithoutNullStreams;
  /** What the server wrote to the client's log. */
  readonly logged: string[] = [];
  stderr = "";
  readonly #sandbox: Sandbox;
  readonly #published = new Map<string, { readonly version: number | undefined; readonly diagnostics: Diagnostic[] }>();
  readonly #waiting = new Set<() => void>();
  readonly #ended: Promise<number | null>;

  constructor(sandbox: Sandbox, ...args: string[]) {
    this.#sandbox = sandbox;
    this.process = sandbox.start("lsp", ...args);
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#ended = new Promise((resolve) => this.process.once("close", resolve));
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.process.stdout),
      new StreamMessageWriter(this.process.stdin),
    );
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => void this.logged.push(message));
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      this.#published.set(uri, { version, diagnostics });
      for (const wake of this.#waiting) wake();
    });
    this.connection.listen();
  }

  async initialize(capabilities: ClientCapabilities = {}): Promise<InitializeResult> {
    const result = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders: [{ uri: pathToFileURL(this.#sandbox.path).href, name: "test" }],
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return result;
  }

  /** The URI of a file, by its path within the directory. */
  uri(name: string): string {
    return pathToFileURL(join(this.#sandbox.path, name)).href;
  }

  /** Opens a file with a text that need not be the one on the disk. */
  async open(name: string, text: string = this.#sandbox.read(name), version = 1): Promise<void> {
    await this.openUri(this.uri(name), text, version);
  }

  async openUri(uri: string, text: string, version = 1): Promise<void> {
    const textDocument = { uri, languageId: "proto", version, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Replaces the text of an open file. */
  async change(name: string, text: string, version: number): Promise<void> {
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [{ text }],
    });
  }

  /** The diagnostics of that version of a file, as soon as they come. */
  async diagnostics(name: string, version = 1): Promise<Diagnostic[]> {
    return this.diagnosticsOf(this.uri(name), version);
  }

  async diagnosticsOf(uri: string, version = 1): Promise<Diagnostic[]> {
    for (;;) {
      const found = this.#published.get(uri);
      if (found !== undefined && (found.version ?? 0) >= version) return found.diagnostics;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** Forgets what has been published, so that only what comes from now on counts. */
  forget(): void {
    this.#published.clear();
  }

  /** A file and the place `offset` characters behind the beginning of the nth (from 0) occurrence of `word` in a text. */
  at(
    name: string,
    text: string,
    word: string,
    offset = 0,
    nth = 0,
  ): { textDocument: { uri: string }; position: Position } {
    let found = -1;
    for (let i = 0; i <= nth; i++) found = text.indexOf(word, found + 1);
    if (found < 0) throw new Error(`the text has no ${word}`);
    const position = TextDocument.create("", "", 0, text).positionAt(found + offset);
    return { textDocument: { uri: this.uri(name) }, position };
  }

  /** Ends the server as an editor does, and returns its exit code. */
  async end(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await this.#ended;
    this.connection.dispose();
    return code;
  }

  /** The exit code of a process that ends by itself. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode === null) this.process.kill();
    await this.#ended;
    this.connection.dispose();
  }
}

/** A text with edits made, by the library that editors use. */
export function applyEdits(text: string, edits: TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create("", "", 0, text), edits);
}

/** The text in a range. */
export function textIn(text: string, range: TextEdit["range"]): string {
  return TextDocument.create("", "", 0, text).getText(range);
}
