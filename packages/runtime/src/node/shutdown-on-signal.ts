/** What {@link shutdownOnSignal} can shut down. */
export interface Drainable {
  shutdown(options?: { readonly graceMs?: number }): Promise<void>;
}

/** How a process ends when it is told to. */
export interface ShutdownOnSignalOptions {
  /** Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
  /** How long running calls may go on; see `shutdown` of the server. Default 30,000 ms. */
  readonly graceMs?: number;
  /** Says "not_serving" first, as `addHealth` makes it. */
  readonly health?: { shutdown(): void };
  /**
   * From then until the port closes: load balancers that ask for the health must have the time to see it, and calls go
   * on as before. Default 0.
   */
  readonly healthDelayMs?: number;
}

/**
 * Ends the process in order when it gets SIGTERM or SIGINT: health turns to "not_serving", the server drains, and the
 * process ends by itself once nothing keeps it alive. The same signal a second time ends it at once, as if nobody had listened.
 *
 * @returns resolves when the server is shut down. Call `cancel` of it to listen no longer.
 */
export function shutdownOnSignal(
  server: Drainable,
  options: ShutdownOnSignalOptions = {},
): Promise<NodeJS.Signals | undefined> & { cancel(): void } {
  const signals = options.signals ?? ["SIGTERM", "SIGINT"];
  let settle: (signal: NodeJS.Signals | undefined) => void;
  let fail: (error: unknown) => void;
  const done = new Promise<NodeJS.Signals | undefined>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  const stop = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    // From now on the signals do again what they do by themselves: who is in a hurry sends another.
    stop();
    drain().then(() => settle(signal), fail);
  };
  const drain = async (): Promise<void> => {
    options.health?.shutdown();
    const { healthDelayMs = 0, graceMs } = options;
    if (healthDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, healthDelayMs));
    await server.shutdown(graceMs === undefined ? {} : { graceMs });
  };
  for (const signal of signals) process.on(signal, onSignal);
  return Object.assign(done, {
    cancel(): void {
      stop();
      settle(undefined);
    },
  });
}
