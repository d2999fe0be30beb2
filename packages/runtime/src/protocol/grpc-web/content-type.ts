/** What we send and ask for (grpc/doc/PROTOCOL-WEB.md). */
export const CONTENT_TYPE = "application/grpc-web+proto";

/** True for `application/grpc-web`, alone or with `+proto` or parameters. */
export function isGrpcWeb(contentType: string): boolean {
  const type = contentType.split(";", 1)[0].trim().toLowerCase();
  return type === "application/grpc-web" || type === CONTENT_TYPE;
}
