import { useCallback, useEffect, useRef, useState } from "react";

/** What is known of something that is asked for again and again. */
export interface Polled<T> {
  /** What the last question that was answered gave; undefined before the first. */
  readonly value: T | undefined;
  /** Why the last question was not answered; undefined if it was. */
  readonly error: unknown;
  /** Whether a question is on its way. */
  readonly busy: boolean;
  /** Asks now. */
  refresh(): void;
}

/**
 * Asks at once, and then, if `everyMs` is given, so long after each answer, while the page is shown: a tab in the background asks nobody.
 *
 * @param read must be the same function as long as it asks for the same
 */
export function usePolled<T>(read: (signal: AbortSignal) => Promise<T>, everyMs: number | undefined): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, "refresh">>({ value: undefined, error: undefined, busy: true });
  const running = useRef<AbortController | undefined>(undefined);

  const ask = useCallback(async (): Promise<void> => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState((old) => ({ ...old, busy: true }));
    try {
      const value = await read(controller.signal);
      if (running.current === controller) setState({ value, error: undefined, busy: false });
    } catch (error) {
      if (running.current === controller) setState((old) => ({ value: old.value, error, busy: false }));
    }
  }, [read]);

  useEffect(() => {
    void ask();
    return () => {
      running.current?.abort();
      running.current = undefined;
    };
  }, [ask]);

  const { busy } = state;
  useEffect(() => {
    if (everyMs === undefined || busy) return;
    const whenShown = (): void => {
      if (document.visibilityState === "visible") void ask();
      else document.addEventListener("visibilitychange", whenShown, { once: true });
    };
    const timer = setTimeout(whenShown, everyMs);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", whenShown);
    };
  }, [everyMs, busy, ask]);

  return { ...state, refresh: () => void ask() };
}
