/** Runs `task` after this turn of the event loop, when timers and sockets have had theirs: a stream in memory must not starve them. */
export function afterTurn(task: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => unknown };
  if (setImmediate === undefined) setTimeout(task, 0);
  else setImmediate(task);
}
