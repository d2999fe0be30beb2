import type { HttpFields } from "hawser/http2";
import type { HttpHead, HttpSink, HttpStream } from "./engine.js";
import { respond } from "./responder.js";

/** What the page found. */
export interface Report {
  /** What the browser says the answers came by: `h2`. */
  readonly protocols: readonly string[];
  /** Of the parallel fetches, how many gave what they should. */
  readonly fetched: number;
  /** How many bytes of the POST came back as they went. */
  readonly echoed: number;
  /** The length of the large download. */
  readonly downloaded: number;
  /** How many of the fetches that were aborted said so, and what one after them gave. */
  readonly aborted: number;
  readonly after: number;
  readonly error?: string;
}

/** How much of each the page asks for. */
export const FETCHES = 200;
export const BODY_BYTES = 1_000_000;
export const DOWNLOAD_BYTES = 30_000_000;
export const ABORTS = 20;

const PAGE = `<!doctype html><title>page</title><script>
(async () => {
  const report = { protocols: [], fetched: 0, echoed: 0, downloaded: 0, aborted: 0, after: 0 };
  try {
    const sizes = await Promise.all(Array.from({ length: ${FETCHES} }, async (_, i) => {
      const response = await fetch("/bytes/" + (1000 + i));
      return (await response.arrayBuffer()).byteLength === 1000 + i;
    }));
    report.fetched = sizes.filter(Boolean).length;
    const body = new Uint8Array(${BODY_BYTES}).map((_, i) => i * 31);
    const back = new Uint8Array(await (await fetch("/echo", { method: "POST", body })).arrayBuffer());
    report.echoed = back.length === body.length && back.every((octet, i) => octet === body[i]) ? back.length : -1;
    report.downloaded = (await (await fetch("/bytes/${DOWNLOAD_BYTES}")).arrayBuffer()).byteLength;
    await Promise.all(Array.from({ length: ${ABORTS} }, async () => {
      const controller = new AbortController();
      const response = await fetch("/bytes/${DOWNLOAD_BYTES}", { signal: controller.signal });
      controller.abort();
      await response.arrayBuffer().catch(() => report.aborted++);
    }));
    report.after = (await fetch("/bytes/7")).status;
    report.protocols = [...new Set(performance.getEntriesByType("resource").map((entry) => entry.nextHopProtocol))];
  } catch (error) {
    report.error = String(error);
  }
  await fetch("/report", { method: "POST", body: JSON.stringify(report) });
})();
</script>`;

/** The responder, and beside it `/page`, which measures, and `/report`, which hears what it found. */
export function servePage(onReport: (report: Report) => void) {
  return (stream: HttpStream & { sink: HttpSink }, head: HttpHead, endStream: boolean): void => {
    if (head.path === "/page") {
      stream.sink = IGNORE;
      stream.sendHead(PAGE_HEAD, undefined, false);
      stream.sendData(new TextEncoder().encode(PAGE), true);
    } else if (head.path === "/report") {
      stream.sink = new ReportSink(stream, onReport);
    } else {
      respond(stream, head, endStream);
    }
  };
}

const IGNORE: HttpSink = { onHead() {}, onData() {}, onTrailers() {}, onFailure() {}, onWritable() {} };

const PAGE_HEAD: HttpFields = [
  { name: ":status", value: "200" },
  { name: "content-type", value: "text/html; charset=utf-8" },
];

class ReportSink implements HttpSink {
  readonly #stream: HttpStream;
  readonly #onReport: (report: Report) => void;
  #text = "";

  constructor(stream: HttpStream, onReport: (report: Report) => void) {
    this.#stream = stream;
    this.#onReport = onReport;
  }

  onHead(): void {}

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.#text += Buffer.from(bytes.subarray(start, end)).toString("latin1");
    this.#stream.consume(end - start);
    if (!endStream) return;
    this.#stream.sendHead([{ name: ":status", value: "204" }], undefined, true);
    this.#onReport(JSON.parse(this.#text) as Report);
  }

  onTrailers(): void {}
  onFailure(): void {}
  onWritable(): void {}
}
