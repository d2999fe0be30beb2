import { compile } from "@hawser/compiler";
import { Code, createServer, type ListenOptions, type NodeServer, RpcError, type ServerCall } from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { create, createDynamicTypes, type DynamicTypes } from "hawser/protobuf";
import { addReflection } from "hawser/services";

/** What the server of the tests and of the examples in the help serves. */
export const NOTES_PROTO = `syntax = "proto3";

package notes.v1;

import "google/protobuf/timestamp.proto";

// Keeps notes.
service Notes {
  // Gives one note.
  rpc Get(GetRequest) returns (Note);
  // Gives a note again and again.
  rpc Watch(GetRequest) returns (stream Note);
  rpc Upload(stream Note) returns (UploadReply);
  rpc Chat(stream Note) returns (stream Note);
}

message GetRequest {
  int64 id = 1;
  int32 times = 2;
}

message Note {
  int64 id = 1; // never 0
  // What it says.
  string text = 2;
  State state = 3;
  map<string, string> labels = 4;
  google.protobuf.Timestamp at = 5;
}

message UploadReply {
  int32 count = 1;
}

enum State {
  STATE_UNSPECIFIED = 0;
  STATE_DRAFT = 1;
  STATE_DONE = 2;
}
`;

const FILE = "notes/v1/notes.proto";

interface Request {
  readonly id: bigint;
  readonly times: number;
}
interface Note {
  readonly id: bigint;
  readonly text: string;
}

/** A server of notes on a free port of the loopback, until it is disposed of. */
export class NotesServer {
  readonly target: string;
  readonly #server: NodeServer;

  private constructor(server: NodeServer, port: number) {
    this.#server = server;
    this.target = `127.0.0.1:${port}`;
  }

  /**
   * @param options.reflection default true
   * @param options.methods in the place of some of its own
   */
  static async start(
    options: { reflection?: boolean; tls?: ListenOptions["tls"]; methods?: object } = {},
  ): Promise<NotesServer> {
    const types = notesTypes();
    const server = createServer().add(types.service("notes.v1.Notes")!, {
      ...IMPLEMENTATION,
      ...options.methods,
    } as never);
    if (options.reflection !== false) addReflection(server);
    const { port } = await server.listen("127.0.0.1:0", options.tls === undefined ? {} : { tls: options.tls });
    return new NotesServer(server, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown({ graceMs: 0 });
  }
}

/** Types of a schema of one file, which is that of the server of notes unless another is given. */
export function notesTypes(proto: string = NOTES_PROTO): DynamicTypes {
  const { files } = compile({ files: [FILE], read: (name) => (name === FILE ? proto : undefined) });
  return createDynamicTypes(files);
}

const IMPLEMENTATION = {
  get({ id }: Request, call: ServerCall) {
    if (id < 0n) {
      const violations = create(BadRequest, { fieldViolations: [{ field: "id", description: "below 0" }] });
      throw new RpcError(Code.InvalidArgument, "no such id", {
        details: [violations],
        metadata: { "x-hint": "positive" },
      });
    }
    if (id === 0n) throw new RpcError(Code.NotFound, "no note 0");
    const key = call.metadata.get("x-key");
    if (key !== undefined) call.header.set("x-key-was", key);
    call.trailer.set("x-cost", "3");
    return { id, text: "splice the hawser", state: 2, labels: { topic: "rope" } };
  },
  async *watch({ id, times }: Request, call: ServerCall) {
    for (let i = 1; !call.signal.aborted; i++) {
      yield { id, text: `version ${i}` };
      if (i === times) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  async upload(notes: AsyncIterable<Note>) {
    let count = 0;
    for await (const _ of notes) count++;
    return { count };
  },
  async *chat(notes: AsyncIterable<Note>) {
    for await (const note of notes) yield { ...note, text: note.text.toUpperCase() };
  },
};
