import type { ByteWriter } from "../../base/byte-writer.js";
import { putDouble, putFixed32, putFixed64, putFloat, putSfixed32, putSfixed64 } from "./write-fixed.js";
import { beginMessage, endMessage } from "./write-message.js";
import { type Long, putBool, putInt32, putInt64, putSint32, putSint64, putUint32, putUint64 } from "./write-varint.js";

/*
 * Packed repeated fields: one tag, one length, then the values (protobuf.dev, "Encoding", "Packed Repeated Fields").
 * An empty array writes nothing. One function per type, so that each loop sees one type of value.
 */

export function writePackedInt32(w: ByteWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putInt32(w, values[i]!);
  endMessage(w, start);
}

export function writePackedUint32(w: ByteWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putUint32(w, values[i]!);
  endMessage(w, start);
}

export function writePackedSint32(w: ByteWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putSint32(w, values[i]!);
  endMessage(w, start);
}

export function writePackedBool(w: ByteWriter, tag: number, values: readonly boolean[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putBool(w, values[i]!);
  endMessage(w, start);
}

export function writePackedInt64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putInt64(w, values[i]!);
  endMessage(w, start);
}

export function writePackedUint64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putUint64(w, values[i]!);
  endMessage(w, start);
}

export function writePackedSint64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putSint64(w, values[i]!);
  endMessage(w, start);
}

export function writePackedFixed32(w: ByteWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putFixed32(w, values[i]!);
  endMessage(w, start);
}

export function writePackedSfixed32(w: ByteWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putSfixed32(w, values[i]!);
  endMessage(w, start);
}

export function writePackedFixed64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putFixed64(w, values[i]!);
  endMessage(w, start);
}

export function writePackedSfixed64(w: ByteWriter, tag: number, values: readonly Long[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putSfixed64(w, values[i]!);
  endMessage(w, start);
}

export function writePackedFloat(w: ByteWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putFloat(w, values[i]!);
  endMessage(w, start);
}

export function writePackedDouble(w: ByteWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = beginMessage(w, tag);
  for (let i = 0; i < values.length; i++) putDouble(w, values[i]!);
  endMessage(w, start);
}
