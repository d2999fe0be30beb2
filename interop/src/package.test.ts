import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const runtime = join(root, "packages/runtime");
const doors = Object.keys(
  (JSON.parse(readFileSync(join(runtime, "package.json"), "utf8")) as { exports: Record<string, unknown> }).exports,
).map((door) => door.replace(/^\./, "hawser"));

/** The package leaves out declarations that no door reaches (scripts/reached-declarations.mjs): one too many would show here. */
describe("the package as npm packs it", () => {
  let folder = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hawser-package-"));
    const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: runtime,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    execFileSync("tar", ["-xzf", join(folder, filename), "-C", folder]);
    mkdirSync(join(folder, "node_modules"));
    renameSync(join(folder, "package"), join(folder, "node_modules/hawser"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test("every door's types are whole", () => {
    const lines = doors.map((door, index) => `import * as door${index} from "${door}";`);
    // An error that is expected shows that types are there, and not `any`.
    lines.push(`export const all = [${doors.map((_, index) => `door${index}`).join(", ")}];`);
    lines.push("// @ts-expect-error", "export const none: number = door0.createServer();");
    writeFileSync(join(folder, "program.ts"), lines.join("\n"));
    const compilerOptions = {
      ...{ module: "nodenext", target: "es2023", lib: ["ES2023", "DOM", "ESNext.Disposable"] },
      ...{ strict: true, noEmit: true, skipLibCheck: false },
      ...{ types: ["node"], typeRoots: [join(root, "node_modules/@types")] },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });

  test("every door can be imported", () => {
    const program = `for (const door of ${JSON.stringify(doors)}) if (Object.keys(await import(door)).length === 0) throw door;`;
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });
});
