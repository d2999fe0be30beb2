import { decodeBase64, encodeBase64 } from "../base/base64.js";
import type { HttpField, HttpFields } from "./http-types.js";

/** A value: text for most keys, bytes for keys that end in `-bin`. */
export type MetadataValue = string | Uint8Array;

/** What is accepted wherever metadata is: the class, a plain object (a list gives several values), or pairs. */
export type MetadataInit =
  | Metadata
  | { readonly [key: string]: MetadataValue | readonly MetadataValue[] | undefined }
  | Iterable<readonly [string, MetadataValue]>;

/**
 * Key-value pairs beside the messages of a call (gRPC over HTTP2, "Custom-Metadata"): in order, a key may come more than
 * once, keys are case-insensitive and kept in lower case. Keys that end in `-bin` hold bytes, all others printable
 * ASCII. Values may be secrets, so `console.log` and `JSON.stringify` show the keys alone.
 */
export class Metadata implements Iterable<[string, MetadataValue]> {
  /** As on the wire: `-bin` values in base64 without padding. */
  #fields: HttpField[];

  constructor(init?: MetadataInit) {
    this.#fields = init instanceof Metadata ? init.#fields.slice() : [];
    if (init === undefined || init instanceof Metadata) return;
    if (Symbol.iterator in init) {
      for (const [key, value] of init as Iterable<readonly [string, MetadataValue]>) this.append(key, value);
      return;
    }
    const record = init as { readonly [key: string]: MetadataValue | readonly MetadataValue[] | undefined };
    for (const key of Object.keys(record)) {
      const value = record[key];
      if (value === undefined) continue;
      if (Array.isArray(value)) for (const each of value as readonly MetadataValue[]) this.append(key, each);
      else this.append(key, value as MetadataValue);
    }
  }

  /** `init` itself if it is a Metadata already, else one made of it. */
  static from(init: MetadataInit | undefined): Metadata {
    return init instanceof Metadata ? init : new Metadata(init);
  }

  /** Of fields as they came over the wire, without those that belong to HTTP and gRPC themselves. */
  static fromFields(fields: HttpFields): Metadata {
    const metadata = new Metadata();
    for (const field of fields) if (!isReserved(field.name)) metadata.#fields.push(field);
    return metadata;
  }

  /** The fields as they go over the wire. The array must not be changed. */
  toFields(): HttpFields {
    return this.#fields;
  }

  /** Values in all. */
  get size(): number {
    return this.#fields.length;
  }

  /**
   * The first value of `key`.
   * @throws RangeError if a `-bin` value that came over the wire is no base64
   */
  get(key: `${string}-bin`): Uint8Array | undefined;
  get(key: string): string | undefined;
  get(key: string): MetadataValue | undefined {
    const name = key.toLowerCase();
    for (const field of this.#fields) {
      if (field.name !== name) continue;
      return isBinary(name) ? binaryValues(field)[0] : field.value;
    }
    return undefined;
  }

  /** All values of `key`, in order. */
  getAll(key: `${string}-bin`): Uint8Array[];
  getAll(key: string): string[];
  getAll(key: string): MetadataValue[] {
    const name = key.toLowerCase();
    const values: MetadataValue[] = [];
    for (const field of this.#fields) {
      if (field.name !== name) continue;
      if (isBinary(name)) values.push(...binaryValues(field));
      else values.push(field.value);
    }
    return values;
  }

  has(key: string): boolean {
    const name = key.toLowerCase();
    return this.#fields.some((field) => field.name === name);
  }

  /** Puts `value` in the place of all values of `key`. @throws TypeError as {@link Metadata.append} does */
  set(key: string, value: MetadataValue): this {
    const field = toField(key, value);
    this.delete(key);
    this.#fields.push(field);
    return this;
  }

  /**
   * Adds a value.
   * @throws TypeError if the key has characters outside `0-9 a-z _ - .`, belongs to HTTP or gRPC itself, or does not
   * fit the type of the value; or if text has characters outside printable ASCII
   */
  append(key: string, value: MetadataValue): this {
    this.#fields.push(toField(key, value));
    return this;
  }

  /** Adds all values of `other` as they are: one that came over the wire is not looked at. */
  appendAll(other: Metadata): this {
    this.#fields.push(...other.#fields);
    return this;
  }

  /** Takes all values of `key` away; true if there were any. */
  delete(key: string): boolean {
    const name = key.toLowerCase();
    const before = this.#fields.length;
    this.#fields = this.#fields.filter((field) => field.name !== name);
    return this.#fields.length < before;
  }

  /** The keys, each once, in order of their first appearance. */
  keys(): string[] {
    return [...new Set(this.#fields.map((field) => field.name))];
  }

  /** Pairs in order. */
  *[Symbol.iterator](): Iterator<[string, MetadataValue]> {
    for (const field of this.#fields) {
      if (isBinary(field.name)) for (const value of binaryValues(field)) yield [field.name, value];
      else yield [field.name, field.value];
    }
  }

  /** The keys with their values blacked out (they may be credentials). */
  toJSON(): Record<string, string> {
    return Object.fromEntries(this.keys().map((key) => [key, "<redacted>"]));
  }
}

/** What `console.log` of Node shows: as `toJSON`. */
Object.defineProperty(Metadata.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Metadata): string {
    return `Metadata { ${this.keys().join(", ")} }`;
  },
});

/** True for keys whose values are bytes. */
function isBinary(name: string): boolean {
  return name.endsWith("-bin");
}

/** Several binary values may be joined by commas (gRPC over HTTP2, "Custom-Metadata"). */
function binaryValues(field: HttpField): Uint8Array[] {
  return field.value.split(",").map((text) => {
    const bytes = decodeBase64(text.trim());
    if (bytes === undefined) throw new RangeError(`metadata "${field.name}" holds a value that is no base64`);
    return bytes;
  });
}

const KEY = /^[0-9a-z_.-]+$/;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

function toField(key: string, value: MetadataValue): HttpField {
  const name = key.toLowerCase();
  if (!KEY.test(name)) {
    throw new TypeError(
      `metadata key ${JSON.stringify(key)} is not allowed: use letters, digits, "_", "-" and "." only`,
    );
  }
  if (isReserved(name)) {
    throw new TypeError(`metadata key "${name}" belongs to HTTP or gRPC itself and can't be set`);
  }
  if (isBinary(name)) {
    if (!(value instanceof Uint8Array)) {
      throw new TypeError(`metadata "${name}" takes a Uint8Array because its key ends in "-bin", not ${typeof value}`);
    }
    return { name, value: encodeBase64(value).replace(/=+$/, "") };
  }
  if (typeof value !== "string") {
    const got = value instanceof Uint8Array ? 'bytes: end the key in "-bin" to send bytes' : typeof value;
    throw new TypeError(`metadata "${name}" takes a string, not ${got}`);
  }
  if (!PRINTABLE_ASCII.test(value)) {
    throw new TypeError(
      `metadata "${name}" has a character outside printable ASCII: send bytes under a "-bin" key instead`,
    );
  }
  return { name, value: value.trim() };
}

/** Fields that say how the call travels; they are no metadata (gRPC over HTTP2, "Requests" and "Responses"). */
function isReserved(name: string): boolean {
  switch (name) {
    case "connection":
    case "content-length":
    case "content-type":
    case "grpc-accept-encoding":
    case "grpc-encoding":
    case "grpc-message":
    case "grpc-message-type":
    case "grpc-status":
    case "grpc-timeout":
    case "host":
    case "keep-alive":
    case "proxy-connection":
    case "te":
    case "transfer-encoding":
    case "upgrade":
      return true;
    default:
      return name.charCodeAt(0) === COLON;
  }
}

const COLON = 58;
