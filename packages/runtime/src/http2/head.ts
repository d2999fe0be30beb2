/** Makes header sections of fields, by the rules of RFC 9113 §8.2 and §8.3, and remembers those that repeat. */
import { describeFlaw, type Field, FieldKind } from "./field.js";
import type { HpackDecoder } from "./hpack/decoder.js";
import type { HttpFields, HttpHead } from "./http-types.js";

/** What a section is, which decides about its pseudo-fields. */
export const HeadKind = { REQUEST: 0, RESPONSE: 1, TRAILERS: 2 } as const;

/** A received section. */
export class Head implements HttpHead {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly status: number;
  readonly fields: HttpFields;
  derived: unknown;
  /** `content-length`, or -1. */
  readonly contentLength: number;
  /** Why the section is malformed; empty if it is not. */
  readonly flaw: string;

  constructor(
    method: string,
    scheme: string,
    authority: string,
    path: string,
    status: number,
    fields: HttpFields,
    contentLength: number,
    flaw: string,
  ) {
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.status = status;
    this.fields = fields;
    this.derived = undefined;
    this.contentLength = contentLength;
    this.flaw = flaw;
  }
}

/** Assembles and judges a section. */
export function buildHead(list: readonly Field[], kind: number): Head {
  let method: string | undefined;
  let scheme: string | undefined;
  let authority: string | undefined;
  let path: string | undefined;
  let host: string | undefined;
  let status = 0;
  let contentLength = -1;
  let flaw = "";
  const fields: Field[] = [];
  for (let i = 0; i < list.length; i++) {
    const field = list[i]!;
    if (field.kind === FieldKind.REGULAR) {
      fields.push(field);
      continue;
    }
    if (field.kind < FieldKind.HOST && flaw === "") {
      // RFC 9113 §8.3: before the regular fields, each once, and none in trailers.
      if (kind === HeadKind.TRAILERS) flaw = `the pseudo-field "${field.name}" stands in trailers`;
      else if (fields.length > 0) flaw = `the pseudo-field "${field.name}" stands after regular fields`;
      else if ((field.kind === FieldKind.STATUS) !== (kind === HeadKind.RESPONSE)) {
        flaw = `the pseudo-field "${field.name}" is in the wrong kind of section`;
      }
    }
    let duplicate = false;
    switch (field.kind) {
      case FieldKind.METHOD:
        duplicate = method !== undefined;
        method = field.value;
        break;
      case FieldKind.SCHEME:
        duplicate = scheme !== undefined;
        scheme = field.value;
        break;
      case FieldKind.AUTHORITY:
        duplicate = authority !== undefined;
        authority = field.value;
        break;
      case FieldKind.PATH:
        duplicate = path !== undefined;
        path = field.value;
        break;
      case FieldKind.STATUS:
        duplicate = status !== 0;
        status = Number(field.value);
        break;
      case FieldKind.HOST:
        duplicate = host !== undefined;
        host = field.value;
        fields.push(field);
        break;
      case FieldKind.CONTENT_LENGTH:
        duplicate = contentLength >= 0 && contentLength !== Number(field.value);
        contentLength = Number(field.value);
        fields.push(field);
        break;
      default:
        if (flaw === "") flaw = describeFlaw(field);
    }
    if (duplicate && flaw === "") flaw = `the field "${field.name}" comes twice`;
  }
  if (flaw === "") flaw = missing(kind, method, scheme, authority ?? host, path, status);
  return new Head(
    method ?? "",
    scheme ?? "",
    kind === HeadKind.REQUEST ? (authority ?? host ?? "") : "",
    path ?? "",
    status,
    fields,
    contentLength,
    flaw,
  );
}

/** RFC 9113 §8.3.1, §8.3.2 and, for CONNECT, §8.5. */
function missing(
  kind: number,
  method: string | undefined,
  scheme: string | undefined,
  authority: string | undefined,
  path: string | undefined,
  status: number,
): string {
  if (kind === HeadKind.RESPONSE) return status === 0 ? "the response has no :status" : "";
  if (kind === HeadKind.TRAILERS) return "";
  if (method === undefined) return "the request has no :method";
  // A policy that goes by the authority must never meet a request without one.
  if (authority === undefined || authority === "") return "the request has no :authority";
  if (method === "CONNECT") return scheme === undefined && path === undefined ? "" : "CONNECT has a :scheme or a :path";
  if (scheme === undefined) return "the request has no :scheme";
  if (path === undefined) return "the request has no :path";
  return path === "*" && method !== "OPTIONS" ? 'the :path "*" belongs to OPTIONS' : "";
}

/** Blocks over this are decoded each time: comparing them would cost as much. */
const MAX_REMEMBERED_BLOCK = 128;

/** Sections over this are not kept, so that what is kept has a bound: {@link SLOTS} times this and their objects. */
const MAX_REMEMBERED_LIST = 4096;

/** A power of two. */
const SLOTS = 64;

/** A block that changed no table, and what it means for as long as the table stays as it is. */
class Remembered {
  readonly block: Uint8Array;
  readonly generation: number;
  readonly kind: number;
  readonly head: Head;

  constructor(block: Uint8Array, generation: number, kind: number, head: Head) {
    this.block = block;
    this.generation = generation;
    this.kind = kind;
    this.head = head;
  }
}

/**
 * Reads header blocks. The blocks of one caller are the same few octets again and again once its fields are in the
 * dynamic table, so the last meaning of a block is kept, and with it what the floor above has derived from it.
 */
export class HeadReader {
  readonly #decoder: HpackDecoder;
  #slots: (Remembered | undefined)[] = [];
  /** The last block of each slot, as its hash: only what comes for the second time is worth remembering. */
  #seen: Int32Array = new Int32Array(0);
  #list: Field[] = [];

  constructor(decoder: HpackDecoder) {
    this.#decoder = decoder;
  }

  /** True if the last section was over the limits; what was read returned lacks fields then. */
  get oversize(): boolean {
    return this.#decoder.oversize;
  }

  /** The size of the last section that was decoded. */
  get listSize(): number {
    return this.#decoder.listSize;
  }

  /**
   * Reads `bytes[start, end)`, a whole block; `kind` is one of {@link HeadKind}.
   * @throws Http2Error COMPRESSION_ERROR
   */
  read(bytes: Uint8Array, start: number, end: number, kind: number): Head {
    const decoder = this.#decoder;
    const length = end - start;
    let slot = -1;
    let hash = length + kind;
    if (length <= MAX_REMEMBERED_BLOCK) {
      for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
      slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
      const known = this.#slots[slot];
      if (
        known !== undefined &&
        known.generation === decoder.generation &&
        known.kind === kind &&
        same(known.block, bytes, start, length)
      ) {
        decoder.oversize = false;
        return known.head;
      }
    }
    const before = decoder.generation;
    const list = this.#list;
    list.length = 0;
    decoder.decode(bytes, start, end, list);
    const head = buildHead(list, kind);
    if (slot >= 0 && before === decoder.generation && !decoder.oversize && head.flaw === "") {
      this.#consider(slot, hash, head, kind, bytes, start, end);
    }
    return head;
  }

  #consider(slot: number, hash: number, head: Head, kind: number, bytes: Uint8Array, start: number, end: number): void {
    const { generation, listSize } = this.#decoder;
    if (this.#seen.length === 0) {
      this.#seen = new Int32Array(SLOTS);
      this.#slots = new Array<Remembered | undefined>(SLOTS).fill(undefined);
    }
    if (this.#seen[slot] !== hash) this.#seen[slot] = hash;
    else if (listSize <= MAX_REMEMBERED_LIST) {
      this.#slots[slot] = new Remembered(bytes.slice(start, end), generation, kind, head);
    }
  }
}

function same(block: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (block.length !== length) return false;
  for (let i = 0; i < length; i++) if (block[i] !== bytes[start + i]) return false;
  return true;
}
