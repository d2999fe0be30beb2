import { rememberLast } from "../../base/remember-last.js";

/** What we send and ask for (grpc/doc/PROTOCOL-WEB.md). */
export const CONTENT_TYPE = "application/grpc-web+proto";

/** As {@link CONTENT_TYPE}, with the body in base64 for whom bytes are hard to get through. */
export const TEXT_CONTENT_TYPE = "application/grpc-web-text+proto";

/** True for `application/grpc-web`, alone or with `+proto` or parameters. */
export function isGrpcWeb(contentType: string): boolean {
  const type = mediaType(contentType);
  return type === "application/grpc-web" || type === CONTENT_TYPE;
}

/** True for `application/grpc-web-text`, alone or with `+proto` or parameters. */
export function isGrpcWebText(contentType: string): boolean {
  const type = mediaType(contentType);
  return type === "application/grpc-web-text" || type === TEXT_CONTENT_TYPE;
}

const mediaType = rememberLast((contentType) => contentType.split(";", 1)[0].trim().toLowerCase());
