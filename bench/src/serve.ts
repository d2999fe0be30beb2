import type { ServerCommand, ServerLine, ServerOptions } from "./job.js";
import { measureMemory } from "./memory.js";

/**
 * The frame of each stacks/<stack>/server.ts: starts the server, prints its port as the first line and answers the
 * suite's questions until stdin ends, so that no server outlives the suite.
 *
 * @param start listens on a free port of 127.0.0.1 and gives it
 */
export function serve(start: (options: ServerOptions) => Promise<number>): void {
  const options = JSON.parse(process.argv[2] ?? "{}") as ServerOptions;
  process.stdin.setEncoding("utf8");
  let rest = "";
  process.stdin.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) answer(line as ServerCommand);
  });
  process.stdin.on("end", () => process.exit(0));
  start(options).then(
    (port) => print({ event: "listening", port }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

function answer(command: ServerCommand): void {
  if (command === "memory") {
    print({ event: "memory", memory: measureMemory() });
  } else {
    const { user, system } = process.cpuUsage();
    print({ event: "cpu", cpuUs: user + system });
  }
}

function print(line: ServerLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
