/** What keeps time by being told of it: an HTTP/2 engine. */
export interface Ticking {
  tick(nowMs: number): void;
}

/** A quarter of a second: the timeouts of connections are seconds. */
const PERIOD_MS = 250;

const watched = new Set<Ticking>();
let timer: NodeJS.Timeout | undefined;

/**
 * Tells `target` the time every 250 ms. All connections share one timer, which does not keep the process alive (their
 * sockets do). Returns what ends it.
 */
export function watchTicks(target: Ticking): () => void {
  watched.add(target);
  target.tick(performance.now());
  timer ??= setInterval(tickAll, PERIOD_MS).unref();
  return () => {
    watched.delete(target);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tickAll(): void {
  const nowMs = performance.now();
  for (const target of watched) target.tick(nowMs);
}
