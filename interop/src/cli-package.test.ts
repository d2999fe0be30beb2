/** @hawser/cli as npm packs it: the command, the door `@hawser/cli/console` with its types, and the files of the page. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(root, "packages/cli");

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const PROGRAM = `
import { type ConsoleOptions, console as webConsole } from "@hawser/cli/console";
import { createServer, RpcError } from "hawser";

const options: ConsoleOptions = {
  enabled: true,
  authorize: (call) => call.metadata.get("authorization") === "Bearer me",
};
export const server = createServer().add(webConsole(options)).add(webConsole());
// An error that is expected shows that types are there, and not \`any\`.
// @ts-expect-error
export const wrong = webConsole({ authorise: () => true });
`;

const SERVE = `
import { console as webConsole } from "@hawser/cli/console";
import { createServer } from "hawser";
const server = createServer().add(webConsole());
const { port } = await server.listen("127.0.0.1:0");
const page = await fetch("http://127.0.0.1:" + port + "/console");
const html = await page.text();
const [, script] = /src="([^"]+)"/.exec(html);
const code = await fetch("http://127.0.0.1:" + port + script);
process.stdout.write([page.status, code.status, (await code.text()).length > 10_000].join(" "));
await server.shutdown({ graceMs: 0 });
`;

describe("@hawser/cli as npm packs it", () => {
  let folder = "";
  let packed = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hawser-cli-package-"));
    const [{ filename }] = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
        cwd: cli,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }),
    ) as [{ filename: string }];
    execFileSync("tar", ["-xzf", join(folder, filename), "-C", folder]);
    packed = join(folder, "node_modules/@hawser/cli");
    mkdirSync(dirname(packed), { recursive: true });
    renameSync(join(folder, "package"), packed);
    // What it depends on, and nothing else.
    const { dependencies } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as Manifest;
    for (const name of Object.keys(dependencies)) {
      const places = [join(cli, "node_modules", name), join(root, "node_modules", name)];
      const link = join(folder, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(places.find((place) => existsSync(place)) ?? name, link);
    }
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });

  test("the command runs", () => {
    const { bin } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as Manifest;
    const { status, stdout, stderr } = node(join(packed, bin["hawser"]!), "console", "--help");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /hawser console \[options\] <target>/);
  });

  test("the door's types are whole", () => {
    writeFileSync(join(folder, "program.ts"), PROGRAM);
    const compilerOptions = {
      ...{ module: "nodenext", target: "es2023", lib: ["ES2023", "DOM", "ESNext.Disposable"] },
      ...{ strict: true, noEmit: true, skipLibCheck: false, preserveSymlinks: true },
      ...{ types: ["node"], typeRoots: [join(root, "node_modules/@types")] },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const { status, stdout } = node(join(root, "node_modules/typescript/bin/tsc"), "-p", folder);
    assert.equal(status, 0, stdout);
  });

  test("the page and its licences are in it, and nothing of tests", () => {
    const { status, stdout, stderr } = node("--input-type=module", "--eval", SERVE);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "200 200 true");
    assert.match(readFileSync(join(packed, "dist/console/page/console.LICENSES.txt"), "utf8"), /MIT/);
    assert.ok(!existsSync(join(packed, "dist/testing")));
  });
});
