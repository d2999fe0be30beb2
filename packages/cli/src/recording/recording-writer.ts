import { closeSync, openSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { CliError, reasonOf } from "../cli-error.js";
import { type CallLine, type HeaderLine, RECORDING_KIND, RECORDING_VERSION } from "./recording-format.js";

/** What a recording begins with. */
export interface RecordingStart {
  readonly target: string;
  readonly redacted: ReadonlySet<string>;
  /** An encoded `FileDescriptorSet`. */
  readonly schema: Uint8Array;
}

/** Writes a recording: each line is in the file once it is written, whatever becomes of the process. */
export class RecordingWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #maxBytes: number;
  #bytes = 0;
  #calls = 0;
  #stopped: string | undefined;

  /**
   * @param path of a file that is not there yet, unless `force` is given
   * @param maxBytes what the file may grow to
   * @throws CliError if it cannot be made
   */
  constructor(path: string, start: RecordingStart, { maxBytes, force }: { maxBytes: number; force: boolean }) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    try {
      // What is recorded may be secret.
      this.#file = openSync(path, force ? "w" : "wx", 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") {
        throw new CliError(`${path} is there already`, "name another file, or give --force to write it anew");
      }
      throw new CliError(`cannot write ${path}: ${reasonOf(error)}`, "check the path given with --out");
    }
    const header: HeaderLine = {
      hawser: RECORDING_KIND,
      version: RECORDING_VERSION,
      target: start.target,
      at: new Date().toISOString(),
      redacted: [...start.redacted].sort(),
      schema: gzipSync(start.schema).toString("base64"),
    };
    this.#line(header);
  }

  /** How many calls are in it. */
  get calls(): number {
    return this.#calls;
  }

  /** Why nothing further is written; `undefined` as long as it is. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** Adds a call, unless the file is full or cannot be written. */
  add(call: CallLine): void {
    if (this.#stopped === undefined && this.#line(call)) this.#calls++;
  }

  close(): void {
    closeSync(this.#file);
  }

  #line(value: object): boolean {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
    if (this.#bytes + bytes.length > this.#maxBytes) {
      this.#stopped = `${this.#path} has reached its largest size, ${this.#maxBytes} bytes`;
      return false;
    }
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (error) {
      this.#stopped = `cannot write ${this.#path}: ${reasonOf(error)}`;
      return false;
    }
    this.#bytes += bytes.length;
    return true;
  }
}
