import { create } from "hawser/protobuf";
import { Message, Room } from "./gen/chat/v1/chat.pb.js";
import { Mailbox } from "./mailbox.js";

/** What is kept of each room. */
const MAX_HISTORY = 200;

/** Rooms that are kept: those beyond are forgotten when nobody is in them, the one that was silent longest first. */
const MAX_ROOMS = 100;

/** One who is in a room. */
export interface Member {
  readonly who: string;
  /** What is said in the room from now on. */
  readonly messages: Mailbox<Message>;
}

class ChatRoom {
  readonly name: string;
  readonly history: Message[] = [];
  readonly members = new Set<Member>();
  readonly watchers = new Set<Mailbox<Room>>();
  /** Begins with the time, so that ids grow also over a restart, and a page knows what it has seen. */
  #lastId = BigInt(Date.now());

  constructor(name: string) {
    this.name = name;
  }

  get isEmpty(): boolean {
    return this.members.size === 0 && this.watchers.size === 0;
  }

  say(who: string, text: string): Message {
    this.#lastId++;
    const message = create(Message, { id: this.#lastId, room: this.name, who, text, at: new Date() });
    this.history.push(message);
    if (this.history.length > MAX_HISTORY) this.history.shift();
    for (const { messages } of this.members) messages.put(message);
    return message;
  }

  describe(): Room {
    return create(Room, { name: this.name, people: [...this.members].map(({ who }) => who) });
  }

  tellWatchers(): void {
    for (const watcher of this.watchers) watcher.put(this.describe());
  }
}

/** All rooms of a server, in memory. */
export class Rooms {
  readonly #rooms = new Map<string, ChatRoom>();

  /** @returns the member, who stays until {@link Rooms.leave} */
  join(room: string, who: string): Member {
    const member = { who, messages: new Mailbox<Message>() };
    const found = this.#room(room);
    found.members.add(member);
    found.tellWatchers();
    return member;
  }

  leave(room: string, member: Member): void {
    const found = this.#rooms.get(room);
    member.messages.close();
    if (found?.members.delete(member)) found.tellWatchers();
  }

  say(room: string, who: string, text: string): Message {
    return this.#room(room).say(who, text);
  }

  /** Who is in the room, at once and with every change. */
  watch(room: string): Mailbox<Room> {
    const watcher = new Mailbox<Room>();
    const found = this.#room(room);
    found.watchers.add(watcher);
    watcher.put(found.describe());
    return watcher;
  }

  unwatch(room: string, watcher: Mailbox<Room>): void {
    watcher.close();
    this.#rooms.get(room)?.watchers.delete(watcher);
  }

  history(room: string, after: bigint): Message[] {
    return this.#rooms.get(room)?.history.filter(({ id }) => id > after) ?? [];
  }

  list(): Room[] {
    return [...this.#rooms.values()].map((room) => room.describe());
  }

  #room(name: string): ChatRoom {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      if (this.#rooms.size >= MAX_ROOMS) {
        const silent = [...this.#rooms.values()].find(({ isEmpty }) => isEmpty);
        if (silent !== undefined) this.#rooms.delete(silent.name);
      }
      room = new ChatRoom(name);
    } else {
      // The map's order is that of the last use.
      this.#rooms.delete(name);
    }
    this.#rooms.set(name, room);
    return room;
  }
}
