/** A server with the methods of library.proto: most say what they were asked. */
import { Code, createServer, type NodeServer, RpcError, type ServerOptions } from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { create, toJsonString } from "hawser/protobuf";
import { type Book, Library, ListBooksRequest, UpdateBookRequest } from "./gen/library/v1/library.pb.js";

/** What has run, by name: who must not set anything in motion is seen here. */
export const handled: string[] = [];

export function libraryServer(options: ServerOptions = {}): NodeServer {
  return addLibrary(createServer({ onError() {}, ...options }));
}

/** Adds the service. */
export function addLibrary<S extends Pick<NodeServer, "add">>(server: S): S {
  server.add(Library, {
    getBook(request, call) {
      handled.push("getBook");
      if (request.name.endsWith("missing")) {
        const details = [create(BadRequest, { fieldViolations: [{ field: "name", description: "unknown" }] })];
        call.trailer.set("x-why", "gone");
        throw new RpcError(Code.NotFound, "kein Bändchen 東京", { details });
      }
      call.header.set("x-shelf", "7");
      return { name: request.name, title: request.note, pages: 9_007_199_254_740_993n, genre: 1 };
    },
    listBooks: (request) => ({
      books: request.tag.includes("none") ? [] : [{ title: toJsonString(ListBooksRequest, request) }],
      request: "not to be seen",
    }),
    createBook: ({ shelf, book, requestId }) => ({ ...book, name: `${shelf}|${book?.name}|${requestId}` }),
    updateBook: (request) => ({ title: toJsonString(UpdateBookRequest, request) }),
    deleteBook({ name }) {
      handled.push("deleteBook");
      return { name };
    },
    lendBook: ({ name, note }) => ({ name, title: `lent: ${note}` }),
    headBook: ({ name }) => ({ name }),
    cover: () => ({ contentType: "image/x-test", data: new Uint8Array([0, 255, 128]) }),
    setCover: ({ name, image }) => ({ name, title: `${image?.contentType} ${image?.data.join()}` }),
    async *watchBooks({ pageSize }): AsyncGenerator<Partial<Book>> {
      for (let i = 0; i < Math.abs(pageSize); i++) yield { name: `b${i}` };
      if (pageSize < 0) throw new RpcError(Code.Aborted, "no more");
    },
    async *pages() {
      yield { contentType: "text/x-pages", data: new TextEncoder().encode("one ") };
      yield { data: new TextEncoder().encode("two") };
    },
    upload: async (books) => {
      for await (const _ of books);
      return {};
    },
  });
  return server;
}
