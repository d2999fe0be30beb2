/** Receive windows that follow the network: how much a stream takes in one round trip, measured by PING. */
import type { Http2Limits } from "../limits.js";
import type { Http2Stream } from "./stream.js";
import { remoteOpen } from "./stream-state.js";

/**
 * A window limits a stream to as many bytes for each round trip. A stream whose reader keeps up, and that used two
 * thirds of its window within one, may be held up by it, so its window is doubled (grpc-go's estimator, which compares
 * with a bandwidth as well; here there is no clock). Only streams that are read grow: nothing is measured on others.
 */
export class WindowGrowth {
  readonly #window: number;
  readonly #maxWindow: number;
  readonly #maxGrowth: number;
  #probed: Http2Stream | undefined = undefined;
  #windowAtProbe = 0;
  #credited = 0;

  constructor(limits: Http2Limits) {
    this.#window = limits.streamWindow;
    this.#maxWindow = limits.maxStreamWindow;
    this.#maxGrowth = limits.windowGrowthBytes;
  }

  /** The stream got `count` bytes of window. Returns true if a PING should be sent now, to be ended by {@link finish}. */
  onCredit(stream: Http2Stream, count: number): boolean {
    if (this.#probed !== undefined) {
      if (this.#probed === stream) this.#credited += count;
      return false;
    }
    if (this.#window + stream.grown >= this.#maxWindow) return false;
    this.#probed = stream;
    this.#windowAtProbe = stream.receiveWindow;
    this.#credited = 0;
    return true;
  }

  /** The PING was answered. Returns the stream whose window has grown, and by how much, for the peer to hear. */
  finish(open: () => readonly Http2Stream[]): { readonly stream: Http2Stream; readonly more: number } | undefined {
    const stream = this.#probed;
    this.#probed = undefined;
    if (stream === undefined || !remoteOpen(stream.state)) return undefined;
    const window = this.#window + stream.grown;
    const received = this.#windowAtProbe + this.#credited - stream.receiveWindow;
    if (received * 3 < window * 2) return undefined;
    let left = this.#maxGrowth;
    for (const other of open()) left -= other.grown;
    const more = Math.min(window, this.#maxWindow - window, left);
    if (more <= 0) return undefined;
    stream.grown += more;
    stream.receiveWindow += more;
    return { stream, more };
  }
}
