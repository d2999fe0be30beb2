import { Code, Metadata, RpcError } from "hawser";
import * as googleRpc from "hawser/google-rpc";
import {
  type AnyMessageType,
  createRegistry,
  type DynamicTypes,
  type MethodType,
  type Registry,
  type ServiceType,
} from "hawser/protobuf";
import { packAny } from "hawser/wkt";
import { parseDuration } from "../../connect/server-flags.js";
import { checkMessage, expressionOf, MessagePattern } from "./message-pattern.js";
import { type Plain, parseScriptText, type ScriptNode } from "./script-node.js";
import type { MetadataPattern, ScriptReply, ScriptRule, Span } from "./script-rule.js";
import { badTemplate, hasTemplate } from "./template.js";

const KEYS = [
  "method",
  "request",
  "metadata",
  "chance",
  "times",
  "delay",
  "interval",
  "header",
  "trailer",
  "reply",
  "replies",
  "each",
  "repeat",
  "fill",
  "error",
];

/** What a script is checked against. */
export interface ScriptSchema {
  readonly services: readonly ServiceType[];
  readonly types: DynamicTypes;
}

/**
 * Reads a script: a list of rules, or one under `rules:`.
 *
 * @param name of the file, for errors
 * @throws CliError with file and line if it is no YAML or JSON, or says what the schema has not
 */
export function parseScript(text: string, name: string, schema: ScriptSchema): ScriptRule[] {
  const top = parseScriptText(text, name);
  if (top.isEmpty) return [];
  if (top.isList) return top.list().map((node) => ruleOf(node, schema));
  top.allow(["rules"]);
  return (top.get("rules")?.list() ?? []).map((node) => ruleOf(node, schema));
}

function ruleOf(node: ScriptNode, schema: ScriptSchema): ScriptRule {
  node.allow(KEYS);
  const methods = methodsOf(node, schema);
  const [reply, replies, each] = [node.get("reply"), node.get("replies"), node.get("each")];
  const error = node.get("error");
  const said = [reply, replies, each].filter((part) => part !== undefined);
  if (said.length > 1) said[1]!.fail("a rule has one of reply, replies and each", "leave the others out");
  if (reply !== undefined && error !== undefined) {
    error.fail(
      "a rule has a reply or an error",
      "leave one out, or write replies: for a stream that fails behind them",
    );
  }
  for (const method of methods) {
    const { kind } = method;
    if (replies !== undefined && kind !== "server_streaming" && kind !== "bidi_streaming") {
      replies.fail(`${method.service}/${method.name} gives one reply`, "write reply: in the place of replies:");
    }
    if (each !== undefined && kind !== "bidi_streaming") {
      each.fail(
        `${method.service}/${method.name} does not answer each request of a stream`,
        "write reply: or replies: in the place of each:",
      );
    }
  }
  const request = node.get("request");
  const replyOf = (part: ScriptNode): ScriptReply => replyFrom(part, methods, schema.types);
  return {
    place: node.place,
    methods: new Map(
      methods.map(({ path, input }) => [
        path,
        request === undefined ? undefined : new MessagePattern(request, input, schema.types),
      ]),
    ),
    metadata:
      node
        .get("metadata")
        ?.entries()
        .map(([key, value]) => metadataPattern(key, value)) ?? [],
    chance: chanceOf(node.get("chance")),
    times: node.get("times")?.whole(1) ?? Infinity,
    delay: spanOf(node.get("delay")),
    interval: spanOf(node.get("interval")),
    header: metadataOf(node.get("header")),
    trailer: metadataOf(node.get("trailer")),
    replies: reply !== undefined ? [replyOf(reply)] : replies?.list().map(replyOf),
    each: each === undefined ? undefined : replyOf(each),
    repeat: repeatOf(node.get("repeat")),
    fill: node.get("fill")?.flag() ?? false,
    error: error === undefined ? undefined : errorOf(error, schema.types),
  };
}

/** All methods that a pattern such as `notes.v1.Notes/*` names. */
function methodsOf(node: ScriptNode, { services }: ScriptSchema): MethodType[] {
  const given = node.get("method");
  const pattern = given?.text().replace(/^\//, "") ?? "*";
  const all = services.flatMap(({ methods }) => Object.values(methods));
  if (pattern === "*") return all;
  const at = pattern.includes("/") ? pattern.lastIndexOf("/") : pattern.lastIndexOf(".");
  const [service, name] = [pattern.slice(0, Math.max(at, 0)), pattern.slice(at + 1)];
  const found = all.filter(
    (method) =>
      (method.service === service || method.service.endsWith(`.${service}`)) && (name === "*" || method.name === name),
  );
  if (found.length === 0) {
    const names = all.map((method) => `${method.service}/${method.name}`);
    const known =
      names.length > 20 ? `${names.slice(0, 20).join(", ")} and ${names.length - 20} more` : names.join(", ");
    given!.fail(`there is no method ${pattern}`, `there are ${known}; * stands for all of them`);
  }
  return found;
}

function replyFrom(node: ScriptNode, methods: readonly MethodType[], types: DynamicTypes): ScriptReply {
  const json = node.plain();
  const isTemplate = hasTemplate(json);
  const bad = badTemplate(json);
  if (bad !== undefined) {
    node.fail(
      `{{${bad}}} stands for nothing`,
      "there are {{request}}, {{request.FIELD}}, {{metadata.KEY}} and {{index}}",
    );
  }
  // What a {{…}} becomes is known when the call is there.
  if (!isTemplate) for (const { output } of methods) checkMessage(node, json, output, types);
  return { place: node.place, json, isTemplate };
}

function metadataPattern(key: string, node: ScriptNode): MetadataPattern {
  const name = key.toLowerCase();
  const value = node.plain();
  if (typeof value === "boolean") return { key: name, matches: (values) => values.length > 0 === value };
  if (typeof value === "object" && value !== null) {
    node.allow(["matches"]);
    const expression = expressionOf(node.get("matches")?.text() ?? "", node);
    return { key: name, matches: (values) => values.some((each) => expression.test(each)) };
  }
  const text = node.text();
  return { key: name, matches: (values) => values.includes(text) };
}

/** A share, `5%` or `0.05`. */
function chanceOf(node: ScriptNode | undefined): number {
  if (node === undefined) return 1;
  const text = node.text();
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const share = match === null ? Number.NaN : Number(match[1]) / (match[2] === "%" ? 100 : 1);
  return share >= 0 && share <= 1 ? share : node.fail(`${text} is no share of calls`, "write 5% or 0.05");
}

/** A duration, or a span of them: `20ms..80ms`. */
function spanOf(node: ScriptNode | undefined): Span | undefined {
  if (node === undefined) return undefined;
  const [low = "", high = low, ...others] = node.text().split("..");
  try {
    if (others.length > 0) throw new RangeError();
    const span: Span = [durationOf(low), durationOf(high)];
    if (span[0] > span[1]) throw new RangeError();
    return span;
  } catch {
    return node.fail(`${node.text()} is no duration`, "write 50ms, 2s or 20ms..80ms");
  }
}

function durationOf(text: string): number {
  return /^0(ms|s|m|h)?$/.test(text) ? 0 : parseDuration(text);
}

function repeatOf(node: ScriptNode | undefined): number {
  if (node === undefined) return 1;
  return node.plain() === "forever" ? Infinity : node.whole(1);
}

function metadataOf(node: ScriptNode | undefined): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of node?.entries() ?? []) {
    for (const item of value.isList ? value.list() : [value]) {
      const text = item.text();
      try {
        // As on a command line: bytes are written in base64.
        if (key.toLowerCase().endsWith("-bin")) metadata.append(key, new Uint8Array(Buffer.from(text, "base64")));
        else metadata.append(key, text);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        item.fail(error.message, "choose another name or value");
      }
    }
  }
  return metadata;
}

function errorOf(node: ScriptNode, types: DynamicTypes): () => RpcError {
  node.allow(["code", "message", "details"]);
  const given = node.get("code");
  if (given === undefined) return node.fail("an error needs a code", "add one, as code: NOT_FOUND");
  const code = codeOf(given);
  const message = node.get("message")?.text() ?? "";
  const registry = detailTypes(types);
  const details =
    node
      .get("details")
      ?.list()
      .map((each) => detailOf(each, registry)) ?? [];
  return () => new RpcError(code, message, { details });
}

/** The codes by their names, as NOT_FOUND. */
const CODES: ReadonlyMap<string, Code> = new Map(
  Object.entries(Code).map(([name, code]) => [name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase(), code]),
);

function codeOf(node: ScriptNode): Code {
  const text = node.text();
  const code = CODES.get(text.toUpperCase()) ?? [...CODES.values()].find((each) => String(each) === text);
  if (code !== undefined && code !== Code.Ok) return code;
  return node.fail(
    `${text} is no code of an error`,
    `write one of ${[...CODES.keys()].filter((name) => name !== "OK").join(", ")}`,
  );
}

function detailTypes(types: DynamicTypes): Registry {
  const standard = createRegistry(
    ...Object.values(googleRpc).filter(
      (each): each is typeof each & AnyMessageType => "typeName" in each && "readFrom" in each,
    ),
  );
  return {
    ...types,
    message: (typeName) => types.message(typeName) ?? standard.message(typeName),
  };
}

function detailOf(node: ScriptNode, registry: Registry): object {
  const json = node.plain() as Record<string, Plain> | null;
  const given = node.get("@type");
  if (given === undefined) {
    return node.fail("a detail needs its type", 'add it, as "@type": google.rpc.BadRequest');
  }
  const name = given.text();
  const type = registry.message(name.slice(name.lastIndexOf("/") + 1));
  if (type === undefined) {
    return given.fail(
      `there is no message ${name}`,
      "name one of the schema, or one of google.rpc such as google.rpc.BadRequest",
    );
  }
  const { "@type": _, ...rest } = json ?? {};
  return packAny(type, checkMessage(node, rest, type, registry));
}
