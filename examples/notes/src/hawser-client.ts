import { Code, createChannel, createClient, RpcError } from "hawser";
import type { Account, Where } from "./account.js";
import { Notes } from "./gen/notes/v1/notes.pb.js";

/** The four kinds of call, with our client. */
export async function callWithHawser(account: Account, where: Where): Promise<void> {
  const channel = createChannel(where.target, where.ca === undefined ? {} : { tls: { ca: where.ca } });
  const notes = createClient(Notes, channel);
  const call = account.call.bind(account, "hawser", where);

  await call("get, unary", async () => (await notes.get({ id: 7 }, { timeoutMs: 2_000 })).text, "splice the hawser");

  await call("get, trailing metadata", async () => (await notes.get({ id: 1n }).trailer).get("x-cost"), "3");

  await call(
    "get, a missing note",
    async () => {
      try {
        return await notes.get({ id: 99 });
      } catch (error) {
        if (RpcError.is(error) && error.code === Code.NotFound) return `NOT_FOUND: ${error.message}`;
        throw error;
      }
    },
    "NOT_FOUND: no note 99",
  );

  await call("watch, server stream", async () => {
    const texts: string[] = [];
    for await (const note of notes.watch({ id: 7 })) {
      texts.push(note.text);
      if (texts.length === 3) break; // cancels the stream
    }
    return texts;
  }, ["version 1", "version 2", "version 3"]);

  await call(
    "upload, client stream",
    async () => (await notes.upload([{ text: "one" }, { text: "two" }, { text: "three" }])).count,
    3,
  );

  await call("chat, both at once", async () => {
    const chat = notes.chat();
    const answers: string[] = [];
    await chat.send({ text: "ahoy" });
    for await (const note of chat) {
      answers.push(note.text);
      if (answers.length === 1) await chat.send({ text: "make fast" });
      else chat.end();
    }
    return answers;
  }, ["AHOY", "MAKE FAST"]);

  await channel.close();
}
