import type { JsonObject } from "../../protobuf/json/json-value.js";
import type { FileDescriptorProto } from "../../protobuf/wkt/google/protobuf/descriptor.pb.js";
import { rulesOf } from "../../protocol/rest/http-rule.js";
import { DescriptorIndex } from "./descriptor-index.js";
import { type Operation, operationOf } from "./operations.js";
import { described, Schemas } from "./schemas.js";

/** What a document is made of. */
export interface OpenApiInput {
  /** The files of the services, and all that they import. */
  readonly files: readonly FileDescriptorProto[];
  /** The full names of the services to describe. Default: all that the files have. */
  readonly services?: readonly string[];
  /** Comments by full name, beside those that the files' source info holds. */
  readonly comments?: ReadonlyMap<string, string>;
  /** What the API is called. Default: the names of the services. */
  readonly title?: string;
  /** Its version. Default: that of the first service's package, as `v1`, else `0.0.0`. */
  readonly version?: string;
  /** What it is about; CommonMark. Default: nothing. */
  readonly description?: string;
  /** Where it is served, as `https://api.example.org`. Default: where the document came from. */
  readonly servers?: readonly string[];
  /** Told of rules that make no sense, and are left out. Default: nobody. */
  readonly onMistake?: (mistake: Error) => void;
}

/**
 * Describes methods that have `google.api.http` rules in OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1), as Hawser's servers
 * answer them: ProtoJSON, errors as `google.rpc.Status`, streams of replies as newline-delimited JSON and as server-sent
 * events. Methods that take a stream of requests are left out, which REST can't carry.
 *
 * @returns the document, ready for `JSON.stringify`
 */
export function openApiDocument(input: OpenApiInput): JsonObject {
  const index = new DescriptorIndex(input.files, input.comments ?? new Map());
  const schemas = new Schemas(index);
  const paths: Record<string, JsonObject> = Object.create(null);
  const pathOfShape = new Map<string, string>();
  const tags: JsonObject[] = [];
  const services = index.services.filter(({ fullName }) => input.services?.includes(fullName) ?? true);
  for (const { fullName, proto } of services) {
    let isCalled = false;
    for (const method of proto.method) {
      if (method.clientStreaming === true) continue;
      for (const [nth, rule] of rulesOf(fullName, method, input.onMistake ?? ignore).entries()) {
        const found = operationOf(index, schemas, fullName, method, rule, nth);
        if (found === undefined) continue;
        addOperation(paths, pathOfShape, found);
        isCalled = true;
      }
    }
    if (isCalled) tags.push({ name: fullName, ...described(index.comment(fullName)) });
  }
  const status = errorSchema();
  return {
    openapi: "3.1.1",
    info: {
      title: input.title ?? (tags.map(({ name }) => name).join(", ") || "API"),
      version: input.version ?? versionOf(services[0]?.fullName),
      ...described(input.description),
    },
    ...(input.servers === undefined ? {} : { servers: input.servers.map((url) => ({ url })) }),
    ...(tags.length === 0 ? {} : { tags }),
    paths: { ...paths },
    components: {
      schemas: Object.fromEntries([["google.rpc.Status", status], ...[...schemas.components].sort(byName)]),
      responses: {
        Error: {
          description: "The call failed; the HTTP status is that of its gRPC code.",
          content: { "application/json": { schema: { $ref: "#/components/schemas/google.rpc.Status" } } },
        },
      },
    },
  };
}

/**
 * Two paths that differ in the names of their parameters alone are one path (OpenAPI 3.1, "Path Templating Matching"): the
 * later takes over the names of the earlier. What has the same method of HTTP as well is not reached, and left out.
 */
function addOperation(
  paths: Record<string, JsonObject>,
  pathOfShape: Map<string, string>,
  { path, httpMethod, operation }: Operation,
): void {
  const shape = path.replaceAll(PARAMETER, "{}");
  const known = pathOfShape.get(shape) ?? path;
  pathOfShape.set(shape, known);
  const item = (paths[known] ??= {});
  if (item[httpMethod] !== undefined) return;
  item[httpMethod] = operation;
  const renamed = new Map(namesIn(path).map((name, i) => [name, namesIn(known)[i] as string]));
  for (const parameter of (operation["parameters"] ?? []) as JsonObject[]) {
    if (parameter["in"] === "path") parameter["name"] = renamed.get(parameter["name"] as string) as string;
  }
}

const PARAMETER = /\{([^}]*)\}/g;

function namesIn(path: string): string[] {
  return [...path.matchAll(PARAMETER)].map(([, name]) => name as string);
}

function ignore(): void {}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The version in the name of a package: `notes.v1.Notes` is of version `v1`. */
function versionOf(service: string | undefined): string {
  return service?.split(".").find((part) => /^v\d+(?:(?:alpha|beta)\d*)?$/.test(part)) ?? "0.0.0";
}

/** The shape of an error (google/rpc/status.proto). */
function errorSchema(): JsonObject {
  return {
    type: "object",
    properties: {
      code: { type: "integer", format: "int32", description: "The gRPC status code." },
      message: { type: "string" },
      details: {
        type: "array",
        items: { type: "object", properties: { "@type": { type: "string" } }, additionalProperties: true },
      },
    },
    required: ["code", "message"],
  };
}
