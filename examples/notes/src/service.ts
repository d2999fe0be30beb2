import { Code, type Implementation, RpcError } from "hawser";
import type { Notes } from "./gen/notes/v1/notes.pb.js";

/** The notes there are. */
const texts = new Map([
  [1n, "buy rope"],
  [7n, "splice the hawser"],
]);

/** The service: a plain function for each method. */
export const notesService: Implementation<typeof Notes> = {
  get(request, call) {
    const text = texts.get(request.id);
    if (text === undefined) throw new RpcError(Code.NotFound, `no note ${request.id}`);
    call.trailer.set("x-cost", "3");
    return { id: request.id, text, at: new Date() };
  },

  async *watch(request, call) {
    for (let version = 1; !call.signal.aborted; version++) {
      yield { id: request.id, text: `version ${version}` };
      if (version === request.versions) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },

  async upload(notes) {
    let count = 0;
    for await (const _ of notes) count++;
    return { count };
  },

  async *chat(notes) {
    for await (const note of notes) yield { ...note, text: note.text.toUpperCase() };
  },
};
