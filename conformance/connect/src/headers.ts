import type { Metadata } from "hawser";
import type { Header, HeaderInit } from "./gen/connectrpc/conformance/v1/service.pb.js";

/** The suite's form of metadata: text, and for `-bin` keys base64 without padding. */
export function headersOf(metadata: Metadata): HeaderInit[] {
  const headers = new Map<string, string[]>();
  for (const [key, value] of metadata) {
    const values = headers.get(key) ?? [];
    headers.set(key, values);
    values.push(typeof value === "string" ? value : Buffer.from(value).toString("base64").replace(/=+$/, ""));
  }
  return [...headers].map(([name, value]) => ({ name, value }));
}

/** Adds what the suite asks for. */
export function appendHeaders(metadata: Metadata, headers: readonly Header[]): void {
  for (const { name, value } of headers) {
    for (const each of value) metadata.append(name, name.endsWith("-bin") ? Buffer.from(each, "base64") : each);
  }
}
