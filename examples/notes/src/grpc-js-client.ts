import { credentials, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Account, Where } from "./account.js";

interface Note {
  readonly text: string;
}

/** The same calls, with @grpc/grpc-js as the client: what is on the wire is gRPC, whoever calls. */
export async function callWithGrpcJs(account: Account, where: Where): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: the package gives no types for what it loads
  const definition = loadPackageDefinition(loadSync(where.proto, { longs: Number, defaults: true })) as any;
  const Notes = definition.notes.v1.Notes as ServiceClientConstructor;
  const trust = where.ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(where.ca));
  const notes = new Notes(where.target, trust);
  const call = account.call.bind(account, "grpc-js", where);

  await call(
    "get, unary",
    () =>
      new Promise((resolve, reject) =>
        notes.get!(
          { id: 7 },
          settle(resolve, reject, (note: Note) => note.text),
        ),
      ),
    "splice the hawser",
  );

  await call(
    "get, a missing note",
    () =>
      new Promise((resolve) =>
        notes.get!({ id: 99 }, (error: { code: number; details: string }) =>
          resolve(`${error.code}: ${error.details}`),
        ),
      ),
    "5: no note 99",
  );

  await call("watch, server stream", async () => {
    const texts: string[] = [];
    for await (const note of notes.watch!({ id: 7, versions: 3 })) texts.push((note as Note).text);
    return texts;
  }, ["version 1", "version 2", "version 3"]);

  await call(
    "upload, client stream",
    () =>
      new Promise((resolve, reject) => {
        const upload = notes.upload!(settle(resolve, reject, (reply: { count: number }) => reply.count));
        for (const text of ["one", "two", "three"]) upload.write({ text });
        upload.end();
      }),
    3,
  );

  await call("chat, both at once", async () => {
    const chat = notes.chat!();
    const answers: string[] = [];
    chat.write({ text: "ahoy" });
    for await (const note of chat) {
      answers.push((note as Note).text);
      if (answers.length === 1) chat.write({ text: "make fast" });
      else chat.end();
    }
    return answers;
  }, ["AHOY", "MAKE FAST"]);

  notes.close();
}

/** A callback of the usual form that settles a promise. */
function settle<T>(resolve: (value: unknown) => void, reject: (error: Error) => void, pick: (reply: T) => unknown) {
  return (error: Error | null, reply: T): void => {
    if (error === null) resolve(pick(reply));
    else reject(error);
  };
}
