import type { ReactElement } from "react";
import { timeText } from "./time-text.js";

/** Asks again: now, or by itself. */
export function RefreshBar(props: {
  readonly at: number | undefined;
  readonly busy: boolean;
  readonly live: boolean;
  readonly onLive: (live: boolean) => void;
  readonly onRefresh: () => void;
}): ReactElement {
  const { at, busy, live, onLive, onRefresh } = props;
  return (
    <div className="refresh-bar">
      <small className="muted">{at === undefined ? "" : `at ${timeText(at)}`}</small>
      <label className="inline">
        <input type="checkbox" checked={live} onChange={(event) => onLive(event.target.checked)} />
        Live
      </label>
      <button type="button" disabled={busy && !live} onClick={onRefresh}>
        Refresh
      </button>
    </div>
  );
}
