import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { AnyMessageType, Registry } from "hawser/protobuf";
import { CliError, reasonOf } from "../cli-error.js";
import { type MessageFormat, parseMessage } from "./message-text.js";
import { valueSplitter } from "./value-splitter.js";

/**
 * The requests of a call, each as soon as its text is there.
 *
 * @param data texts of messages; `@path` for a file, `-` or `@-` for standard input
 * @throws CliError if one cannot be read, naming it by its number
 */
export async function* readRequests(
  data: readonly string[],
  type: AnyMessageType,
  format: MessageFormat,
  registry: Registry,
): AsyncGenerator<object> {
  let first = 1;
  for (const each of data) {
    for await (const request of readRequestTexts(textsOf(each), type, format, registry, first)) {
      first++;
      yield request;
    }
  }
}

/**
 * The requests in one input, each as soon as its text is there.
 *
 * @param texts pieces of the input, cut anywhere
 * @param first the number of the first request, for errors
 */
export async function* readRequestTexts(
  texts: AsyncIterable<string>,
  type: AnyMessageType,
  format: MessageFormat,
  registry: Registry,
  first = 1,
): AsyncGenerator<object> {
  const splitter = valueSplitter(format);
  let number = first;
  const parse = (value: string) => parseMessage(type, value, format, registry, `request ${number++}`);
  for await (const text of texts) for (const value of splitter.push(text)) yield parse(value);
  for (const value of splitter.finish()) yield parse(value);
}

async function* textsOf(data: string): AsyncGenerator<string> {
  if (data !== "-" && !data.startsWith("@")) {
    yield data;
    return;
  }
  const path = data === "-" ? "-" : data.slice(1);
  const stream = path === "-" ? process.stdin : createReadStream(path);
  const decoder = new StringDecoder("utf8");
  try {
    for await (const chunk of stream) yield decoder.write(chunk as Buffer);
    yield decoder.end();
  } catch (error) {
    throw new CliError(
      `cannot read the requests from ${path}: ${reasonOf(error)}`,
      "check the path and its permissions",
    );
  }
}
