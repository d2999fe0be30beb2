import { FieldType } from "../descriptor/constants.js";

const INT32 = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const UINT32 = [0n, 2n ** 32n - 1n] as const;
const UINT64 = [0n, 2n ** 64n - 1n] as const;

/** The least and the greatest value of each integer type. */
export const INTEGER_RANGES: ReadonlyMap<number, readonly [bigint, bigint]> = new Map([
  [FieldType.Int32, INT32],
  [FieldType.Sint32, INT32],
  [FieldType.Sfixed32, INT32],
  [FieldType.Int64, INT64],
  [FieldType.Sint64, INT64],
  [FieldType.Sfixed64, INT64],
  [FieldType.Uint32, UINT32],
  [FieldType.Fixed32, UINT32],
  [FieldType.Uint64, UINT64],
  [FieldType.Fixed64, UINT64],
] as [number, readonly [bigint, bigint]][]);
