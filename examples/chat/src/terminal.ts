import { createInterface } from "node:readline";
import { createChannel, createClient, RpcError } from "hawser";
import { toDate } from "hawser/wkt";
import pc from "picocolors";
import { Chat } from "./gen/chat/v1/chat.pb.js";

/** Joins a room from a terminal: a bidi call of gRPC. What is typed is said; the end of the input leaves. */
export async function joinFromTerminal(address: string, room: string, who: string): Promise<void> {
  await using channel = createChannel(address);
  const chat = createClient(Chat, channel);
  const show = (at: Date, speaker: string, text: string): void => {
    const name = speaker === who ? pc.green(clean(speaker)) : pc.cyan(clean(speaker));
    console.log(`${pc.dim(at.toLocaleTimeString())} ${name} ${clean(text)}`);
  };
  const talk = chat.join();
  try {
    await talk.send({ what: { case: "enter", value: { room, who } } });
    for (const { at, who: speaker, text } of (await chat.listMessages({ room })).messages)
      show(at === undefined ? new Date() : toDate(at), speaker, text);
    console.log(pc.dim(`You are ${clean(who)} in ${clean(room)}. Type, and Enter; Ctrl-D leaves.`));
    const lines = createInterface({ input: process.stdin });
    lines.on("line", (text) => {
      if (text.trim() !== "") talk.send({ what: { case: "text", value: text } }).catch(() => {});
    });
    lines.on("close", () => talk.end());
    for await (const { at, who: speaker, text } of talk)
      show(at === undefined ? new Date() : toDate(at), speaker, text);
    lines.close();
  } catch (error) {
    if (!RpcError.is(error)) throw error;
    console.error(pc.red(error.message));
    process.exitCode = 1;
    process.stdin.destroy();
  }
}

/** What others send must not move our cursor. */
function clean(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
