import type { MessageTracer } from "hawser/web";

/** Adds up what goes over the wire, compressed and without framing. */
export class MessageSizes implements MessageTracer {
  protected sentBytes = 0;
  protected receivedBytes = 0;

  onMessageSent(_bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    this.sentBytes += compressedBytes ?? end - start;
  }

  onMessageReceived(_bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    this.receivedBytes += compressedBytes ?? end - start;
  }
}

/** Seconds since `startedMs` of `performance.now()`. */
export function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}
