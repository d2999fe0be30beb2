import { rememberLast } from "../../base/remember-last.js";

/** What we send; the `+proto` suffix is the default and left away (gRPC over HTTP2, "Content-Type"). */
export const CONTENT_TYPE = "application/grpc";

/**
 * True for `application/grpc`, alone or with `+proto` or parameters. Another suffix, as `+json`, names a message format
 * that we don't speak here, and `application/grpc-web` is another protocol.
 */
export function isGrpc(contentType: string): boolean {
  return contentType === CONTENT_TYPE || isGrpcOtherwise(contentType);
}

const isGrpcOtherwise = rememberLast((contentType) => {
  const type = contentType.split(";", 1)[0].trim().toLowerCase();
  return type === CONTENT_TYPE || type === `${CONTENT_TYPE}+proto`;
});
