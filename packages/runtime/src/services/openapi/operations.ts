import type { JsonObject } from "../../protobuf/json/json-value.js";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  type MethodDescriptorProto,
  FieldDescriptorProto_Type as Type,
} from "../../protobuf/wkt/google/protobuf/descriptor.pb.js";
import type { PathTemplate, Variable } from "../../protocol/rest/path-template.js";
import type { RestRule } from "../../protocol/rest/rest-router.js";
import type { DescriptorIndex } from "./descriptor-index.js";
import { described, isRequired, isValueInJson, jsonNameOf, type Schemas } from "./schemas.js";

/** One way to call a method. */
export interface Operation {
  /** As OpenAPI has it: `/v1/shelves/{shelf}/books/{book}`. */
  readonly path: string;
  /** `get`, say. */
  readonly httpMethod: string;
  readonly operation: JsonObject;
}

/** The methods of HTTP that OpenAPI knows. */
const HTTP_METHODS: ReadonlySet<string> = new Set([
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  "trace",
]);

/** Describes one rule of a method; undefined if OpenAPI has no place for it. */
export function operationOf(
  index: DescriptorIndex,
  schemas: Schemas,
  service: string,
  method: MethodDescriptorProto,
  rule: RestRule,
  nth: number,
): Operation | undefined {
  const httpMethod = rule.httpMethod.toLowerCase();
  if (!HTTP_METHODS.has(httpMethod)) return undefined;
  const input = (method.inputType ?? "").slice(1);
  const request = index.messages.get(input);
  const comment = index.comment(`${service}.${method.name}`);
  const { path, parameters } = pathOf(rule.template, (variable) => fieldAt(index, input, variable.fieldPath));
  const bound = new Set(rule.template.variables.map(({ fieldPath }) => fieldPath.join(".")));
  const inBody = bodyOf(index, schemas, input, request, rule.body, bound);
  if (request !== undefined && rule.body !== "*") {
    const isFree = (fieldPath: string) => !bound.has(fieldPath) && fieldPath !== rule.body;
    parameters.push(...queryOf(index, schemas, input, request, isFree));
  }
  return {
    path,
    httpMethod,
    operation: {
      tags: [service],
      operationId: `${service.split(".").at(-1)}_${method.name}${nth === 0 ? "" : nth + 1}`,
      ...(comment === undefined ? {} : { summary: summaryOf(comment), description: comment }),
      ...(method.options?.deprecated === true ? { deprecated: true } : {}),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(inBody === undefined ? {} : { requestBody: inBody }),
      responses: {
        "200": responseOf(index, schemas, method, rule.responseBody),
        default: { $ref: "#/components/responses/Error" },
      },
    },
  };
}

/** The first sentence, on one line. */
function summaryOf(comment: string): string {
  const [paragraph = ""] = comment.split(/\n\s*\n/);
  const line = paragraph.replaceAll(/\s+/g, " ");
  return (/^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line).replace(/\.$/, "");
}

interface Field {
  readonly fullName: string;
  readonly proto: FieldDescriptorProto;
}

/** The field that a path of names leads to. */
function fieldAt(index: DescriptorIndex, message: string, fieldPath: readonly string[]): Field | undefined {
  const [name = "", ...rest] = fieldPath;
  const proto = index.messages.get(message)?.field.find((each) => each.name === name);
  if (proto === undefined) return undefined;
  if (rest.length === 0) return { fullName: `${message}.${name}`, proto };
  return fieldAt(index, (proto.typeName ?? "").slice(1), rest);
}

/**
 * The path in OpenAPI's words, whose parameters are single segments: of `{name=shelves/*\/books/*}` it makes
 * `shelves/{shelf}/books/{book}`.
 */
function pathOf(
  template: PathTemplate,
  fieldOf: (variable: Variable) => Field | undefined,
): { path: string; parameters: JsonObject[] } {
  const parameters: JsonObject[] = [];
  const taken = new Set<string>();
  const add = (wanted: string, schema: JsonObject, description: string | undefined): string => {
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}${n}`;
    taken.add(name);
    parameters.push({ name, in: "path", required: true, ...described(description), schema });
    return `{${name}}`;
  };
  const segments = template.segments.map((segment, at) => {
    if (typeof segment === "object") return segment.literal;
    const variable = template.variables.find(({ start, end }) => start <= at && at < (end ?? Infinity));
    if (variable === undefined) return add("segment", { type: "string" }, undefined);
    const whole = variable.fieldPath.join(".");
    const tail = segment === "**" ? "May hold further segments, with slashes between them." : undefined;
    const length = (variable.end ?? template.segments.length) - variable.start;
    if (length === 1) {
      const field = fieldOf(variable);
      const schema: JsonObject = field === undefined ? { type: "string" } : pathSchema(field.proto);
      return add(whole, schema, tail);
    }
    const before = template.segments[at - 1];
    const name = typeof before === "object" && at > variable.start ? singular(before.literal) : whole;
    return add(name, { type: "string" }, [`Part of \`${whole}\`.`, ...(tail === undefined ? [] : [tail])].join(" "));
  });
  return { path: `/${segments.join("/")}${template.verb === "" ? "" : `:${template.verb}`}`, parameters };
}

function pathSchema({ type }: FieldDescriptorProto): JsonObject {
  if (type === Type.TYPE_BOOL) return { type: "boolean" };
  if (type === Type.TYPE_INT32 || type === Type.TYPE_SINT32 || type === Type.TYPE_SFIXED32)
    return { type: "integer", format: "int32" };
  if (type === Type.TYPE_UINT32 || type === Type.TYPE_FIXED32) return { type: "integer", format: "int64", minimum: 0 };
  return { type: "string" };
}

function singular(collection: string): string {
  return /^[A-Za-z_]\w*$/.test(collection)
    ? collection
        .replace(/lves$/, "lf")
        .replace(/ies$/, "y")
        .replace(/([^s])s$/, "$1")
    : "segment";
}

/** What goes into the query: every field that is neither in the path nor the body (google/api/http.proto). */
function queryOf(
  index: DescriptorIndex,
  schemas: Schemas,
  fullName: string,
  message: DescriptorProto,
  isFree: (fieldPath: string) => boolean,
  prefix: { readonly proto: string; readonly json: string } = { proto: "", json: "" },
  within: readonly string[] = [],
): JsonObject[] {
  return message.field.flatMap((field) => {
    const path = prefix.proto + field.name;
    if (!isFree(path)) return [];
    const name = prefix.json + jsonNameOf(field);
    const own = `${fullName}.${field.name}`;
    const isMessage = field.type === Type.TYPE_MESSAGE || field.type === Type.TYPE_GROUP;
    const typeName = (field.typeName ?? "").slice(1);
    if (!isMessage || isValueInJson(typeName)) {
      const comment = index.comment(own);
      const schema =
        field.label === Label.LABEL_REPEATED ? { type: "array", items: schemas.value(field) } : schemas.value(field);
      return [
        {
          name,
          in: "query",
          ...described(comment),
          ...(isRequired(field) ? { required: true } : {}),
          ...(field.options?.deprecated === true ? { deprecated: true } : {}),
          schema,
        },
      ];
    }
    const inner = index.messages.get(typeName);
    // Maps, lists of messages and what holds itself can't be written as names and values.
    if (
      inner === undefined ||
      field.label === Label.LABEL_REPEATED ||
      within.includes(typeName) ||
      typeName === fullName
    )
      return [];
    if (typeName.startsWith("google.protobuf.")) return [];
    const deeper = { proto: `${path}.`, json: `${name}.` };
    return queryOf(index, schemas, typeName, inner, isFree, deeper, [...within, fullName]);
  });
}

function bodyOf(
  index: DescriptorIndex,
  schemas: Schemas,
  input: string,
  request: DescriptorProto | undefined,
  body: string,
  bound: ReadonlySet<string>,
): JsonObject | undefined {
  if (body === "") return undefined;
  if (body === "*") {
    if (input === HTTP_BODY) return anyBytes();
    const isWhole = request === undefined || ![...bound].some((path) => !path.includes("."));
    const schema = isWhole
      ? schemas.message(input)
      : schemas.object(input, request, (field) => !bound.has(field.name ?? ""));
    return { required: true, content: { "application/json": { schema } } };
  }
  const field = fieldAt(index, input, [body]);
  if (field === undefined) return undefined;
  if (field.proto.typeName === `.${HTTP_BODY}`) return anyBytes();
  return { required: true, content: { "application/json": { schema: schemas.field(field.fullName, field.proto) } } };
}

const HTTP_BODY = "google.api.HttpBody";

/** The bytes of an HttpBody: any content type. */
function anyBytes(): JsonObject {
  return { required: true, content: { "*/*": {} } };
}

function responseOf(
  index: DescriptorIndex,
  schemas: Schemas,
  method: MethodDescriptorProto,
  responseBody: string,
): JsonObject {
  const output = (method.outputType ?? "").slice(1);
  const field = responseBody === "" ? undefined : fieldAt(index, output, [responseBody]);
  if (output === HTTP_BODY) return { description: "The bytes, with their own content type.", content: { "*/*": {} } };
  const schema = field === undefined ? schemas.message(output) : schemas.field(field.fullName, field.proto);
  if (method.serverStreaming !== true) return { description: "OK", content: { "application/json": { schema } } };
  return {
    description:
      "A stream: one message a line, or an event for each. A last line, or event, `error` tells of a failure.",
    content: {
      "application/x-ndjson": { schema },
      "text/event-stream": { schema: { type: "string", description: "`data:` holds a message as JSON." } },
    },
  };
}
