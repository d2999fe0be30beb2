import { randomBytes } from "node:crypto";
import { Code, type Implementation, RpcError, type ServerCall } from "hawser";
import type { Console, GetSchemaRequest, SchemaInit } from "./gen/hawser/console/v1/console.pb.js";
import { type PageFile, pageFile, pageFor } from "./page-files.js";

/**
 * Whether somebody may see the console: false, or an RpcError that is thrown, refuses. It is asked for the page's files and
 * for the schema. A browser asks for a name and a password if `call.header` is given `www-authenticate: Basic realm="console"`
 * and UNAUTHENTICATED is thrown.
 */
export type Authorize = (call: ServerCall) => boolean | Promise<boolean>;

/** Where the page is (console.proto, `GetPage`). */
export const CONSOLE_PATH = "/console";

/** Answers hawser.console.v1.Console. */
export function consoleService(
  authorize: Authorize | undefined,
  schema: (request: GetSchemaRequest, call: ServerCall) => SchemaInit | Promise<SchemaInit>,
): Implementation<typeof Console> {
  const admit = async (call: ServerCall): Promise<void> => {
    if (authorize === undefined || (await authorize(call))) return;
    throw new RpcError(Code.PermissionDenied, "this console is not for you: its server's `authorize` says no");
  };
  return {
    getPage: async ({ path }, call) => {
      // Also of what is refused: a browser is to keep none of it.
      for (const [name, value] of HEADERS) call.header.set(name, value);
      await admit(call);
      const nonce = randomBytes(16).toString("base64");
      const file = fileAt(path, nonce);
      if (file === undefined) throw new RpcError(Code.NotFound, "the console has no such file");
      call.header.set("content-security-policy", policyWith(nonce, call.authority));
      // The program is a megabyte as it is, a third of that compressed; who is far away would wait for it.
      call.useCompression("gzip");
      return file;
    },
    getSchema: async (request, call) => {
      await admit(call);
      return schema(request, call);
    },
  };
}

function fileAt(path: string, nonce: string): PageFile | undefined {
  try {
    return path === "" ? pageFor(`${CONSOLE_PATH}/`, nonce) : pageFile(path);
  } catch (error) {
    throw new RpcError(Code.Internal, "the console's page is not there: build it by `npm run build`", { cause: error });
  }
}

const HEADERS: readonly (readonly [string, string])[] = [
  ["cache-control", "no-store"],
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-opener-policy", "same-origin"],
];

/** The page runs nothing but its own scripts, asks nobody but its own server, and stands in no frame. */
function policyWith(nonce: string, authority: string): string {
  // Not every browser takes "self" for WebSockets as well (CSP 3 §6.7.2.8 has them do so, CSP 2 did not).
  const sockets = /^[\w.:[\]-]+$/.test(authority) ? ` ws://${authority} wss://${authority}` : "";
  return [
    "default-src 'none'",
    "script-src 'self'",
    // The editor makes its style as it runs.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${sockets}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
