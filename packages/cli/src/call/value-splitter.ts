import { CliError } from "../cli-error.js";

/** 256 Mi characters, far more than any server takes: input that never ends a value must not fill the memory. */
const MAX_VALUE_LENGTH = 1 << 28;

/**
 * Cuts a stream of text into values, each as soon as its end is there: JSON values one behind the other, on lines of their own
 * (NDJSON) or not, or messages in the text format with the separator U+001E between them.
 */
export interface ValueSplitter {
  /** Takes more text; gives the values that are whole now. @throws CliError if one is too long */
  push(text: string): string[];
  /** What is left when the input is at its end. */
  finish(): string[];
}

/** Makes the splitter of a format. */
export function valueSplitter(format: "json" | "text"): ValueSplitter {
  return format === "json" ? new JsonSplitter() : new RecordSplitter();
}

/** Knows of JSON what it takes to find the end of a value; whether it is right the parser says. */
class JsonSplitter implements ValueSplitter {
  #text = "";
  /** How far `#text` was looked at. */
  #at = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Where the value begins that is looked at; -1 between values. */
  #start = -1;

  push(text: string): string[] {
    const values: string[] = [];
    this.#text += text;
    for (; this.#at < this.#text.length; this.#at++) this.#look(this.#text[this.#at]!, values);
    this.#text = this.#start < 0 ? "" : this.#text.slice(this.#start);
    if (this.#text.length > MAX_VALUE_LENGTH) throw tooLong();
    this.#at = this.#text.length;
    if (this.#start > 0) this.#start = 0;
    return values;
  }

  finish(): string[] {
    const left = this.#text.trim();
    this.#text = "";
    return left === "" ? [] : [left];
  }

  #look(char: string, values: string[]): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (char === "\\") this.#escaped = true;
      else if (char === '"') {
        this.#inString = false;
        if (this.#depth === 0) this.#end(this.#at + 1, values);
      }
      return;
    }
    switch (char) {
      case '"':
        if (this.#start >= 0 && this.#depth === 0) this.#end(this.#at, values);
        this.#begin();
        this.#inString = true;
        return;
      case "{":
      case "[":
        if (this.#start >= 0 && this.#depth === 0) this.#end(this.#at, values);
        this.#begin();
        this.#depth++;
        return;
      case "}":
      case "]":
        this.#begin();
        if (--this.#depth <= 0) this.#end(this.#at + 1, values);
        return;
      case " ":
      case "\t":
      case "\n":
      case "\r":
      case "\u001e":
      case "\ufeff":
        if (this.#start >= 0 && this.#depth === 0) this.#end(this.#at, values);
        return;
      default:
        this.#begin();
    }
  }

  #begin(): void {
    if (this.#start < 0) this.#start = this.#at;
  }

  #end(end: number, values: string[]): void {
    values.push(this.#text.slice(this.#start, end));
    this.#start = -1;
    this.#depth = 0;
  }
}

class RecordSplitter implements ValueSplitter {
  #text = "";
  #hadSeparator = false;

  push(text: string): string[] {
    const parts = (this.#text + text).split("\u001e");
    this.#text = parts.pop()!;
    if (this.#text.length > MAX_VALUE_LENGTH) throw tooLong();
    this.#hadSeparator ||= parts.length > 0;
    return parts;
  }

  finish(): string[] {
    // What stands behind the last separator is no message if it is empty; an empty input is an empty message.
    const left = this.#text;
    this.#text = "";
    return left.trim() === "" && this.#hadSeparator ? [] : [left];
  }
}

function tooLong(): CliError {
  return new CliError(`a value in the input is longer than ${MAX_VALUE_LENGTH} characters`, "send smaller messages");
}
