import type { ClientRequest, IncomingMessage } from "node:http";
import { join } from "node:path";
import { builtin } from "../builtin.js";
import { DEFAULT_CREDENTIALS_DIRECTORY, type KubernetesOptions } from "./kubernetes-options.js";

/** The API server's answer was no success. */
export class ApiServerError extends Error {
  override readonly name = "ApiServerError";
  /** The HTTP status, or the `code` of a Status object. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Hears of an answer. One of `onEnd` and `onError` comes last, once. */
export interface AnswerListener {
  onLine(line: string): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** Requests to the API server of Kubernetes over HTTP/1.1. */
export class ApiServer {
  readonly #options: KubernetesOptions;

  constructor(options: KubernetesOptions) {
    this.#options = options;
  }

  /** The namespace of the pod that this runs in. */
  async ownNamespace(): Promise<string> {
    return (await this.#credential("namespace")).trim();
  }

  /**
   * Asks for `path` and gives the answer line by line. It is given up when nothing has come for `silenceMs`.
   *
   * @returns what gives it up; the listener hears nothing more then
   */
  get(path: string, silenceMs: number, listener: AnswerListener): () => void {
    let request: ClientRequest | undefined;
    let over = false;
    const end = (tell: () => void) => {
      if (over) return;
      over = true;
      request?.on("error", () => {});
      request?.destroy();
      tell();
    };
    const fail = (error: Error) => end(() => listener.onError(error));
    this.#open(path).then(
      (opened) => {
        request = opened;
        if (over) {
          opened.on("error", () => {});
          opened.destroy();
          return;
        }
        // What keeps the process alive is the call that waits, not this.
        opened.on("socket", (socket) => socket.unref());
        opened.setTimeout(silenceMs, () => fail(new Error(`the API server has been silent for ${silenceMs} ms`)));
        opened.on("error", fail);
        opened.on("response", (response) => readAnswer(response, () => over, listener, end, fail));
      },
      (error: unknown) => fail(error as Error),
    );
    return () => end(() => {});
  }

  async #open(path: string): Promise<ClientRequest> {
    const base = this.#base();
    const url = new URL(path, base);
    const headers = { accept: "application/json" };
    // A connection of its own, without keep-alive: a list and a watch for each channel are all there is.
    if (url.protocol === "http:") return builtin.http.get(url, { agent: false, headers });
    const [token, ca] = await Promise.all([this.#credential("token"), this.#credential("ca.crt")]);
    return builtin.https.get(url, {
      agent: false,
      ca,
      headers: { ...headers, authorization: `Bearer ${token.trim()}` },
    });
  }

  #base(): string {
    if (this.#options.apiServer !== undefined) return this.#options.apiServer;
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
    if (!host) {
      throw new Error(
        "this is no pod of Kubernetes (KUBERNETES_SERVICE_HOST is not set): give the channel kubernetes.apiServer",
      );
    }
    return `https://${host.includes(":") ? `[${host}]` : host}:${port || "443"}`;
  }

  async #credential(name: string): Promise<string> {
    const path = join(this.#options.credentialsDirectory ?? DEFAULT_CREDENTIALS_DIRECTORY, name);
    try {
      return await builtin.files.readFile(path, "utf8");
    } catch (error) {
      throw new Error(`the service account's ${name} can't be read: ${(error as Error).message}`, { cause: error });
    }
  }
}

function readAnswer(
  response: IncomingMessage,
  isOver: () => boolean,
  listener: AnswerListener,
  end: (tell: () => void) => void,
  fail: (error: Error) => void,
): void {
  const { statusCode = 0 } = response;
  response.setEncoding("utf8");
  let rest = "";
  response.on("data", (chunk: string) => {
    rest += chunk;
    if (rest.length > MAX_LINE_CHARS)
      return fail(new Error(`the API server sent a line of over ${MAX_LINE_CHARS} characters`));
    if (statusCode !== 200 || !chunk.includes("\n")) return;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "" && !isOver()) listener.onLine(line);
  });
  response.on("end", () => {
    if (statusCode !== 200) return fail(new ApiServerError(describeRefusal(statusCode, rest), statusCode));
    if (rest.trim() !== "" && !isOver()) listener.onLine(rest);
    end(() => listener.onEnd());
  });
  response.on("error", fail);
}

function describeRefusal(status: number, body: string): string {
  let message = "";
  try {
    const parsed = JSON.parse(body) as { readonly message?: unknown } | null;
    if (typeof parsed?.message === "string") message = `: ${parsed.message.slice(0, 500)}`;
  } catch {
    // The status alone has to do.
  }
  const hint =
    status === 401 || status === 403
      ? " (the service account needs the verbs list and watch on endpointslices in discovery.k8s.io)"
      : "";
  return `the API server answered ${status}${message}${hint}`;
}

/** 16 MiB: lists come in pages of 500 slices of up to 100 endpoints. */
const MAX_LINE_CHARS: number = 16 * 1024 * 1024;
