import { Backoff } from "../client/backoff.js";
import type { CallCredentials } from "../client/call-credentials.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { builtin } from "./builtin.js";

/**
 * Credentials that are a JSON Web Token in a file, as Kubernetes keeps one fresh for its pods (gRFC A97). The file is read
 * when the first call needs it, and again before the token expires.
 */
export function jwtFile(path: string): CallCredentials {
  const source = new JwtFile(path);
  return () => source.metadata();
}

class JwtFile {
  readonly #path: string;
  readonly #backoff = new Backoff();
  #token: { readonly metadata: { readonly authorization: string }; readonly expiresMs: number } | undefined;
  #reading: Promise<void> | undefined;
  #failure: { readonly error: RpcError; readonly retryMs: number } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  metadata(): { readonly authorization: string } | Promise<{ readonly authorization: string }> {
    const leftMs = this.#token === undefined ? 0 : this.#token.expiresMs - Date.now();
    if (this.#token !== undefined && leftMs > UNUSABLE_MS) {
      // Soon to expire: read it anew, in the background.
      if (leftMs <= REFRESH_MS && !this.#blocked) this.#read();
      return this.#token.metadata;
    }
    return this.#fresh();
  }

  get #blocked(): boolean {
    return this.#failure !== undefined && Date.now() < this.#failure.retryMs;
  }

  async #fresh(): Promise<{ readonly authorization: string }> {
    if (this.#blocked) throw this.#failure?.error;
    await this.#read();
    if (this.#failure !== undefined || this.#token === undefined) throw this.#failure?.error;
    return this.#token.metadata;
  }

  #read(): Promise<void> {
    this.#reading ??= this.#load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #load(): Promise<void> {
    try {
      const token = (await readToken(this.#path)).trim();
      const expiresMs = expiryOf(token, this.#path);
      if (expiresMs - Date.now() <= UNUSABLE_MS) {
        throw new RpcError(Code.Unauthenticated, `the token in ${this.#path} has expired`);
      }
      this.#token = { metadata: { authorization: `Bearer ${token}` }, expiresMs };
      this.#failure = undefined;
      this.#backoff.reset();
    } catch (error) {
      const failure = RpcError.is(error) ? error : new RpcError(Code.Unauthenticated, String(error));
      this.#failure = { error: failure, retryMs: Date.now() + this.#backoff.next() };
    }
  }
}

async function readToken(path: string): Promise<string> {
  try {
    return await builtin.files.readFile(path, "utf8");
  } catch (error) {
    throw new RpcError(Code.Unavailable, `the token file ${path} can't be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** The claim `exp` (RFC 7519 §4.1.4); the server checks the rest. */
function expiryOf(token: string, path: string): number {
  try {
    const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1] ?? "";
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { exp?: unknown };
    if (typeof exp === "number" && Number.isFinite(exp)) return exp * 1_000;
  } catch {
    // What it is not is said below; the text itself is a secret.
  }
  throw new RpcError(Code.Unauthenticated, `the file ${path} holds no JSON Web Token with an expiry`);
}

/** 30 s before it expires a token is not sent any more, 60 s before it is read anew (gRFC A97). */
const UNUSABLE_MS = 30_000;
const REFRESH_MS = 60_000;
