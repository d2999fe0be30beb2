import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Starts server.mjs: its target, its answers to "delays" and "calls", and its end. */
export async function startServer() {
  const child = spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = (await lines.next()).value;
  if (port === undefined) throw new Error("the server has not started: see above");
  return {
    target: `127.0.0.1:${port}`,
    async delays() {
      child.stdin.write("delays\n");
      return JSON.parse((await lines.next()).value);
    },
    async calls() {
      child.stdin.write("calls\n");
      return Number((await lines.next()).value);
    },
    async stop() {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

/** Runs a program and gives its stdout; the server needs this process's event loop as little as the program does. */
export async function run(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return stdout;
}
