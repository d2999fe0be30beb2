// The server of these checks: bench.load.Echo with reflection on a free port, which is the first line it prints; until stdin ends.
// Echo.Delayed takes as long as it is asked to. A line "delays" on stdin prints how long its calls took since the last such line,
// a line "calls" how many calls of Echo.Unary there were.
import { createServer } from "hawser";
import { createDynamicTypes } from "hawser/protobuf";
import { addReflection } from "hawser/services";
import { compile } from "../../packages/compiler/dist/index.js";

export const PROTO = `syntax = "proto3";
package bench.load;
service Echo {
  rpc Unary(Message) returns (Message);
  rpc Delayed(Wait) returns (Message);
}
message Message { string text = 1; }
message Wait { double ms = 1; }
`;

const { files } = compile({ files: ["load.proto"], read: (name) => (name === "load.proto" ? PROTO : undefined) });
let delays = [];
let calls = 0;
const server = createServer().add(createDynamicTypes(files).service("bench.load.Echo"), {
  unary(message) {
    calls++;
    return message;
  },
  async delayed({ ms }) {
    const begin = performance.now();
    await new Promise((resolve) => setTimeout(resolve, ms));
    delays.push(performance.now() - begin);
    return {};
  },
});
addReflection(server);
const { port } = await server.listen("127.0.0.1:0");
console.log(port);
process.stdin.setEncoding("utf8").on("data", (line) => {
  if (line === "calls\n") {
    console.log(calls);
    calls = 0;
  } else {
    console.log(JSON.stringify(delays));
    delays = [];
  }
});
process.stdin.on("end", () => process.exit(0));
