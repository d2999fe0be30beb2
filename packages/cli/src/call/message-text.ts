import {
  type AnyMessageType,
  fromJsonString,
  fromText,
  ProtobufError,
  type Registry,
  toJson,
  toText,
} from "hawser/protobuf";
import { CliError } from "../cli-error.js";

/** How messages are written down. */
export type MessageFormat = "json" | "text";

/** How messages are shown. */
export interface MessageStyle {
  readonly format: MessageFormat;
  /** A line for each. */
  readonly compact: boolean;
  readonly emitDefaults: boolean;
}

/**
 * Reads a message.
 *
 * @param what which one it is, for errors
 * @throws CliError if it is not one of this type
 */
export function parseMessage(
  type: AnyMessageType,
  text: string,
  format: MessageFormat,
  registry: Registry,
  what: string,
): object {
  try {
    return format === "json" ? fromJsonString(type, text, { registry }) : fromText(type, text, { registry });
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new CliError(
      `${what} is no ${type.typeName}: ${error.message}`,
      `hawser describe ${type.typeName} shows its fields`,
    );
  }
}

/** Shows a message, without a line end behind it. An `Any` of a type that the registry lacks is shown as bytes. */
export function printMessage(type: AnyMessageType, message: object, style: MessageStyle, registry: Registry): string {
  if (style.format === "text") {
    return toText(type, message, { registry, indent: style.compact ? 0 : 2, unknownFields: true }).trimEnd();
  }
  return JSON.stringify(messageJson(type, message, style.emitDefaults, registry), undefined, style.compact ? 0 : 2);
}

/** The message as a JSON value; one that has no form in JSON, as an `Any` of an unknown type, as text within an object. */
export function messageJson(type: AnyMessageType, message: object, emitDefaults: boolean, registry: Registry): unknown {
  try {
    return toJson(type, message, { registry, emitDefaults });
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    return { "@text": toText(type, message, { registry, indent: 0, unknownFields: true }), "@error": error.message };
  }
}
