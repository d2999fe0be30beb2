import { type ReactElement, useRef, useState, useSyncExternalStore } from "react";
import { useConsole } from "../layout/console-context.js";
import { KindBadge, kindName } from "../layout/kind-badge.js";
import { requestPlaces } from "../layout/places.js";
import { useStore } from "../layout/store.js";
import { Tabs } from "../layout/tabs.js";
import type { MethodInfo } from "../schema/console-schema.js";
import { CallSession, DraftError } from "./call-session.js";
import { MetadataTable } from "./metadata-table.js";
import { RequestEditor } from "./request-editor.js";
import { ResponsePane } from "./response-pane.js";
import { RunBar } from "./run-bar.js";
import { sessionOf } from "./sessions.js";

/** The response lies below the request: as in the style sheet. */
const STACKED = "(max-width: 1000px)";

/** A method: what is sent to it, and what comes back. */
export function CallView({ method }: { readonly method: MethodInfo }): ReactElement {
  const console = useConsole();
  const [tab, setTab] = useState("message");
  const [problem, setProblem] = useState("");
  const response = useRef<HTMLElement>(null);
  const store = sessionOf(method.id);
  const session = useStore(store);
  const snapshot = useSyncExternalStore(session?.subscribe ?? never, session?.snapshot ?? nothing);
  const draft = useStore(console.draft(method));

  /** Does something with the draft, and says what is wrong with it if it can't be done. */
  const attempt = (act: () => void): void => {
    try {
      act();
      setProblem("");
    } catch (error) {
      if (!(error instanceof DraftError)) throw error;
      setProblem(error.message);
    }
  };
  const start = (): CallSession => {
    const made = new CallSession(console, method, console.draft(method).get());
    store.set(made);
    return made;
  };
  const run = (): void => {
    const state = session?.state.kind ?? "ended";
    attempt(() => {
      if (state === "open") session?.send(console.draft(method).get().json);
      else if (state === "ended") {
        const made = start();
        if (made.streamsRequests) made.send(console.draft(method).get().json);
        else if (matchMedia(STACKED).matches) response.current?.scrollIntoView({ block: "nearest" });
      }
    });
  };

  return (
    <div className="call-view">
      <MethodHeader method={method} />
      <div className="call-panes">
        <section
          className="pane request"
          aria-label="Request"
          onKeyDown={(event) => {
            // The editor has it already, and says so.
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
            event.preventDefault();
            run();
          }}
        >
          <Tabs
            label="Request"
            chosen={tab}
            onChoose={setTab}
            tabs={[
              {
                id: "message",
                title: "Message",
                panel: () => <RequestEditor method={method} onSubmit={run} />,
              },
              {
                id: "metadata",
                title: "Metadata",
                count: draft.metadata.filter(({ on, name }) => on && name !== "").length,
                panel: () => <MetadataTable method={method} />,
              },
              ...requestPlaces.map(({ id, title, Panel }) => ({ id, title, panel: () => <Panel method={method} /> })),
            ]}
          />
          <RunBar
            method={method}
            state={snapshot?.state}
            session={session}
            problem={problem}
            onRun={run}
            onStart={() => attempt(start)}
          />
        </section>
        <section ref={response} className="pane response" aria-label="Response">
          <ResponsePane session={session} snapshot={snapshot} />
        </section>
      </div>
    </div>
  );
}

function never(): () => void {
  return () => undefined;
}

function nothing(): undefined {
  return undefined;
}

function MethodHeader({ method }: { readonly method: MethodInfo }): ReactElement {
  return (
    <header className="method-header">
      <h1>
        {method.name}
        {method.deprecated ? <span className="pill warn">deprecated</span> : null}
      </h1>
      <p className="signature">
        <KindBadge kind={method.kind} />
        <span>{kindName(method.kind)}</span>
        <code>{method.type.input.typeName}</code>
        <span aria-hidden="true">→</span>
        <code>{method.type.output.typeName}</code>
      </p>
      {method.comment === "" ? null : <p className="comment">{method.comment}</p>}
    </header>
  );
}
