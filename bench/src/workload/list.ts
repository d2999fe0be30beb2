import { shapes } from "../codec/shapes.js";
import { bundle } from "./bundle.js";
import { codecWorkload } from "./codec-workload.js";
import { echoWorkload } from "./echo-workload.js";
import { install } from "./install.js";
import { memoryWorkload } from "./memory-workload.js";
import { startup } from "./startup.js";
import type { Workload } from "./workload.js";

const kibi = 1024;
const unary = { drive: "unary", needs: ["unary"], unit: "calls" } as const;

/** Every workload, in the order of the report. */
export const workloads: readonly Workload[] = [
  echoWorkload({ ...unary, name: "unary", title: "Unary, 64 calls in flight, 1 connection", inFlight: 64 }),
  echoWorkload({ ...unary, name: "unary-1", title: "Unary, 1 call in flight", inFlight: 1 }),
  echoWorkload({ ...unary, name: "unary-512", title: "Unary, 512 calls in flight, 1 connection", inFlight: 512 }),
  echoWorkload({
    ...unary,
    name: "unary-64x1",
    title: "Unary, 64 connections, 1 call in flight on each",
    inFlight: 64,
    connections: 64,
  }),
  echoWorkload({
    ...unary,
    name: "rest",
    title: "REST by JSON over HTTP/1.1, 64 connections, 1 call in flight on each",
    needs: ["rest"],
    inFlight: 64,
    connections: 64,
    ours: "hawser-rest",
  }),
  echoWorkload({
    ...unary,
    name: "unary-tls",
    title: "Unary over TLS, 64 calls in flight, 1 connection",
    inFlight: 64,
    tls: true,
  }),
  echoWorkload({ ...unary, name: "unary-1-tls", title: "Unary over TLS, 1 call in flight", inFlight: 1, tls: true }),
  echoWorkload({
    ...unary,
    name: "unary-512-tls",
    title: "Unary over TLS, 512 calls in flight, 1 connection",
    inFlight: 512,
    tls: true,
  }),
  echoWorkload({
    ...unary,
    name: "unary-64x1-tls",
    title: "Unary over TLS, 64 connections, 1 call in flight on each",
    inFlight: 64,
    connections: 64,
    tls: true,
  }),
  echoWorkload({
    name: "unary-4mib",
    title: "Unary of 4 MiB, 1 call in flight",
    drive: "unary",
    needs: ["unary", "bulk"],
    unit: "MiB",
    bodyBytes: 4 * kibi * kibi,
  }),
  echoWorkload({
    name: "server-stream",
    title: "Server stream of 64-byte messages",
    drive: "server-stream",
    needs: ["server-stream"],
    unit: "messages",
    messages: 10_000,
  }),
  echoWorkload({
    name: "bidi-ping-pong",
    title: "Bidi stream, ping-pong",
    drive: "bidi",
    needs: ["bidi"],
    unit: "messages",
    inFlight: 1,
  }),
  echoWorkload({
    name: "bidi-full",
    title: "Bidi stream, full speed (512 messages under way)",
    drive: "bidi",
    needs: ["bidi"],
    unit: "messages",
    inFlight: 512,
  }),
  echoWorkload({
    name: "client-stream-64k",
    title: "Client stream of 64 KiB messages",
    drive: "client-stream",
    needs: ["client-stream"],
    unit: "MiB",
    bodyBytes: 64 * kibi,
    messages: 64,
  }),
  memoryWorkload({
    name: "memory-idle",
    title: "Memory per idle connection (5,000)",
    drive: "idle-connections",
    needs: "unary",
    count: 5_000,
    connections: 5_000,
  }),
  memoryWorkload({
    name: "memory-streams",
    title: "Memory per open stream (10,000 over 100 connections)",
    drive: "open-streams",
    needs: "bidi",
    count: 10_000,
    connections: 100,
  }),
  startup,
  install,
  bundle,
  ...shapes.map(codecWorkload),
];
