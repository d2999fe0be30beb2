import { type ReactElement, useEffect, useMemo, useState } from "react";
import { environments } from "../environments/page-environments.js";
import { requestsOf } from "../history/page-history.js";
import { type Console, useConsole } from "../layout/console-context.js";
import { CopyButton } from "../layout/copy-button.js";
import { useStore } from "../layout/store.js";
import type { MethodInfo } from "../schema/console-schema.js";
import { type CopyLine, copyLines } from "./copy-lines.js";
import { draftCall } from "./draft-call.js";

/** The call as it stands, as a line for a shell or a program. */
export function CopyPanel({ method }: { readonly method: MethodInfo }): ReactElement {
  const console = useConsole();
  const draft = useStore(console.draft(method));
  const state = useStore(environments);
  // Typing is faster than lines are made of large messages.
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), 150);
    return () => clearTimeout(timer);
  }, [draft]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the environments are what variables are filled in from
  const lines = useMemo(() => linesOf(console, method, settled), [console, method, settled, state]);
  if (typeof lines === "string") return <p className="note copy-note">{lines}</p>;
  return (
    <div className="copy-panel">
      {lines.map(({ tool, text, error }) => (
        <section key={tool} aria-label={tool}>
          <header>
            <h2>{tool}</h2>
            {error === undefined ? <CopyButton text={text} name={`the line for ${tool}`} /> : null}
          </header>
          {error === undefined ? (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must be reached by keyboard for that
            <pre tabIndex={0}>{text}</pre>
          ) : (
            <p className="problem">{error}</p>
          )}
        </section>
      ))}
      <p className="muted">
        Variables are filled in. The lines are for a POSIX shell; the program needs the code that{" "}
        <code>hawser generate</code> writes.
      </p>
    </div>
  );
}

function linesOf(console: Console, method: MethodInfo, draft: Parameters<typeof draftCall>[2]): CopyLine[] | string {
  try {
    return copyLines(draftCall(console, method, draft, requestsOf(method.id, draft.json)));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
