import type { WebChannel } from "hawser/web";
import { codeName, RpcError } from "hawser/web";
import { type ReactElement, useEffect, useState } from "react";
import type { CallWatch } from "../call/call-watch.js";
import { attachEnvironments } from "../environments/page-environments.js";
import { attachHistory } from "../history/page-history.js";
import { followMethod } from "../load/last-method.js";
import { loadSchema } from "../schema/load-schema.js";
import { App } from "./app.js";
import { Console, ConsoleContext } from "./console-context.js";
import { DraftMemory } from "./draft-memory.js";

/** How long the schema of the server may take: reflection of a far server with many files takes seconds. */
const SCHEMA_TIMEOUT_MS = 30_000;

/** Gets the schema, and shows the page, or why there is none. */
export function Start({ channel, watch }: { readonly channel: WebChannel; readonly watch: CallWatch }): ReactElement {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<Console | string | undefined>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    setState(undefined);
    loadSchema(channel, attempt > 0 || isReloaded(), { timeoutMs: SCHEMA_TIMEOUT_MS, signal: abort.signal }).then(
      (schema) => {
        if (!abort.signal.aborted) setState(newConsole(schema, channel, watch, new DraftMemory(schema.target)));
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState(describe(error));
      },
    );
    return () => abort.abort();
  }, [channel, watch, attempt]);

  if (state instanceof Console) {
    return (
      <ConsoleContext value={state}>
        <App />
      </ConsoleContext>
    );
  }
  return (
    <main className="start">
      {state === undefined ? (
        <p role="status">Asking the server what it has …</p>
      ) : (
        <>
          <h1>The server's schema could not be had</h1>
          <pre role="alert">{state}</pre>
          <button type="button" className="primary" onClick={() => setAttempt(attempt + 1)}>
            Try again
          </button>
        </>
      )}
    </main>
  );
}

/** Whoever loads a page again wants to see what has changed. */
function isReloaded(): boolean {
  const [navigation] = performance.getEntriesByType("navigation");
  return (navigation as PerformanceNavigationTiming | undefined)?.type === "reload";
}

function newConsole(...of: ConstructorParameters<typeof Console>): Console {
  const made = new Console(...of);
  attachEnvironments(made);
  attachHistory(made);
  followMethod();
  return made;
}

function describe(error: unknown): string {
  if (RpcError.is(error)) return `${codeName(error.code)}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
