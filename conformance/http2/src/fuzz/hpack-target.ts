import type { HttpField } from "hawser/http2";
import { ByteWriter, type Field, frames, HpackDecoder, HpackEncoder, Http2Error } from "./engine-parts.js";
import { Source, type Target } from "./target.js";

const MAX_LIST = 16_384;
const MAX_FIELDS = 128;

/**
 * An input is a row of blocks, each behind two octets of length. What decodes is encoded again, and that must decode
 * to the same; the decoder must keep to its limits and fail in no other way than COMPRESSION_ERROR.
 */
export const hpackTarget: Target = {
  run(input) {
    const source = new Source(input);
    const decoder = new HpackDecoder(MAX_LIST, MAX_FIELDS);
    const encoder = new HpackEncoder();
    const back = new HpackDecoder(2 ** 24, 2 ** 16);
    while (!source.done) {
      const control = source.byte();
      if (control >= 0xf0) {
        // Never over what HTTP/2 begins with: the other side's decoder here keeps to that.
        encoder.setPeerTableSize(Math.min(4096, (control & 0xf) * 300));
        continue;
      }
      const block = source.bytes(((control & 0x3f) << 8) | source.byte());
      const fields: Field[] = [];
      try {
        decoder.decode(block, 0, block.length, fields);
      } catch (error) {
        if (!(error instanceof Http2Error) || error.kind !== "connection" || error.code !== 9) throw error;
        return;
      }
      let size = 0;
      for (const field of fields) size += field.size;
      if (size > MAX_LIST || fields.length > MAX_FIELDS) throw new Error(`${fields.length} fields of ${size} bytes`);
      roundTrip(encoder, back, fields, (control & 0x40) !== 0);
    }
  },
  seeds: [
    row(
      [0x82, 0x86, 0x84, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff],
      [0x82, 0x86, 0x84, 0xbe, 0x58, 0x86, 0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf],
    ),
    row([0x40, 1, 0x61, 1, 0x62], [0x20, 0x3f, 0xe1, 0x1f, 0xbe], [0xbe, 0x00, 1, 0x63, 3, 1, 2, 3]),
    row([0x3f, 0xe1, 0x1f, 0x10, 3, 0x78, 0x2d, 0x79, 0x00]),
  ],
};

function roundTrip(encoder: HpackEncoder, decoder: HpackDecoder, fields: readonly HttpField[], split: boolean): void {
  const first = split ? fields.slice(0, fields.length >>> 1) : fields;
  const extra = split ? fields.slice(fields.length >>> 1) : undefined;
  const bound = encoder.bound(first, extra);
  const writer = new ByteWriter(bound);
  try {
    encoder.write(first, extra, writer);
  } catch (error) {
    // Fields that HPACK can carry and HTTP/2 cannot.
    if (error instanceof Http2Error && error.kind === "misuse") return;
    throw error;
  }
  if (writer.pos > bound) throw new Error(`${writer.pos} bytes were written where ${bound} were promised to do`);
  const decoded: Field[] = [];
  decoder.decode(writer.buf, 0, writer.pos, decoded);
  const text = (list: readonly HttpField[]): string => JSON.stringify(list.map(({ name, value }) => [name, value]));
  if (text(decoded) !== text(fields)) throw new Error(`${text(fields)} came back as ${text(decoded)}`);
}

function row(...blocks: number[][]): Uint8Array {
  return frames.concat(...blocks.map((block) => new Uint8Array([block.length >>> 8, block.length, ...block])));
}
