/** One element of DER (X.690 §10): the tag, and where its contents lie. */
export interface DerElement {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Uint8Array;
  readonly contents: Uint8Array;
}

/** Reads the elements that stand one behind the other in `bytes`. @throws Error for what is no DER */
export function readDer(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let pos = 0; pos < bytes.length; ) {
    const start = pos;
    const tag = bytes[pos++] as number;
    let length = bytes[pos++] ?? -1;
    if ((tag & 0x1f) === 0x1f || length < 0) throw new Error("this is no DER");
    if (length > 0x7f) {
      const count = length & 0x7f;
      if (count === 0 || count > 4) throw new Error("this is no DER: a length of a form that is not allowed");
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[pos++] ?? 0);
    }
    if (pos + length > bytes.length) throw new Error("this is no DER: it ends too soon");
    elements.push({ tag, whole: bytes.subarray(start, pos + length), contents: bytes.subarray(pos, pos + length) });
    pos += length;
  }
  return elements;
}

/** The only element in `bytes`, which must have `tag`. @throws Error */
export function onlyDer(bytes: Uint8Array, tag: number): DerElement {
  const elements = readDer(bytes);
  const [first] = elements;
  if (first === undefined || elements.length !== 1 || first.tag !== tag)
    throw new Error("this is not the DER expected");
  return first;
}

export const DER_BOOLEAN = 0x01;
export const DER_INTEGER = 0x02;
export const DER_BIT_STRING = 0x03;
export const DER_OID = 0x06;
export const DER_UTC_TIME = 0x17;
export const DER_GENERALIZED_TIME = 0x18;
export const DER_SEQUENCE = 0x30;

/** A UTCTime or GeneralizedTime as RFC 5280 §4.1.2.5 has them, in milliseconds since 1970. @throws Error */
export function derTimeMs({ tag, contents }: DerElement): number {
  const text = Buffer.from(contents).toString("latin1");
  const match = (
    tag === DER_UTC_TIME ? /^(\d{2})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text);
  if (match === null) throw new Error("this is no time");
  const [year, month, ...rest] = match.slice(1).map(Number) as [number, number, number, number, number, number];
  const full = tag === DER_UTC_TIME ? year + (year < 50 ? 2000 : 1900) : year;
  return Date.UTC(full, month - 1, ...rest);
}
