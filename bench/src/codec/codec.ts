/** How a codec sees one message type. `Wire` is bytes, or text for JSON. */
export interface TypeCodec<Message, Wire> {
  encode(message: Message): Wire;
  decode(wire: Wire): Message;
}

/** The encoded form of a shape's message, in both languages of the suite's codecs. */
export interface Encoded {
  readonly bytes: Uint8Array;
  /** ProtoJSON. */
  readonly json: string;
}

/** One codec: a file of codecs/ gives it to {@link serveCodec}. */
export interface Codec<Message, Wire> {
  /** Which form of a message this codec reads and writes. */
  wireOf(encoded: Encoded): Wire;
  /** The functions for a message type of the package bench.codec. */
  typeCodec(type: string): TypeCodec<Message, Wire>;
}

/** The argument of a codec process, as JSON: the shapes by name, the bytes in base64. */
export interface CodecJob {
  readonly shapes: readonly {
    readonly name: string;
    readonly type: string;
    readonly bytes: string;
    readonly json: string;
  }[];
  /** How long every shape is used, each direction, before one is measured. */
  readonly warmupMs: number;
  /** Name of the shape to measure. */
  readonly measure: string;
}

/** A line on the stdin of a codec process. */
export interface CodecCommand {
  readonly direction: "encode" | "decode";
  readonly runMs: number;
}

/** The lines of a codec process: the first, and an answer to each command. */
export type CodecLine = { readonly event: "ready" } | { readonly event: "coded"; readonly nsPerMessage: number };
