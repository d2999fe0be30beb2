import { type ReactElement, useState } from "react";
import { useConsole } from "../layout/console-context.js";
import { Icon } from "../layout/icon.js";
import { useStore } from "../layout/store.js";
import type { MethodInfo } from "../schema/console-schema.js";
import type { CallDraft } from "./call-draft.js";
import type { CallSession, CallState } from "./call-session.js";
import { parseDuration } from "./format.js";

/** How the call is made, and what can be done with it now. */
export function RunBar(props: {
  readonly method: MethodInfo;
  readonly state: CallState | undefined;
  readonly session: CallSession | undefined;
  readonly problem: string;
  /** What Ctrl-Enter does as well. */
  readonly onRun: () => void;
  /** Opens a stream without sending anything yet. */
  readonly onStart: () => void;
}): ReactElement {
  const { method, state, session, problem, onRun, onStart } = props;
  const store = useConsole().draft(method);
  const draft = useStore(store);
  const change = (part: Partial<CallDraft>): void => store.set({ ...store.get(), ...part });
  const streams = method.kind === "client_streaming" || method.kind === "bidi_streaming";
  const running = state !== undefined && state.kind !== "ended";
  const open = state?.kind === "open";
  return (
    <div className="run-bar">
      {problem === "" ? null : (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="run-line">
        <DeadlineField timeoutMs={draft.timeoutMs} onChange={(timeoutMs) => change({ timeoutMs })} />
        <label className="inline">
          Compression
          <select
            value={draft.compression}
            onChange={(event) => change({ compression: event.target.value as CallDraft["compression"] })}
          >
            <option value="">none</option>
            <option value="gzip">gzip</option>
            <option value="deflate">deflate</option>
          </select>
        </label>
        <span className="run-buttons">
          {running ? (
            <button type="button" className="danger" onClick={() => session?.cancel()}>
              <Icon name="stop" /> Cancel
            </button>
          ) : null}
          {streams && open ? (
            <button type="button" title="Half-close: there are no more requests" onClick={() => session?.halfClose()}>
              End requests
            </button>
          ) : null}
          {streams && !running ? (
            <button type="button" onClick={onStart}>
              Open
            </button>
          ) : null}
          {!running || open ? (
            <button
              type="button"
              className="primary"
              title="Ctrl Enter"
              aria-keyshortcuts="Control+Enter"
              onClick={onRun}
            >
              {streams ? (
                <>
                  <Icon name="up" /> {open ? "Send" : "Open and send"}
                </>
              ) : (
                <>
                  <Icon name="play" /> Call
                </>
              )}
            </button>
          ) : null}
        </span>
      </div>
    </div>
  );
}

function DeadlineField(props: {
  readonly timeoutMs: number | undefined;
  readonly onChange: (timeoutMs: number | undefined) => void;
}): ReactElement {
  const { timeoutMs, onChange } = props;
  const [text, setText] = useState<string | undefined>(undefined);
  const shown = text ?? (timeoutMs === undefined ? "" : timeoutText(timeoutMs));
  const wrong = shown.trim() !== "" && parseDuration(shown) === undefined;
  return (
    <label className="inline">
      Deadline
      <input
        className="deadline"
        value={shown}
        placeholder="none"
        title="As 500ms or 2s"
        aria-invalid={wrong}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          onChange(parseDuration(event.target.value));
        }}
        onBlur={() => {
          // What is no time stays, marked as wrong, until it is put right.
          if (!wrong) setText(undefined);
        }}
      />
    </label>
  );
}

function timeoutText(ms: number): string {
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
