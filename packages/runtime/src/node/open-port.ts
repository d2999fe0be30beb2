import { connect, type Server as NetServer } from "node:net";
import { splitHostPort } from "../client/target.js";
import { builtin } from "./builtin.js";

/**
 * Lets `server` listen on an address as `listen` of a server takes it: `127.0.0.1:8080`, `:8080`, `unix:/run/app.sock`,
 * or `fd:3`, a descriptor that listens already, as systemd hands it over (sd_listen_fds(3): they begin at 3).
 *
 * @throws Error that names the address and the cause; TypeError if it is no address
 */
export async function openPort(server: NetServer, address: string, backlog: number | undefined): Promise<void> {
  const path = unixPath(address);
  if (path !== undefined) await removeStaleSocket(path);
  const where = path === undefined ? boundTo(address) : { path };
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => {
      reject(new Error(`can't listen on ${address}: ${error.message}`, { cause: error }));
    };
    server.once("error", onError);
    server.listen({ ...where, ...(backlog === undefined ? {} : { backlog }) }, () => {
      server.removeListener("error", onError);
      resolve();
    });
  });
}

/** The path of a `unix:` address. */
export function unixPath(address: string): string | undefined {
  return typeof address === "string" && address.startsWith("unix:") ? address.replace(/^unix:(\/\/)?/, "") : undefined;
}

/** What something that listens is bound to. @param path of a unix socket, which can't tell it itself */
export function boundAddress(
  source: { address(): { readonly address: string; readonly port: number } | string | null },
  path: string | undefined,
): { readonly address: string; readonly port: number } {
  if (path !== undefined) return { address: `unix:${path}`, port: 0 };
  const bound = source.address();
  if (typeof bound === "object" && bound !== null) return { address: bound.address, port: bound.port };
  return { address: bound ?? "", port: 0 };
}

function boundTo(address: string): { host?: string; port: number } | { fd: number } {
  const fd = /^fd:(\d{1,9})$/.exec(address);
  return fd === null ? tcpAddress(address) : { fd: Number(fd[1]) };
}

function tcpAddress(address: string): { host?: string; port: number } {
  if (typeof address !== "string" || address === "") {
    throw new TypeError(
      `listen takes an address as "127.0.0.1:8080", ":8080" or "unix:/run/app.sock", not ${String(address)}`,
    );
  }
  const bare = /^:?(\d+)$/.exec(address);
  if (bare !== null) return { port: splitHostPort(address, `h:${bare[1]}`).port };
  if (!/:\d+$/.test(address))
    throw new TypeError(`the address "${address}" has no port: write "${address}:0" for a free one`);
  return splitHostPort(address, address);
}

/** A socket file that nobody listens on is left from a process that died; one that somebody does is in use. */
function removeStaleSocket(path: string): Promise<void> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    probe.once("connect", () => {
      probe.destroy();
      resolve();
    });
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") {
        try {
          builtin.fs.unlinkSync(path);
        } catch {
          // listen() will say what is wrong.
        }
      }
      resolve();
    });
  });
}
