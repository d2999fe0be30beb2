import { Code, type Implementation, RpcError } from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { create } from "hawser/protobuf";
import type { Chat } from "./gen/chat/v1/chat.pb.js";
import type { Rooms } from "./rooms.js";

const MAX_NAME = 40;
const MAX_TEXT = 2_000;

/** The chat, over these rooms. */
export function chatService(rooms: Rooms): Implementation<typeof Chat> {
  return {
    async *join(requests, call) {
      const incoming = requests[Symbol.asyncIterator]();
      const first = await incoming.next();
      const what = first.done ? undefined : first.value.what;
      if (what?.case !== "enter") throw invalid("enter", "the first request must say who joins which room");
      const { room, who } = what.value;
      checkName("room", room);
      checkName("who", who);
      const member = rooms.join(room, who);
      // The room is entered: who waits for that need not wait for somebody's words.
      call.sendHeader();
      call.signal.addEventListener("abort", () => member.messages.close());
      const listen = async () => {
        for (let next = await incoming.next(); !next.done; next = await incoming.next()) {
          const { what: said } = next.value;
          if (said?.case !== "text") throw invalid("text", "is missing: one enters a room once");
          checkText(said.value);
          rooms.say(room, who, said.value);
        }
      };
      // Who ends their requests leaves the room.
      listen().then(
        () => member.messages.close(),
        (error) => member.messages.close(error),
      );
      try {
        yield* member.messages;
      } finally {
        rooms.leave(room, member);
      }
    },

    async *watchRoom({ room }, call) {
      checkName("room", room);
      const watcher = rooms.watch(room);
      call.signal.addEventListener("abort", () => watcher.close());
      try {
        yield* watcher;
      } finally {
        rooms.unwatch(room, watcher);
      }
    },

    listMessages({ room, after }) {
      checkName("room", room);
      return { messages: rooms.history(room, after) };
    },

    say({ room, who, text }) {
      checkName("room", room);
      checkName("who", who);
      checkText(text);
      return rooms.say(room, who, text);
    },

    listRooms: () => ({ rooms: rooms.list() }),
  };
}

function checkName(field: string, name: string): void {
  if (name.trim() === "") throw invalid(field, "is empty");
  if (name.length > MAX_NAME) throw invalid(field, `has ${name.length} characters; at most ${MAX_NAME} are allowed`);
}

function checkText(text: string): void {
  if (text.trim() === "") throw invalid("text", "is empty");
  if (text.length > MAX_TEXT) throw invalid("text", `has ${text.length} characters; at most ${MAX_TEXT} are allowed`);
}

/** An error that names the field, for people and for programs. */
function invalid(field: string, description: string): RpcError {
  const details = [create(BadRequest, { fieldViolations: [{ field, description }] })];
  return new RpcError(Code.InvalidArgument, `${field} ${description}`, { details });
}
