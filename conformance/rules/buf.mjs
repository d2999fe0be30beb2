// Runs buf over a case and brings what it finds into the form of packages/cli/src/testing/case-findings.ts.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { writeBreakingCase } from "../../packages/cli/dist/testing/case-findings.js";
import { Sandbox } from "../../packages/cli/dist/testing/sandbox.js";

const require = createRequire(import.meta.url);

/** The program itself, not the script of the npm package that starts it: it is run a thousand times. */
export const BUF = findBuf();

function findBuf() {
  const script = join(dirname(require.resolve("@bufbuild/buf/package.json")), "bin/buf");
  try {
    const native = `@bufbuild/buf-${process.platform}-${process.arch}`;
    return createRequire(script).resolve(`${native}/bin/buf${process.platform === "win32" ? ".exe" : ""}`);
  } catch {
    return script;
  }
}

/** @returns {Promise<string[]>} */
export async function bufLint({ files }) {
  const sandbox = new Sandbox();
  try {
    sandbox.write(files);
    return await findings(sandbox.path, ["lint"]);
  } finally {
    sandbox[Symbol.dispose]();
  }
}

/** @returns {Promise<string[]>} */
export async function bufBreaking(each) {
  const sandbox = new Sandbox();
  try {
    writeBreakingCase(sandbox, each);
    return await findings(join(sandbox.path, "now"), ["breaking", "--against", "../before"]);
  } finally {
    sandbox[Symbol.dispose]();
  }
}

/** 100: there are findings (buf's own exit code for it). */
const FOUND = 100;

function findings(cwd, args) {
  return new Promise((resolve, reject) => {
    const child = execFile(BUF, [...args, "--error-format", "json"], { cwd, maxBuffer: 1 << 28 }, (error, stdout) => {
      if (error !== null && child.exitCode !== FOUND) return reject(error);
      const found = stdout.split("\n").filter((line) => line !== "");
      resolve(found.map((line) => inOurForm(JSON.parse(line))).sort());
    });
  });
}

function inOurForm({ path, start_line, start_column, end_line, end_column, type, message }) {
  if (type === "COMPILE") throw new Error(`buf cannot compile the case: ${path}:${start_line}: ${message}`);
  const place = path === undefined ? "-" : `${path}:${start_line}:${start_column}-${end_line}:${end_column}`;
  return `${place} ${type} ${message}`;
}
