import { type AnyMessageType, decode, encode, fromJsonString, fromText, toJsonString, toText } from "hawser/protobuf";
import {
  type ConformanceRequest,
  type ConformanceResponse,
  FailureSet,
  TestCategory,
  WireFormat,
} from "./gen/conformance/conformance.pb.js";
import type { TestTypes } from "./test-types.js";

/** Does what a request asks: reads its payload, and writes the message in the format that it wants. */
export function answer(request: ConformanceRequest, types: TestTypes): NonNullable<ConformanceResponse["result"]> {
  // The first request asks for the cases that are known to fail. There are none.
  if (request.messageType === "conformance.FailureSet") {
    return { case: "protobufPayload", value: encode(FailureSet, {}) };
  }
  const type = types.registry.message(request.messageType);
  if (type === undefined) return { case: "runtimeError", value: `there is no ${request.messageType}` };
  let message: unknown;
  try {
    message = readPayload(request, type, types);
  } catch (error) {
    return { case: "parseError", value: String(error) };
  }
  if (message === undefined) return { case: "skipped", value: `no input of the kind ${request.payload?.case}` };
  try {
    return writePayload(request, type, types, message);
  } catch (error) {
    return { case: "serializeError", value: String(error) };
  }
}

function readPayload(request: ConformanceRequest, type: AnyMessageType, { registry }: TestTypes): unknown {
  const { payload } = request;
  switch (payload?.case) {
    case "protobufPayload":
      return decode(type, payload.value);
    case "jsonPayload": {
      const ignoreUnknownFields = request.testCategory === TestCategory.JSON_IGNORE_UNKNOWN_PARSING_TEST;
      return fromJsonString(type, payload.value, { registry, ignoreUnknownFields });
    }
    case "textPayload":
      return fromText(type, payload.value, { registry });
    default:
      return undefined;
  }
}

function writePayload(
  request: ConformanceRequest,
  type: AnyMessageType,
  { registry }: TestTypes,
  message: unknown,
): NonNullable<ConformanceResponse["result"]> {
  switch (request.requestedOutputFormat) {
    case WireFormat.PROTOBUF:
      return { case: "protobufPayload", value: encode(type, message) };
    case WireFormat.JSON:
      return { case: "jsonPayload", value: toJsonString(type, message, { registry }) };
    case WireFormat.TEXT_FORMAT: {
      const text = toText(type, message, { registry, unknownFields: request.printUnknownFields });
      return { case: "textPayload", value: text };
    }
    default:
      return { case: "skipped", value: `no output of the kind ${request.requestedOutputFormat}` };
  }
}
