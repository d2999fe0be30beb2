import { createHash } from "node:crypto";
import { type AnyMessageType, encode, type MethodType, type Registry, toJson } from "hawser/protobuf";
import { randomOf } from "../random.js";
import { echoRequest } from "./echo-request.js";
import { type Fields, setField } from "./field-value.js";
import type { MessageGenerator } from "./generate-message.js";
import type { Answer, Answerer, MockCall } from "./mock-call.js";
import { pause } from "./pause.js";
import type { Plain } from "./script/script-node.js";
import type { AnswerMaker } from "./script-answers.js";

/** How answers are made up. */
export interface GeneratedOptions {
  readonly seed: number;
  /** How many replies a stream has that is asked once. */
  readonly replies: number;
  /** Between them, in ms. */
  readonly intervalMs: number;
}

/** Fields that a method which takes a stream may count its requests in. */
const COUNT = /(^|_)(count|total|received|processed|accepted)s?$/;

/**
 * Answers every call with what was made up for it. The same request gets the same answer: what is drawn depends on seed, method,
 * request and number of the reply alone, and not on what was called before.
 */
export class GeneratedAnswers implements Answerer, AnswerMaker {
  readonly #generator: MessageGenerator;
  readonly #registry: Registry;
  readonly #options: GeneratedOptions;

  constructor(generator: MessageGenerator, registry: Registry, options: GeneratedOptions) {
    this.#generator = generator;
    this.#registry = registry;
    this.#options = options;
  }

  async answer(call: MockCall): Promise<Answer> {
    return { from: "generated", replies: this.replies(call) };
  }

  async *replies({ method, requests, signal }: MockCall): AsyncGenerator<object> {
    const { replies, intervalMs } = this.#options;
    switch (method.kind) {
      case "client_streaming":
        yield await this.#forAll(method, requests);
        return;
      case "bidi_streaming": {
        let index = 0;
        for await (const request of requests) yield this.#reply(method, request, ++index);
        return;
      }
      default:
        for await (const request of requests) {
          const count = method.kind === "unary" ? 1 : replies;
          for (let index = 1; index <= count; index++) {
            if (index > 1) await pause(intervalMs, signal);
            if (signal.aborted) return;
            yield this.#reply(method, request, index);
          }
        }
    }
  }

  replyJson(method: MethodType, request: object | undefined, index: number): Plain {
    return toJson(method.output, this.#reply(method, request, index), { registry: this.#registry }) as Plain;
  }

  #reply(method: MethodType, request: object | undefined, index: number): Fields {
    const hash = this.#hash(method);
    if (request !== undefined) hash.update(encode(method.input, request));
    hash.update(`/${index}`);
    const reply = this.#generator.generate(method.output, randomOf(hash.digest().readUInt32LE()));
    if (request !== undefined) echoRequest(method.input, request as Fields, method.output, reply);
    return reply;
  }

  async #forAll(method: MethodType, requests: AsyncIterable<object>): Promise<Fields> {
    const hash = this.#hash(method);
    let count = 0;
    let last: object | undefined;
    for await (const request of requests) {
      hash.update(encode(method.input, request));
      last = request;
      count++;
    }
    const reply = this.#generator.generate(method.output, randomOf(hash.digest().readUInt32LE()));
    if (last !== undefined) echoRequest(method.input, last as Fields, method.output, reply);
    setCount(method.output, reply, count);
    return reply;
  }

  #hash(method: MethodType) {
    return createHash("sha256").update(`${this.#options.seed} ${method.path}\n`);
  }
}

function setCount(type: AnyMessageType, reply: Fields, count: number): void {
  const field = type.fields.find(
    ({ name, type, repeated, mapKey }) =>
      COUNT.test(name) && typeof type === "string" && /int|fixed/.test(type) && !repeated && mapKey === undefined,
  );
  if (field === undefined) return;
  const isLong = (field.type as string).endsWith("64");
  setField(
    field,
    reply,
    !isLong || field.longAs === "number" ? count : field.longAs === "string" ? String(count) : BigInt(count),
  );
}
