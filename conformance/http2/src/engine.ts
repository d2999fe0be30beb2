/**
 * The parts of the runtime that are under test and stand behind no published door. The paths lead into its build, so
 * that source and output of this workspace, which lie equally deep, both find them.
 */
export { Http2Socket, type Http2SocketEvents } from "../../../packages/runtime/dist/node/http2-socket.js";
export { type ListenOptions, listen } from "../../../packages/runtime/dist/node/listener.js";
export type { HttpFailure, HttpHead, HttpSink, HttpStream } from "../../../packages/runtime/dist/rpc/http-types.js";
