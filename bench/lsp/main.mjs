// How long `hawser lsp` takes to answer about a file of 10,000 lines.
//
//   node bench/lsp/main.mjs [rounds]      after a build; default: 20 rounds
//
// The server is the built command, spoken to by VS Code's client library over its standard input and output. In each round
// a character is typed in the middle of the file, then its diagnostics are awaited (20 ms of waiting for further keys are in
// the figure), then everything is asked right after a further key, when nothing is known of the text yet. The file has
// messages that name each other, comments, options and enums; it is measured without and with lint (a buf.yaml). Between the opening
// and the first key a second passes.
import {
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  ReferencesRequest,
} from "vscode-languageserver-protocol/node.js";
import { LspClient } from "../../packages/cli/dist/testing/lsp-client.js";
import { Sandbox } from "../../packages/cli/dist/testing/sandbox.js";

const rounds = Number(process.argv[2] ?? 20);
const LINES = 10_000;
const PATH = "big/v1/big.proto";

for (const files of [{}, { "buf.yaml": "version: v2\n" }]) {
  const text = bigFile();
  const sandbox = new Sandbox();
  const client = new LspClient(sandbox);
  try {
    sandbox.write({ [PATH]: text, ...files });
    await client.initialize();
    await client.open(PATH, text);
    const found = await client.diagnostics(PATH);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const lines = text.split("\n").length;
    console.log(`${lines} lines, ${"buf.yaml" in files ? "with lint" : "without lint"}, ${found.length} diagnostics:`);
    for (const [name, times] of Object.entries(await measure(client, text))) {
      const sorted = times.toSorted((a, b) => a - b);
      const median = sorted[sorted.length >> 1].toFixed(1).padStart(7);
      console.log(`  ${name.padEnd(28)} median ${median} ms, most ${sorted.at(-1).toFixed(1).padStart(7)} ms`);
    }
    await client.end();
  } finally {
    await client[Symbol.asyncDispose]();
    sandbox[Symbol.dispose]();
  }
}

/** The milliseconds of each kind of answer. */
async function measure(client, text) {
  const times = {};
  const took = async (name, answer) => {
    const start = performance.now();
    await answer();
    if (times[name] === undefined) times[name] = [];
    times[name].push(performance.now() - start);
  };
  const middle = text.indexOf("message", text.length >> 1);
  // As editors do, what is sent is what was typed: in the line in front of a message, and taken away again.
  const { position } = client.at(PATH, text, text.slice(middle, middle + 20));
  const start = { line: position.line, character: 0 };
  let length = 0;
  const type = async (typed, version) => {
    const contentChanges = [{ range: { start, end: { line: start.line, character: length } }, text: typed }];
    length = typed.length;
    const textDocument = { uri: client.uri(PATH), version };
    await client.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges });
  };
  const typed = (version) => `/* ${version} */ `;
  const broken = (version) => `message Half { x${version} `;
  const context = { includeDeclaration: true };
  const onType = { ...client.at(PATH, text, "Item400 ", 2), context };
  const space = client.at(PATH, text, "  string name", 2);
  const requests = {
    hover: [HoverRequest.type, onType],
    definition: [DefinitionRequest.type, onType],
    references: [ReferencesRequest.type, onType],
    completion: [CompletionRequest.type, space],
    outline: [DocumentSymbolRequest.type, { textDocument: onType.textDocument }],
    folding: [FoldingRangeRequest.type, { textDocument: onType.textDocument }],
    formatting: [
      DocumentFormattingRequest.type,
      { textDocument: onType.textDocument, options: { tabSize: 2, insertSpaces: true } },
    ],
  };
  let version = 1;
  for (let i = 1; i <= rounds; i++) {
    await took("diagnostics after a key", async () => {
      await type(typed(++version), version);
      await client.diagnostics(PATH, version);
    });
    await took("the same, text broken", async () => {
      await type(broken(++version), version);
      await client.diagnostics(PATH, version);
    });
    for (const [name, [request, params]] of Object.entries(requests)) {
      await took(`${name} after a key`, async () => {
        await type(typed(++version), version);
        await client.connection.sendRequest(request, params);
      });
      await client.diagnostics(PATH, version); // so that nothing else runs while the next is measured
      await took(name, () => client.connection.sendRequest(request, params));
    }
  }
  return times;
}

function bigFile() {
  const lines = ['syntax = "proto3";', "", "package big.v1;", ""];
  for (let i = 0; lines.length < LINES; i++) {
    lines.push(`// An item, the ${i}th.`, `message Item${i} {`, "  // What it is called.", "  string name = 1;");
    lines.push(`  repeated Item${Math.max(0, i - 1)} items = 2;`, `  Kind${i} kind = 3 [deprecated = true];`);
    lines.push(
      "  map<string, int64> counts = 4;",
      "  oneof of {",
      "    bytes data = 5;",
      "    string url = 6;",
      "  }",
      "}",
      "",
    );
    lines.push(`enum Kind${i} {`, `  KIND${i}_UNSPECIFIED = 0;`, `  KIND${i}_HARD = 1;`, "}", "");
  }
  return `${lines.join("\n")}\n`;
}
