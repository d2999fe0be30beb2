import { rememberLast } from "../../base/remember-last.js";

/** How messages are written: binary, or ProtoJSON. */
export type Codec = "proto" | "json";

/** What a content type says of a request or a response of Connect. */
export interface ConnectType {
  readonly codec: Codec;
  /** True if the body is a stream of envelopes, false if it is one bare message. */
  readonly streams: boolean;
}

/** The content type of a body (Connect protocol, "Unary-Content-Type" and "Streaming-Content-Type"). */
export function contentTypeOf({ codec, streams }: ConnectType): string {
  return `application/${streams ? "connect+" : ""}${codec}`;
}

/** Reads a content type; undefined if it is none of Connect's. JSON in another charset than UTF-8 is none either. */
export const parseContentType: (contentType: string) => ConnectType | undefined = rememberLast((contentType) => {
  const [type, ...parameters] = contentType.toLowerCase().split(";");
  const match = /^application\/(connect\+)?(proto|json)$/.exec(type.trim());
  if (match === null) return undefined;
  for (const parameter of parameters) {
    const charset = /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(parameter)?.[1];
    if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") return undefined;
  }
  return { streams: match[1] !== undefined, codec: match[2] as Codec };
});
