import { createServer, shutdownOnSignal } from "hawser";
import { addOpenApi, addReflection } from "hawser/services";
import pc from "picocolors";
import { chatService } from "./chat-service.js";
import { Chat } from "./gen/chat/v1/chat.pb.js";
import { Page } from "./gen/chat/v1/page.pb.js";
import { pageService } from "./page-service.js";
import { Rooms } from "./rooms.js";

/** Serves the chat on one port: gRPC, gRPC-Web, Connect, WebSockets, REST, the page and its OpenAPI document. */
export async function serveChat(port: number): Promise<void> {
  const server = createServer()
    .add(Chat, chatService(new Rooms()))
    .add(Page, await pageService());
  addReflection(server);
  addOpenApi(server, { title: "Chat", services: ["chat.v1.Chat"] });
  const open = await server.listen(`127.0.0.1:${port}`).catch((error: Error) => {
    console.error(`${error.message}\nIs there a chat already? Another port: npm run example:chat -- --port 8081`);
    process.exit(1);
  });
  const at = `http://127.0.0.1:${open.port}`;
  console.log(`${pc.bold("Chat")} on ${pc.cyan(at)}

  a page       ${pc.cyan(`${at}/chat`)}
  a terminal   npm run example:chat -- join lobby --as Ann${open.port === 8080 ? "" : ` --port ${open.port}`}
  REST         curl ${at}/v1/rooms/lobby/messages
               curl -d '{"who":"curl","text":"hi"}' -H 'content-type: application/json' ${at}/v1/rooms/lobby/messages
               curl -N -H 'accept: text/event-stream' ${at}/v1/rooms/lobby/presence
  OpenAPI      ${pc.cyan(`${at}/openapi`)}
  gRPC         hawser call 127.0.0.1:${open.port} chat.v1.Chat/ListRooms
`);
  shutdownOnSignal(server, { graceMs: 500 });
}
