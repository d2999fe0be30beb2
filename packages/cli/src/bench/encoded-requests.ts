import { type AnyMessageType, encode, ProtobufError } from "hawser/protobuf";
import type { MessageFormat } from "../call/message-text.js";
import { readRequests } from "../call/request-source.js";
import { CliError } from "../cli-error.js";
import type { FoundMethod } from "../contract/resolve-name.js";

/** All requests are kept, so that encoding is no part of what is measured; more bytes are not taken. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * The requests of a run, encoded; one empty message if none is given.
 *
 * @throws CliError if one cannot be read, or they are too many
 */
export async function encodedRequests(
  data: readonly string[],
  { method, view }: FoundMethod,
  format: MessageFormat,
): Promise<Uint8Array[]> {
  const requests: Uint8Array[] = [];
  let bytes = 0;
  for await (const message of readRequests(data, method.input, format, view.types)) {
    const request = bytesOf(method.input, message);
    requests.push(request);
    // 64: what an array of no bytes costs.
    bytes += request.length + 64;
    if (bytes > MAX_BYTES) throw new CliError("the requests are more than 256 MiB", "give fewer: they take turns");
  }
  return requests.length > 0 ? requests : [bytesOf(method.input, method.input.empty() as object)];
}

/** @throws CliError if a required field of proto2 is not set */
function bytesOf(type: AnyMessageType, message: object): Uint8Array {
  try {
    return encode(type, message);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new CliError(
      `a request is no ${type.typeName}: ${error.message}`,
      `hawser describe ${type.typeName} shows its fields`,
    );
  }
}
