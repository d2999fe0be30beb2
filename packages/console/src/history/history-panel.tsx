import { Code, codeName } from "hawser/web";
import { type ReactElement, useState } from "react";
import { useConsole } from "../layout/console-context.js";
import { Icon } from "../layout/icon.js";
import { useStore } from "../layout/store.js";
import { durationText, timeText } from "../layout/time-text.js";
import { VirtualList } from "../layout/virtual-list.js";
import { methodLabel } from "./method-label.js";
import { callHistory } from "./page-history.js";

const ROW_HEIGHT = 52;

/** The calls that were made, newest first; choosing one opens it as it was. */
export function HistoryPanel(): ReactElement {
  const console = useConsole();
  const { loaded, history } = useStore(callHistory);
  const [words, setWords] = useState("");
  const wanted = words.toLowerCase().split(/\s+/);
  const shown = history.filter((entry) => {
    const text = `${entry.draft.method} ${codeName(entry.code)} ${entry.target} ${entry.message}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  return (
    <div className="record-panel">
      <div className="record-tools">
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter the history"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <button
          type="button"
          className="quiet small"
          disabled={history.length === 0}
          onClick={() => callHistory.clear()}
        >
          Clear
        </button>
      </div>
      {shown.length === 0 ? (
        <p className="empty">
          {!loaded
            ? "Loading …"
            : history.length === 0
              ? "Calls that you make are kept here."
              : "No call has these words."}
        </p>
      ) : (
        <VirtualList
          label="Calls made"
          className="records"
          count={shown.length}
          rowHeight={ROW_HEIGHT}
          rowKey={(index) => shown[index]!.id}
          onKeyDown={(event, index) => {
            if (event.key !== "Delete") return;
            event.preventDefault();
            callHistory.remove("history", shown[index]!.id);
          }}
          row={(index) => {
            const entry = shown[index]!;
            const { draft, code, received, durationMs, startedAt, target } = entry;
            const known = console.schema.methods.has(draft.method);
            return (
              <button
                type="button"
                className="record"
                disabled={!known}
                title={known ? `${draft.method} at ${target}` : `${draft.method} is not on this server`}
                onClick={() => console.open(draft)}
              >
                <span className="record-line">
                  <span className="name">{methodLabel(draft.method)}</span>
                  <span className={`pill ${code === Code.Ok ? "good" : "bad"}`}>{codeName(code)}</span>
                </span>
                <small className="record-line muted">
                  <span>{timeText(startedAt)}</span>
                  <span>{durationText(durationMs)}</span>
                  {received === 1 ? null : <span>{received.toLocaleString("en")} replies</span>}
                  {entry.cut ? <span>request too large to keep</span> : null}
                  {target === console.schema.target ? null : <span className="name">{target}</span>}
                </small>
              </button>
            );
          }}
        />
      )}
      <p className="visually-hidden" role="status">
        {words === "" ? "" : `${shown.length} calls found`}
      </p>
      {history.length === 0 ? null : (
        <p className="record-hint muted">
          <Icon name="clock" /> The last {history.length.toLocaleString("en")} calls, in this browser alone.
        </p>
      )}
    </div>
  );
}
