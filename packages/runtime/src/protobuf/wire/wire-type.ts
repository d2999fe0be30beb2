/** The low three bits of a tag (protobuf.dev, "Encoding", "Message Structure"). */
export const WireType = { VARINT: 0, I64: 1, LEN: 2, SGROUP: 3, EGROUP: 4, I32: 5 } as const;

/** The low three bits of a tag; 6 and 7 do not exist. */
export type WireType = (typeof WireType)[keyof typeof WireType];

/** The highest field number: 2^29 - 1. */
export const MAX_FIELD_NUMBER: number = 2 ** 29 - 1;

/**
 * How deep messages and groups may nest, unknown ones included. 100 is what the C++, Java and Go implementations take
 * by default; without a bound a few kilobytes of opening tags overflow the stack (CVE-2024-7254).
 */
export const RECURSION_LIMIT = 100;
