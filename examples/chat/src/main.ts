/**
 * `npm run example:chat` starts the chat; `npm run example:chat -- join [room] [--as name]` joins it from a terminal.
 * `--port N` chooses another port than 8080.
 */
import { parseArgs } from "node:util";
import { serveChat } from "./serve.js";
import { joinFromTerminal } from "./terminal.js";

const USAGE = "npm run example:chat -- [--port N]   or   npm run example:chat -- join [room] [--as name] [--port N]";

function argumentsOf() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { port: { type: "string", default: "8080" }, as: { type: "string" } },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const { positionals, values } = argumentsOf();
const [command, room = "lobby"] = positionals;
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535 || !(command === undefined || command === "join")) {
  console.error(USAGE);
  process.exit(2);
}
if (command === "join")
  await joinFromTerminal(`127.0.0.1:${port}`, room, values.as ?? process.env["USER"] ?? "somebody");
else await serveChat(port);
