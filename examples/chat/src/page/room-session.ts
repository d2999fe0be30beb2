import type { Client } from "hawser/web";
import { Code, RpcError as Errors, type RpcError } from "hawser/web";
import type { Chat, Message } from "../gen/chat/v1/chat.pb.js";

/** What a session tells the page. */
export interface SessionListener {
  onMessage(message: Message): void;
  onPeople(people: readonly string[]): void;
  /** True when words go to and fro; false while the server is away. */
  onConnected(connected: boolean): void;
  /** The server has said no. */
  onError(error: RpcError): void;
}

/** The wait before the page comes back, doubled each time. */
const FIRST_WAIT_MS = 250;
const MAX_WAIT_MS = 5_000;

/** Being in a room: a bidi call for words, a server stream for people, a unary call for what was said before. */
export class RoomSession {
  readonly #client: Client<typeof Chat>;
  readonly #room: string;
  readonly #who: string;
  readonly #listener: SessionListener;
  readonly #over = new AbortController();
  #talk: ReturnType<Client<typeof Chat>["join"]> | undefined;
  #lastId = 0n;

  constructor(client: Client<typeof Chat>, room: string, who: string, listener: SessionListener) {
    this.#client = client;
    this.#room = room;
    this.#who = who;
    this.#listener = listener;
    void this.#again(() => this.#talkOnce());
    void this.#again(() => this.#watchOnce());
  }

  /** @throws RpcError if it could not be sent */
  async say(text: string): Promise<void> {
    if (this.#talk === undefined) throw new Errors(Code.Unavailable, "the server is away; your words are kept here");
    await this.#talk.send({ what: { case: "text", value: text } });
  }

  leave(): void {
    this.#over.abort();
  }

  async #talkOnce(): Promise<void> {
    const { signal } = this.#over;
    const talk = this.#client.join(undefined, { signal });
    try {
      await talk.send({ what: { case: "enter", value: { room: this.#room, who: this.#who } } });
      // The response has begun: the room was entered, and nothing that is said from here on is missed.
      await Promise.race([talk.header, talk.trailer]);
      const { messages } = await this.#client.listMessages({ room: this.#room, after: this.#lastId }, { signal });
      for (const message of messages) this.#onMessage(message);
      this.#talk = talk;
      this.#listener.onConnected(true);
      for await (const message of talk) this.#onMessage(message);
    } finally {
      this.#talk = undefined;
      talk.cancel();
      if (!signal.aborted) this.#listener.onConnected(false);
    }
  }

  async #watchOnce(): Promise<void> {
    for await (const { people } of this.#client.watchRoom({ room: this.#room }, { signal: this.#over.signal }))
      this.#listener.onPeople(people);
  }

  /** What was said while one entered may come twice: as history, and as it is said. */
  #onMessage(message: Message): void {
    if (message.id <= this.#lastId) return;
    this.#lastId = message.id;
    this.#listener.onMessage(message);
  }

  /** Calls again when the call has ended, until the room is left. */
  async #again(once: () => Promise<void>): Promise<void> {
    let waitMs = FIRST_WAIT_MS;
    while (!this.#over.signal.aborted) {
      const from = performance.now();
      try {
        await once();
      } catch (error) {
        if (this.#over.signal.aborted) return;
        if (!Errors.is(error)) throw error;
        if (error.code !== Code.Unavailable) this.#listener.onError(error);
      }
      // A call that went on for a while was a good one.
      waitMs = performance.now() - from > MAX_WAIT_MS ? FIRST_WAIT_MS : Math.min(2 * waitMs, MAX_WAIT_MS);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
