import type { ServerExchangeSink } from "./exchange.js";
import type { HttpSink } from "./http-types.js";

/** Stands in while a stream is being opened, before its exchange is there. */
export const UNSET_HTTP_SINK: HttpSink = {
  onHead() {},
  onData() {},
  onTrailers() {},
  onFailure() {},
  onWritable() {},
};

/** Stands in until the server has taken a call over. */
export const UNSET_SERVER_SINK: ServerExchangeSink = {
  onMessage: () => true,
  onHalfClose() {},
  onBadRequest() {},
  onCancel() {},
  onWritable() {},
};
