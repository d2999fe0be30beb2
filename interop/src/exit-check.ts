import { after } from "node:test";

/** How long the process may take to end once its tests are over. */
const GRACE_MS = 5_000;

/**
 * Fails a test file whose process does not end by itself: then a socket or a timer was left behind. The check itself
 * keeps nothing alive.
 */
export function mustExit(): void {
  after(() => {
    setTimeout(() => {
      console.error(
        `The process is still alive ${GRACE_MS} ms after its last test: ${process.getActiveResourcesInfo().join(", ")}`,
      );
      process.exit(1);
    }, GRACE_MS).unref();
  });
}
