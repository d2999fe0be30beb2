/** The lines that the console gives to copy are run as they stand, by a shell, against a server. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transform } from "esbuild";
import type { NodeServer } from "hawser";
import { createRegistry, type MethodType, type Registry } from "hawser/protobuf";
import { Harbour, Ship } from "../gen/harbour/v1/harbour.pb.js";
import { BuildCache } from "../grpc/build-cache.js";
import { MissingToolchain } from "../grpc/peer.js";
import { grpcurlProgram } from "../grpcurl.js";
import { HOSTILE, hawserHarbour } from "./hawser-harbour.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const LIMIT = { timeout: 60_000 };

/** What of packages/console is used here. */
interface CopyLines {
  copyLines(call: {
    readonly method: MethodType;
    readonly localName: string;
    readonly registry: Registry;
    readonly requests: readonly string[];
    readonly metadata: readonly (readonly [string, string])[];
    readonly timeoutMs: number | undefined;
    readonly target: {
      readonly address: string;
      readonly tls: boolean;
      readonly protocols: readonly string[];
      readonly schemaInputs?: readonly string[];
      readonly protoPaths?: readonly string[];
    };
  }): readonly { readonly tool: string; readonly text: string; readonly error: string | undefined }[];
}

const { copyLines } = (await import(
  pathToFileURL(join(ROOT, "packages/console/dist/copy-lines/copy-lines.js")).href
)) as CopyLines;

const grpcurl = await grpcurlProgram(new BuildCache(() => {})).catch((error: unknown) => {
  if (error instanceof MissingToolchain) return error;
  throw error;
});
const hasCurl = spawnSync("curl", ["--version"], { encoding: "utf8" }).stdout?.includes("HTTP2") === true;

/** The name of a test says why it is skipped. */
function named(name: string, tool: string): [string, { skip: boolean; timeout: number }] {
  const why =
    tool === "grpcurl" && typeof grpcurl !== "string"
      ? grpcurl.message
      : tool === "curl" && !hasCurl
        ? "there is no curl with HTTP/2 here"
        : undefined;
  return [why === undefined ? name : `${name} (skipped: ${why})`, { ...LIMIT, skip: why !== undefined }];
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("the console's lines, run", () => {
  const folder = mkdtempSync(join(tmpdir(), "hawser-lines-"));
  let server: NodeServer;
  let address = "";

  before(async () => {
    symlinkSync(join(ROOT, "packages/cli/bin/hawser.js"), join(folder, "hawser"));
    if (typeof grpcurl === "string") symlinkSync(grpcurl, join(folder, "grpcurl"));
    server = hawserHarbour();
    address = `127.0.0.1:${(await server.listen("127.0.0.1:0")).port}`;
  });
  after(async () => {
    await server?.shutdown({ graceMs: 0 });
    rmSync(folder, { recursive: true, force: true });
  });

  function line(
    tool: string,
    localName: keyof typeof Harbour.methods,
    requests: readonly string[],
    more: {
      protocols?: readonly string[];
      metadata?: readonly [string, string][];
      schemaInputs?: readonly string[];
    } = {},
  ): string {
    const found = copyLines({
      method: Harbour.methods[localName],
      localName,
      registry: createRegistry(Ship),
      requests,
      metadata: more.metadata ?? [],
      timeoutMs: 30_000,
      target: { address, tls: false, protocols: more.protocols ?? ["grpc"], schemaInputs: more.schemaInputs ?? [] },
    }).find((each) => each.tool === tool);
    strictEqual(found?.error, undefined);
    return found?.text ?? "";
  }

  function shell(text: string): Promise<Ended> {
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}`, NO_COLOR: "1" };
    return new Promise((resolve) => {
      execFile("/bin/sh", ["-c", text], { env, cwd: ROOT, timeout: 50_000 }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr });
      });
    });
  }

  async function good(text: string): Promise<string> {
    const { code, stdout, stderr } = await shell(text);
    strictEqual(code, 0, `${text}\n${stderr}`);
    return stdout;
  }

  /** Everything that a shell would take for something else. */
  const NASTY = `it's "$HOME" \`id\` \\ ! * ; & | > é ${HOSTILE}`;
  const survey = JSON.stringify({
    string: NASTY,
    int64: "9007199254740993",
    any: { "@type": "x/harbour.v1.Ship", id: "1" },
  });

  for (const tool of ["hawser", "grpcurl"] as const) {
    test(...named(`${tool}: a message with everything that a shell takes for something else`, tool), async () => {
      const reply = JSON.parse(await good(line(tool, "survey", [survey]))) as Record<string, unknown>;
      deepStrictEqual([reply["string"], reply["int64"]], [NASTY, "9007199254740993"]);
    });

    test(...named(`${tool}: streams, metadata with markup, and none of reflection`, tool), async () => {
      const crates = ['{"weightKg": 3}', '{"weightKg": "4"}'];
      match(await good(line(tool, "unloadCrates", crates)), /"crates": 2,\s+"weightKg": "7"/);
      match(await good(line(tool, "talkByRadio", ['{"text":"a b"}', '{"text":"c\'d"}'])), /"A B"[\s\S]*"C'D"/);
      const text = line(tool, "watchArrivals", ['{"count": 2}'], { metadata: [["x-say", HOSTILE]] });
      const { stdout, stderr } = await shell(tool === "hawser" ? `${text} -v` : text.replace("grpcurl", "grpcurl -v"));
      match(stdout, /"number": 1[\s\S]*"number": 2/);
      ok(`${stdout}${stderr}`.includes(`x-said: ${HOSTILE}`), stdout + stderr);
      const schema = { schemaInputs: ["interop/proto"] };
      match(await good(line(tool, "getShip", ['{"id": 7}'], schema)), /"name": "Bramble"/);
    });
  }

  test(...named("curl: Connect with JSON", "curl"), async () => {
    const connect = { protocols: ["grpc", "connect"], metadata: [["x-empty", ""]] as [string, string][] };
    const reply = JSON.parse(await good(line("curl", "survey", [survey], connect))) as Record<string, unknown>;
    strictEqual(reply["string"], NASTY);
  });

  test(...named("curl: gRPC itself, whose status is in the trailers", "curl"), async () => {
    const { code, stdout, stderr } = await shell(
      line("curl", "getShip", ['{"id": 7}'], { metadata: [["x-say", "it's"]] }),
    );
    strictEqual(code, 0, stderr);
    match(stdout, /Bramble/);
    match(stderr, /x-said: it's[\s\S]*grpc-status: 0/);
    match(await good(line("curl", "unloadCrates", ['{"weightKg": 300}', '{"weightKg": 4}'])), /304/);
  });

  test("TypeScript: the programs run with generated code", LIMIT, async () => {
    const programs = join(ROOT, "interop/dist/lines");
    const gen = pathToFileURL(join(ROOT, "interop/dist/gen")).href;
    mkdirSync(programs, { recursive: true });
    const run = async (name: keyof typeof Harbour.methods, requests: readonly string[]) => {
      const text = line("TypeScript", name, requests, { metadata: [["x-say", NASTY.replaceAll("é", "e")]] });
      const { code } = await transform(text.replace('"./gen/', `"${gen}/`), { loader: "ts", format: "esm" });
      const path = join(programs, `${name}.mjs`);
      writeFileSync(path, code);
      return good(`${shellPath(process.execPath)} ${shellPath(path)}`);
    };
    match(await run("getShip", ['{"id": 7}']), /name: 'Bramble'/);
    match(await run("watchArrivals", ['{"count": 2}']), /number: 1,[\s\S]*number: 2,/);
    match(await run("unloadCrates", ['{"weightKg": 3}', '{"seal": "AQI="}']), /crates: 2, weightKg: 3n/);
    match(await run("talkByRadio", ['{"text": "ahoy"}']), /text: 'AHOY', from: 'harbour'/);
    ok((await run("survey", [survey])).includes("9007199254740993n"));
  });
});

function shellPath(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
