/** Messages on standard input and output: each behind its size, a big-endian 32-bit integer. */
import type { MessageType } from "hawser/protobuf";
import { decode, encode } from "hawser/protobuf";

/** The messages that come on standard input, until it ends. */
export async function* readMessages<T, Init>(type: MessageType<T, Init>): AsyncGenerator<T> {
  let rest = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4) {
      const size = rest.readUInt32BE();
      if (rest.length < 4 + size) break;
      yield decode(type, rest.subarray(4, 4 + size));
      rest = rest.subarray(4 + size);
    }
  }
}

/** Writes one message to standard output. */
export function writeMessage<T, Init>(type: MessageType<T, Init>, message: Init): Promise<void> {
  const bytes = encode(type, message);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return new Promise((resolve, reject) => {
    process.stdout.write(Buffer.concat([size, bytes]), (error) => (error == null ? resolve() : reject(error)));
  });
}
