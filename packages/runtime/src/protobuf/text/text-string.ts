import { isWellFormed } from "../../base/utf8.js";
import { ProtobufError } from "../wire/protobuf-error.js";

const NAMED: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  13: "\\r",
  34: '\\"',
  39: "\\'",
  92: "\\\\",
};

/** A string as a literal of the text format. What is not ASCII stays as it is. @throws ProtobufError for lone surrogates */
export function quoteString(text: string): string {
  if (!isWellFormed(text)) {
    throw new ProtobufError("the string has a lone surrogate, which UTF-8 cannot express", { kind: "text" });
  }
  return `"${text.replace(/["'\\\x00-\x1f\x7f]/g, (c) => escapeByte(c.charCodeAt(0)))}"`;
}

/** Bytes as a literal of the text format: what is not printable ASCII in octal. */
export function quoteBytes(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let run = "";
  for (const byte of bytes) {
    run += byte < 0x20 || byte > 0x7e || NAMED[byte] !== undefined ? escapeByte(byte) : String.fromCharCode(byte);
    if (run.length < 1024) continue;
    pieces.push(run);
    run = "";
  }
  return `"${pieces.join("")}${run}"`;
}

/** Three digits, so that a digit behind it is not taken for a part of it. */
function escapeByte(byte: number): string {
  return NAMED[byte] ?? `\\${byte.toString(8).padStart(3, "0")}`;
}
