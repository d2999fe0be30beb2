import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Client, createChannel, createClient } from "hawser";
import { Echo } from "../gen/echo.pb.js";
import { endProcess } from "./end-process.js";
import { type Held, measure } from "./held.js";
import { IdleConnections } from "./idle-connections.js";

/** How much of everything. */
export interface SoakPlan {
  readonly calls: number;
  readonly streams: number;
  readonly connections: number;
  /** Told what is being done. */
  readonly log: (line: string) => void;
}

/** What a side held before, on the way and after. */
export interface Course {
  readonly name: string;
  /** In MiB, after each tenth of the calls and of the streams. */
  readonly heapMiB: readonly number[];
  readonly handles: readonly [before: number, after: number];
}

/** What a soak found. */
export interface SoakReport {
  readonly calls: number;
  readonly streams: number;
  readonly connections: number;
  readonly client: Course;
  readonly server: Course;
  /** How long a new client waited for its answers while all the idle connections were there, in ms: the median and the most. */
  readonly answerMs: readonly [median: number, most: number];
  /** What must not be; empty if all is well. */
  readonly faults: readonly string[];
}

/** Runs calls, then streams of the four kinds, then holds idle connections; both sides are measured on the way. */
export async function runSoak({ calls, streams, connections, log }: SoakPlan): Promise<SoakReport> {
  const child = startServer(0);
  const faults: string[] = [];
  const samples: { readonly client: Held; readonly server: Held }[] = [];
  try {
    const [port] = (await once(child, "message")) as [number];
    const before = [measure().handles, (await ask<Held>(child, "measure")).handles] as const;
    const channel = createChannel(`127.0.0.1:${port}`);
    const client = createClient(Echo, channel);
    const sample = async () => samples.push({ client: measure(), server: await ask<Held>(child, "measure") });
    // What is compiled and cached by the first calls is no growth.
    await unaryCalls(client, Math.ceil(calls / 20));
    await streamCalls(client, Math.ceil(streams / 20));
    await sample();
    for (let tenth = 1; tenth <= 10; tenth++) {
      await unaryCalls(client, calls / 10);
      await sample();
      log(`${Math.round((calls * tenth) / 10)} calls`);
    }
    for (let tenth = 1; tenth <= 10; tenth++) {
      await streamCalls(client, streams / 10);
      await sample();
      log(`${Math.round((streams * tenth) / 10)} streams`);
    }
    await channel.close();
    const after = [
      await settled(async () => measure().handles, before[0].length),
      await settled(async () => (await ask<Held>(child, "measure")).handles, before[1].length),
    ] as const;
    const course = (name: "client" | "server", index: 0 | 1): Course => {
      const heapMiB = samples.map((each) => Math.round((each[name].bytes / 2 ** 20) * 100) / 100);
      checkGrowth(name, heapMiB, faults);
      if (after[index].length > before[index].length)
        faults.push(`the ${name} had the handles ${before[index].join()} before and has ${after[index].join()} after`);
      return { name, heapMiB, handles: [before[index].length, after[index].length] };
    };
    const report = { client: course("client", 0), server: course("server", 1) };
    const answerMs = await answersUnderIdle(connections, log, faults);
    return { calls, streams, connections, ...report, answerMs, faults };
  } finally {
    await endProcess(child);
  }
}

/** @param workers 0 for a server in that process itself */
function startServer(workers: number): ChildProcess {
  const path = fileURLToPath(new URL("./server.js", import.meta.url));
  return fork(path, [String(workers)], { execArgv: ["--expose-gc"] });
}

/** How much may be held more at the end than at the beginning: caches and buffers of both sides find their size late. */
const SLACK_MIB = 3;

/** The least of the second half beside the least of the first: what grows with each call or stream shows there. */
function checkGrowth(name: string, heapMiB: readonly number[], faults: string[]): void {
  const middle = Math.floor(heapMiB.length / 2);
  const before = Math.min(...heapMiB.slice(0, middle));
  const after = Math.min(...heapMiB.slice(middle));
  if (after > before + SLACK_MIB)
    faults.push(`the ${name}'s heap grew from ${before} to ${after} MiB: ${heapMiB.join(" ")}`);
}

const IN_FLIGHT = 64;

/** Makes so many calls of `one`, some at a time. */
async function many(count: number, one: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(IN_FLIGHT, count) }, async () => {
      while (next < count) await one(next++);
    }),
  );
}

type EchoClient = Client<typeof Echo>;

function unaryCalls(client: EchoClient, count: number): Promise<void> {
  return many(Math.round(count), async (id) => {
    // Some have metadata and a deadline of their own, so that these are soaked, too.
    const options = id % 8 === 0 ? { timeoutMs: 60_000, metadata: { "x-id": String(id) } } : undefined;
    const reply = await client.unary({ id, name: "soak", text: "to and fro" }, options);
    if (reply.id !== id) throw new Error(`the reply of call ${reply.id} came to call ${id}`);
  });
}

const MESSAGES = 3;

function streamCalls(client: EchoClient, count: number): Promise<void> {
  return many(Math.round(count), async (index) => {
    const requests = Array.from({ length: MESSAGES }, (_, id) => ({ id }));
    let replies = 0;
    switch (index % 5) {
      case 0:
        for await (const { id } of client.serverStream({ count: MESSAGES, size: 64 })) check(id, replies++);
        break;
      case 1:
        replies = (await client.clientStream(requests)).count;
        break;
      case 2:
        for await (const { id } of client.bidi(requests)) check(id, replies++);
        break;
      case 3: {
        // Left in the middle: the stream is reset.
        for await (const { id } of client.serverStream({ count: 1000, size: 64 })) {
          check(id, replies++);
          if (replies === MESSAGES) break;
        }
        break;
      }
      default: {
        const call = client.bidi();
        for (const request of requests) {
          await call.send(request);
          const { value } = await call.next();
          check(value?.id ?? -1, replies++);
        }
        call.end();
        if (!(await call.next()).done) throw new Error("a reply too many");
      }
    }
    if (replies !== MESSAGES) throw new Error(`${replies} of ${MESSAGES} messages came`);
  });
}

function check(id: number, expected: number): void {
  if (id !== expected) throw new Error(`message ${id} came in the place of message ${expected}`);
}

/** How long a new client's calls take while so many connections lie idle. */
async function answersUnderIdle(
  connections: number,
  log: (line: string) => void,
  faults: string[],
): Promise<[number, number]> {
  const perProcess = descriptorLimit() - SPARE_DESCRIPTORS;
  const child = startServer(connections <= perProcess ? 0 : Math.ceil(connections / perProcess));
  let idle: IdleConnections | undefined;
  try {
    const [port] = (await once(child, "message")) as [number];
    idle = await IdleConnections.open(port, connections, log);
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const channel = createChannel(`127.0.0.1:${port}`);
      const from = performance.now();
      const reply = await createClient(Echo, channel).unary({ id: i }, { timeoutMs: 10_000 });
      times.push(performance.now() - from);
      check(reply.id, i);
      await channel.close();
    }
    times.sort((a, b) => a - b);
    const alive = await idle.alive();
    const open = await ask<number>(child, "connections");
    if (alive < connections || open < connections)
      faults.push(`of ${connections} idle connections the clients have ${alive}, the server ${open}`);
    return [Math.round(times[10]! * 100) / 100, Math.round(times[19]! * 100) / 100];
  } finally {
    await idle?.close();
    await endProcess(child);
  }
}

/** What a server has open beside its connections, with room to spare. */
const SPARE_DESCRIPTORS = 200;

/** How many descriptors a process may have: Node raises the soft limit to the hard one. */
function descriptorLimit(): number {
  const report = process.report.getReport() as {
    readonly userLimits?: { readonly open_files: { hard: number | string } };
  };
  const hard = Number(report.userLimits?.open_files.hard);
  return Number.isNaN(hard) ? Infinity : hard;
}

async function ask<Answer>(child: ChildProcess, question: "measure" | "connections"): Promise<Answer> {
  const answer = once(child, "message");
  child.send(question);
  return ((await answer) as [Answer])[0];
}

/** Sockets close in their own time. */
async function settled(handles: () => Promise<readonly string[]>, wanted: number): Promise<readonly string[]> {
  let now = await handles();
  for (let i = 0; i < 50 && now.length > wanted; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await handles();
  }
  return now;
}
