import { builtin } from "./builtin.js";

/** Entries that wait for the disk, in bytes; those beyond are left out and counted: a log must not eat the memory. */
export const MAX_WAITING_LOG_BYTES: number = 16 * 1024 * 1024;

/** A binary log that goes to a file. */
export interface BinaryLogFile {
  /** Appends an entry. */
  write(entry: Uint8Array): void;
  /** Entries that were left out because the disk was too slow, or had failed. */
  readonly dropped: number;
  /** Resolves when all is on the disk. @throws Error of the file system */
  close(): Promise<void>;
}

/**
 * Appends the entries of a binary log to a file, each after its length in four bytes, the highest first: the format of
 * grpc-go's, which `readBinaryLog` reads.
 */
export function binaryLogFile(path: string): BinaryLogFile {
  const stream = builtin.fs.createWriteStream(path, { flags: "a" });
  let dropped = 0;
  // Told by `close`; until then the log is not what may end the process.
  stream.on("error", () => {});
  return {
    write(entry) {
      if (stream.errored !== null || stream.writableLength > MAX_WAITING_LOG_BYTES) {
        dropped++;
        return;
      }
      const framed = new Uint8Array(4 + entry.length);
      new DataView(framed.buffer).setUint32(0, entry.length);
      framed.set(entry, 4);
      stream.write(framed);
    },
    get dropped() {
      return dropped;
    },
    async close() {
      if (stream.errored !== null) throw stream.errored;
      stream.end();
      await builtin.streamPromises.finished(stream);
    },
  };
}
