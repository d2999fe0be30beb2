import { Code, RpcError } from "hawser";
import { fromJson, type MethodType, ProtobufError, type Registry, toJson } from "hawser/protobuf";
import type { Random } from "../random.js";
import type { Answer, Answerer, FirstRequest, MockCall } from "./mock-call.js";
import { drawn, pause } from "./pause.js";
import type { Plain } from "./script/script-node.js";
import type { ScriptReply, ScriptRule } from "./script/script-rule.js";
import type { ScriptSource } from "./script/script-source.js";
import { fillTemplate } from "./script/template.js";

/** Makes what a script leaves out. */
export interface AnswerMaker {
  /** A whole reply for a request, in JSON: the `index`th. */
  replyJson(method: MethodType, request: object | undefined, index: number): Plain;
  /** All replies of a call. */
  replies(call: MockCall): AsyncIterable<object>;
}

/** Answers calls by the rules of a script: the first that fits. */
export class ScriptAnswers implements Answerer {
  readonly #source: ScriptSource;
  readonly #maker: AnswerMaker;
  readonly #registry: Registry;
  readonly #random: Random;

  constructor(source: ScriptSource, maker: AnswerMaker, registry: Registry, random: Random) {
    this.#source = source;
    this.#maker = maker;
    this.#registry = registry;
    this.#random = random;
  }

  async answer(call: MockCall, first: FirstRequest): Promise<Answer | undefined> {
    for (const live of this.#source.rules) {
      const { rule } = live;
      if (!rule.methods.has(call.method.path) || live.timesLeft <= 0) continue;
      if (!rule.metadata.every(({ key, matches }) => matches(textsOf(call, key)))) continue;
      const pattern = rule.methods.get(call.method.path);
      if (pattern !== undefined) {
        const request = await first.peek();
        if (request === undefined || !pattern.matches(request)) continue;
      }
      // Another call may have taken the last one while this one waited for its request.
      if (live.timesLeft <= 0) continue;
      if (rule.chance < 1 && this.#random() >= rule.chance) continue;
      live.timesLeft--;
      return { from: rule.place, replies: this.#replies(rule, call, first) };
    }
    return undefined;
  }

  async *#replies(rule: ScriptRule, call: MockCall, first: FirstRequest): AsyncGenerator<object> {
    call.header.appendAll(rule.header);
    call.trailer.appendAll(rule.trailer);
    await pause(drawn(rule.delay, this.#random), call.signal);
    if (call.signal.aborted) return;
    if (rule.each !== undefined) {
      let index = 0;
      for await (const request of call.requests) {
        if (index > 0) await pause(drawn(rule.interval, this.#random), call.signal);
        yield this.#message(rule, rule.each, call, request, ++index);
      }
    } else if (rule.replies !== undefined) yield* this.#listed(rule, rule.replies, call, first);
    else if (rule.error === undefined) {
      let index = 0;
      for await (const reply of this.#maker.replies(call)) {
        if (index++ > 0) await pause(drawn(rule.interval, this.#random), call.signal);
        yield reply;
      }
    }
    if (rule.error !== undefined) throw rule.error();
  }

  async *#listed(
    rule: ScriptRule,
    replies: readonly ScriptReply[],
    call: MockCall,
    first: FirstRequest,
  ): AsyncGenerator<object> {
    // A stream may answer before it is asked anything; but what speaks of its request waits for it.
    const asks = call.method.kind !== "bidi_streaming" || rule.fill || replies.some(({ isTemplate }) => isTemplate);
    const request = asks ? await first.peek() : undefined;
    if (call.method.kind === "client_streaming") for await (const _ of call.requests) if (call.signal.aborted) return;
    let index = 0;
    for (let round = 0; round < rule.repeat && replies.length > 0; round++) {
      for (const reply of replies) {
        if (index > 0) await pause(drawn(rule.interval, this.#random), call.signal);
        if (call.signal.aborted) return;
        yield this.#message(rule, reply, call, request, ++index);
      }
    }
  }

  #message(rule: ScriptRule, reply: ScriptReply, call: MockCall, request: object | undefined, index: number): object {
    const { method } = call;
    let json = reply.json;
    if (reply.isTemplate) {
      json = fillTemplate(json, {
        request: request === undefined ? null : this.#json(method, request),
        metadata: (key) => textsOf(call, key)[0],
        index,
      });
    }
    if (rule.fill) json = overlaid(this.#maker.replyJson(method, request, index), json);
    try {
      return fromJson(method.output, json as never, { registry: this.#registry }) as object;
    } catch (error) {
      if (!(error instanceof ProtobufError)) throw error;
      throw new RpcError(Code.Internal, `${reply.place}: what its {{…}} became is no ${error.message}`);
    }
  }

  #json({ input }: MethodType, request: object): Plain {
    return toJson(input, request, { registry: this.#registry, emitDefaults: true }) as Plain;
  }
}

/** The values of a key as they came, bytes in base64. */
function textsOf({ metadata }: MockCall, key: string): string[] {
  return metadata
    .toFields()
    .filter(({ name }) => name === key)
    .map(({ value }) => value);
}

/** `above` over `below`: objects key by key, anything else as a whole. */
function overlaid(below: Plain, above: Plain): Plain {
  const isObject = (value: Plain): value is { readonly [key: string]: Plain } =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject(below) || !isObject(above)) return above;
  const result: Record<string, Plain> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const camel = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const name = Object.hasOwn(below, camel) ? camel : key;
    result[name] = Object.hasOwn(below, name) ? overlaid(below[name]!, value) : value;
  }
  return result;
}
