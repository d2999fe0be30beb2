/** The page: rooms on the left, words in the middle, people on the right. */
import { createChannel, createClient, type RpcError } from "hawser/web";
import { toDate } from "hawser/wkt";
import { Chat, type Message } from "../gen/chat/v1/chat.pb.js";
import { byId, face, make } from "./element.js";
import { RoomSession } from "./room-session.js";

const client = createClient(Chat, createChannel(location.origin));
const parameters = new URLSearchParams(location.search);
const whoInput = byId<HTMLInputElement>("who");
const textInput = byId<HTMLTextAreaElement>("text");
const messageList = byId<HTMLOListElement>("messages");
const errorLine = byId("error");
const statusLine = byId("status");

/** Rooms that are always offered. */
const OFFERED = ["lobby", "engine room", "galley"];

let room = parameters.get("room") ?? "lobby";
let who = parameters.get("who") ?? localStorage.getItem("who") ?? `guest-${Math.floor(Math.random() * 1000)}`;
let session: RoomSession | undefined;

function showMessage({ who: speaker, text, at }: Message): void {
  const time = at === undefined ? "" : toDate(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const bubble = make("div", "bubble", make("span", "by", `${speaker} · ${time}`), text);
  const isNear = messageList.scrollHeight - messageList.scrollTop - messageList.clientHeight < 80;
  messageList.append(make("li", speaker === who ? "own" : "", face(speaker), bubble));
  // Who reads further up is left in peace.
  if (isNear) messageList.scrollTop = messageList.scrollHeight;
}

function showPeople(people: readonly string[]): void {
  byId("people").replaceChildren(...people.map((each) => make("li", "", face(each), make("span", "", each))));
}

function showConnected(connected: boolean): void {
  statusLine.textContent = connected ? `in ${room}` : "the server is away: coming back …";
  statusLine.className = connected ? "on" : "";
}

function showError(error: RpcError | undefined): void {
  errorLine.hidden = error === undefined;
  errorLine.textContent = error?.message ?? "";
}

async function showRooms(): Promise<void> {
  const known = await client.listRooms({}).then(
    ({ rooms }) => rooms.map(({ name }) => name),
    () => [],
  );
  const names = [...new Set([...OFFERED, ...known, room])];
  byId("rooms").replaceChildren(
    ...names.map((name) => {
      const button = make("button", "", `# ${name}`);
      if (name === room) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => enter(name));
      return make("li", "", button);
    }),
  );
}

function enter(name: string): void {
  session?.leave();
  room = name;
  messageList.replaceChildren();
  showPeople([]);
  showError(undefined);
  statusLine.textContent = "connecting …";
  statusLine.className = "";
  session = new RoomSession(client, room, who, {
    onMessage: showMessage,
    onPeople(people) {
      showPeople(people);
      void showRooms();
    },
    onConnected: showConnected,
    onError: showError,
  });
  void showRooms();
}

async function say(): Promise<void> {
  const text = textInput.value;
  if (text.trim() === "") return;
  showError(undefined);
  textInput.value = "";
  try {
    await session?.say(text);
  } catch (error) {
    // Not lost: it stands where it was typed.
    if (textInput.value === "") textInput.value = text;
    showError(error as RpcError);
  }
}

byId("say").addEventListener("submit", (event) => {
  event.preventDefault();
  void say();
});
textInput.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void say();
});
byId("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId<HTMLInputElement>("room");
  if (input.value.trim() !== "") enter(input.value.trim());
  input.value = "";
});
byId("me").addEventListener("submit", (event) => event.preventDefault());
whoInput.addEventListener("change", () => {
  if (whoInput.value.trim() === "") whoInput.value = who;
  if (whoInput.value === who) return;
  who = whoInput.value;
  localStorage.setItem("who", who);
  enter(room);
});

whoInput.value = who;
enter(room);
