/**
 * An echo server on two cores in one of several ways: `server.js WAY`, forked. Sends its port, then answers each message
 * with the memory of all its processes (resident, in bytes). Ends with its parent.
 */
import cluster, { type Worker as ClusterWorker } from "node:cluster";
import { readFileSync } from "node:fs";
import { createServer as createNetServer, type Server as NetServer } from "node:net";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { createServer, type NodeServer, serve } from "hawser";
import { Echo } from "../gen/echo.pb.js";
import { type Way, WORKERS } from "./way.js";

const way = process.argv[2] as Way;

function echoServer(): NodeServer {
  return createServer().add(Echo, { unary: (request) => request });
}

/** Listens on what was opened elsewhere. */
async function serveOn(listener: NetServer): Promise<void> {
  await echoServer().listen("shared", { server: listener });
}

function report(port: number, pids: () => readonly number[]): void {
  process.on("message", () => process.send?.(pids().reduce((sum, pid) => sum + residentBytes(pid), 0)));
  process.on("disconnect", () => process.exit(0));
  process.send?.(port);
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

async function runSingle(): Promise<void> {
  const { port } = await echoServer().listen("127.0.0.1:0");
  report(port, () => [process.pid]);
}

/** As Hawser has it: processes, to which the primary hands connections. */
async function runServe(): Promise<void> {
  let port = 0;
  const service = await serve({
    workers: WORKERS,
    metrics: () => ({ gauges: { port } }),
    async start() {
      const server = echoServer();
      port = (await server.listen("127.0.0.1:0")).port;
      return server;
    },
  });
  if (service.workers.length === 0) return;
  const ports = (await service.metrics()).gauges["port"] as number;
  report(ports / WORKERS, () => [process.pid, ...service.workers]);
}

/** node:cluster by itself: the primary hands connections round (`rr`), or the processes share the listening socket (`none`). */
async function runCluster(policy: number): Promise<void> {
  if (cluster.isPrimary) {
    cluster.schedulingPolicy = policy;
    const workers = Array.from({ length: WORKERS }, () => cluster.fork());
    const ports = await Promise.all(
      workers.map((worker: ClusterWorker) => new Promise<number>((resolve) => worker.once("message", resolve))),
    );
    report(ports[0] as number, () => [process.pid, ...workers.map((worker) => worker.process.pid as number)]);
    return;
  }
  const listener = createNetServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  await serveOn(listener);
  process.send?.((listener.address() as { port: number }).port);
}

/** Threads of one process. A socket can't be handed from thread to thread, so that they share the listening one by its descriptor. */
async function runThreads(): Promise<void> {
  if (!isMainThread) {
    const listener = createNetServer();
    await new Promise<void>((resolve) => listener.listen({ fd: workerData as number }, resolve));
    await serveOn(listener);
    return;
  }
  const listener = createNetServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { fd } = (listener as unknown as { readonly _handle: { readonly fd: number } })._handle;
  const path = new URL(import.meta.url);
  for (let i = 1; i < WORKERS; i++) {
    const thread = new Worker(path, { argv: [way], workerData: fd });
    await new Promise<void>((resolve) => thread.once("online", resolve));
  }
  await serveOn(listener);
  report((listener.address() as { port: number }).port, () => [process.pid]);
}

switch (way) {
  case "one process":
    await runSingle();
    break;
  case "serve":
    await runServe();
    break;
  case "cluster, round robin":
    await runCluster(cluster.SCHED_RR);
    break;
  case "cluster, shared socket":
    await runCluster(cluster.SCHED_NONE);
    break;
  case "threads, shared socket":
    await runThreads();
}
