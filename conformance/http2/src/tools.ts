import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The path of a program, or `undefined` if it is not installed. */
export function findTool(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Runs a program to its end, at most 60 s, and gives what it printed. @throws Error if it ends with another code than 0 */
export function run(path: string, options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(path, options, { timeout: 60_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${error.message}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`));
    });
  });
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a server and waits until it listens on all of the ports. The caller ends it by {@link stop}. */
export async function start(path: string, options: readonly string[], ...ports: number[]): Promise<ChildProcess> {
  const child = spawn(path, options, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said = `${said}${text}`.slice(-4000);
  });
  for (const port of ports) {
    for (let tries = 0; !(await listens(port)); tries++) {
      if (child.exitCode !== null || tries > 200) throw new Error(`${path} does not listen on ${port}: ${said}`);
      await sleep(50);
    }
  }
  return child;
}

/** Ends what {@link start} started. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const dead = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await dead;
  clearTimeout(timer);
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
