/** RFC 6455 without I/O: the frames of a WebSocket as a server reads and writes them. */
export { CloseCode } from "./close-code.js";
export { closeFrame, controlFrame, MAX_HEADER_BYTES, Opcode, writeHeaderBefore } from "./frame.js";
export { FrameReader, type FrameSink } from "./frame-reader.js";
