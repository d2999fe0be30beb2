import { readFileSync, statSync } from "node:fs";
import { Code, codeName, Metadata } from "hawser";
import { type MethodType, ProtobufError, type Registry } from "hawser/protobuf";
import type { Any } from "hawser/wkt";
import { CliError, reasonOf } from "../cli-error.js";
import { readDescriptorSet } from "../input/descriptor-set.js";
import { type MockSchema, schemaOf } from "../mock/mock-schema.js";
import { messageOf } from "./message-line.js";
import type { RecordedCall, RecordedEvent, RecordedStatus, Recording } from "./recording.js";
import { type MessageLine, RECORDING_KIND, RECORDING_VERSION, REDACTED } from "./recording-format.js";

/** 512 MiB: twice what `hawser record` writes unless it is told otherwise, and near the longest text of Node. */
const MAX_FILE_BYTES = 512 * 1024 * 1024 - 1024;

type Json = { readonly [key: string]: unknown };

/**
 * Reads what `hawser record` wrote.
 *
 * @throws CliError with file and line if it cannot be read, or something in it is not as it should be
 */
export function readRecording(path: string): Recording {
  const lines = textOf(path).split("\n");
  const header = parsed(lines[0] ?? "", path, 1, lines.length);
  if (header["hawser"] !== RECORDING_KIND) throw noRecording(path);
  if (header["version"] !== RECORDING_VERSION) {
    throw new CliError(
      `${path}:1: version ${JSON.stringify(header["version"])} of a recording is not known`,
      "read it with the hawser that wrote it, or record anew",
    );
  }
  const schema = schemaIn(header, path);
  const methods = new Map<string, MethodType>();
  for (const service of schema.services) {
    for (const method of Object.values(service.methods)) methods.set(method.path.slice(1), method);
  }
  const calls: RecordedCall[] = [];
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === "") continue;
    const place = `${path}:${i + 1}`;
    const json = parsed(lines[i]!, path, i + 1, lines.length);
    calls.push(callOf(json, place, methods, schema.types));
  }
  calls.sort((a, b) => a.number - b.number);
  return { path, target: typeof header["target"] === "string" ? header["target"] : "", schema, calls };
}

function textOf(path: string): string {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) {
      throw new CliError(`${path} is larger than ${MAX_FILE_BYTES} bytes`, "record less of it: --max-size");
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot read ${path}: ${reasonOf(error)}`, "check the path and its permissions");
  }
}

function noRecording(path: string): CliError {
  return new CliError(`${path}:1: this is no recording`, "name a file that hawser record wrote");
}

function parsed(line: string, path: string, number: number, lines: number): Json {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch (error) {
    if (number === 1) throw noRecording(path);
    const help =
      number === lines
        ? "the recording was cut off there: delete the line, or put back what is missing"
        : "every line is one JSON object: put it right, or delete the line";
    throw new CliError(`${path}:${number}: this is not JSON: ${(error as Error).message}`, help);
  }
  if (number === 1) throw noRecording(path);
  throw new CliError(`${path}:${number}: this is no call`, "delete the line");
}

function schemaIn(header: Json, path: string): MockSchema {
  const text = header["schema"];
  if (typeof text !== "string") throw new CliError(`${path}:1: there is no schema in it`, "record anew");
  const files = readDescriptorSet(Buffer.from(text, "base64"), "binary", `the schema in ${path}:1`);
  return schemaOf(path, files, new Set(files.map(({ name }) => name ?? "")));
}

function callOf(json: Json, place: string, methods: ReadonlyMap<string, MethodType>, registry: Registry): RecordedCall {
  const fail = (what: string): never => {
    throw new CliError(`${place}: ${what}`, "put it right (docs/recordings.md has the format), or delete the line");
  };
  const { call, method: name, metadata, timeoutMs, events: given, truncated } = json;
  if (typeof call !== "number") return fail("call should be a number");
  const method = methods.get(String(name));
  if (method === undefined) return fail(`the schema in the first line has no method ${JSON.stringify(name)}`);
  if (!Array.isArray(given)) return fail("events should be a list");
  if (timeoutMs !== undefined && typeof timeoutMs !== "number") return fail("timeoutMs should be a number");
  const events: RecordedEvent[] = [];
  for (const [i, event] of given.entries()) {
    const what = `event ${i + 1}`;
    if (typeof event !== "object" || event === null) fail(`${what} should be an object`);
    if (!(Number(event.ms) >= 0)) fail(`${what} has no time: ms should be a number`);
    try {
      events.push(eventOf(event, method, registry));
    } catch (error) {
      if (!(error instanceof ProtobufError || error instanceof TypeError)) throw error;
      fail(`${what}: ${error.message.replace(/: pass \{[^}]*\}.*$/, "")}`);
    }
  }
  const status = events.find((event) => event.kind === "status")?.status;
  const messages = (kind: "request" | "reply"): object[] =>
    events.flatMap((event) => (event.kind === kind ? [event.message] : []));
  try {
    return {
      number: call,
      place,
      method,
      metadata: metadataOf(metadata),
      timeoutMs,
      events,
      requests: messages("request"),
      replies: messages("reply"),
      status,
      truncated: truncated === true,
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail(error.message);
  }
}

function eventOf(event: Json, method: MethodType, registry: Registry): RecordedEvent {
  const ms = Number(event["ms"]);
  if ("request" in event) {
    return { ms, kind: "request", message: messageOf(method.input, event["request"] as MessageLine, registry) };
  }
  if ("reply" in event) {
    return { ms, kind: "reply", message: messageOf(method.output, event["reply"] as MessageLine, registry) };
  }
  if ("header" in event) return { ms, kind: "header", metadata: metadataOf(event["header"]) };
  if ("halfClose" in event) return { ms, kind: "halfClose" };
  if ("status" in event) return { ms, kind: "status", status: statusOf(event["status"], event["trailer"]) };
  throw new TypeError("it is no request, reply, header, halfClose or status");
}

const CODES: ReadonlyMap<string, Code> = new Map(Object.values(Code).map((code) => [codeName(code), code]));

function statusOf(value: unknown, trailer: unknown): RecordedStatus {
  const { code, message, details = [] } = (value ?? {}) as Json;
  const known = CODES.get(String(code));
  if (known === undefined) throw new TypeError(`${JSON.stringify(code)} is no status code`);
  if (!Array.isArray(details)) throw new TypeError("details should be a list");
  return {
    code: known,
    message: typeof message === "string" ? message : "",
    details: details.map(anyOf),
    trailer: metadataOf(trailer),
  };
}

function anyOf(value: unknown): Any {
  const { typeUrl, base64 } = (value ?? {}) as Json;
  if (typeof typeUrl !== "string" || typeof base64 !== "string") {
    throw new TypeError('a detail is {"typeUrl": "…", "base64": "…"}');
  }
  return { typeUrl, value: new Uint8Array(Buffer.from(base64, "base64")) };
}

/** Without what was redacted: nobody would know what to do with it. */
function metadataOf(value: unknown): Metadata {
  if (!Array.isArray(value)) throw new TypeError("metadata should be a list of pairs");
  const metadata = new Metadata();
  for (const pair of value) {
    const [key, text] = Array.isArray(pair) ? pair : [];
    if (typeof key !== "string" || typeof text !== "string") throw new TypeError("metadata should be a list of pairs");
    if (text === REDACTED) continue;
    if (key.toLowerCase().endsWith("-bin")) metadata.append(key, new Uint8Array(Buffer.from(text, "base64")));
    else metadata.append(key, text);
  }
  return metadata;
}
