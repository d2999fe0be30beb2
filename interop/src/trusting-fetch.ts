import { Agent, request } from "node:https";
import { Readable } from "node:stream";

/** `fetch` over TLS that trusts `ca`; Node's own can't be told. Requests are sent whole. */
export function trustingFetch(ca: string): typeof fetch {
  const agent = new Agent({ ca, keepAlive: true });
  return async (input, init) => {
    const asked = new Request(input, init);
    const body = Buffer.from(await asked.arrayBuffer());
    const headers = Object.fromEntries(asked.headers);
    return new Promise((resolve, reject) => {
      const sent = request(asked.url, { method: asked.method, agent, headers, signal: asked.signal }, (response) => {
        const { statusCode = 0, rawHeaders } = response;
        const fields = new Headers();
        for (let i = 0; i < rawHeaders.length; i += 2) fields.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
        resolve(new Response(Readable.toWeb(response) as ReadableStream, { status: statusCode, headers: fields }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  };
}
