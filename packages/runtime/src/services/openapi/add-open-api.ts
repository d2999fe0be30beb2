import type { JsonObject } from "../../protobuf/json/json-value.js";
import type { FileType } from "../../protobuf/type/file-type.js";
import type { ServiceType } from "../../protobuf/type/service-type.js";
import { fileDescriptor } from "../../protobuf/wkt/file-descriptor.js";
import type { FileDescriptorProto } from "../../protobuf/wkt/google/protobuf/descriptor.pb.js";
import { OpenApi } from "../../protobuf/wkt/hawser/openapi/v1/openapi.pb.js";
import type { ServiceHost } from "../service-host.js";
import { type OpenApiInput, openApiDocument } from "./openapi-document.js";
import { PAGE, SCRIPT, STYLE } from "./page.js";

/** What {@link addOpenApi} takes. */
export type OpenApiOptions = Pick<OpenApiInput, "title" | "version" | "description" | "servers" | "services">;

/**
 * Has a server describe its REST interface: `GET /openapi.json` gives the document of {@link openApiDocument}, `GET /openapi` a
 * page that shows it and can make calls. It tells of every service that the server has, also of those that are added later,
 * but for those named `grpc.*`, `google.*` and `hawser.*`; option `services` names others. Comments are those of files that have
 * `google.api.http` rules.
 *
 * Everybody who reaches the server can read it, unless an interceptor has something against it.
 *
 * @throws TypeError if the server has it already
 */
export function addOpenApi(server: ServiceHost, options: OpenApiOptions = {}): void {
  let known: { readonly services: number; readonly json: Uint8Array } | undefined;
  const document = (): Uint8Array => {
    // Services are added, never taken away.
    if (known?.services !== server.services.size) {
      const json = new TextEncoder().encode(JSON.stringify(describe(server.services, options), undefined, 2));
      known = { services: server.services.size, json };
    }
    return known.json;
  };
  const text = (contentType: string, content: string) => ({ contentType, data: new TextEncoder().encode(content) });
  server.add(OpenApi, {
    getDocument: () => ({ contentType: "application/json", data: document() }),
    getPage(_, call) {
      call.header.set("content-security-policy", PAGE_POLICY);
      return text("text/html; charset=utf-8", PAGE);
    },
    getScript: () => text("text/javascript; charset=utf-8", SCRIPT),
    getStyle: () => text("text/css; charset=utf-8", STYLE),
  });
}

/** The page runs nothing but its own script, asks nobody but its own server, and stands in no frame. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Packages of services that are there for operators and tools. */
const OPERATORS = /^(?:grpc|google|hawser)\./;

function describe(services: ReadonlyMap<string, ServiceType>, options: OpenApiOptions): JsonObject {
  const files = new Map<string, FileDescriptorProto>();
  const comments = new Map<string, string>();
  const add = (file: FileType): void => {
    if (files.has(file.name)) return;
    files.set(file.name, fileDescriptor(file));
    for (const [name, comment] of Object.entries(file.comments)) comments.set(name, comment);
    for (const imported of file.imports) add(imported);
  };
  for (const { file } of services.values()) if (file !== undefined) add(file);
  return openApiDocument({
    files: [...files.values()],
    comments,
    services: [...services.keys()].filter((name) => !OPERATORS.test(name)),
    ...options,
  });
}
