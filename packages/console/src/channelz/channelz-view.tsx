import { Channelz } from "hawser/services";
import { createClient } from "hawser/web";
import { type ReactElement, useCallback, useRef, useState } from "react";
import { useConsole } from "../layout/console-context.js";
import { FailureNote } from "../layout/failure-note.js";
import { RefreshBar } from "../layout/refresh-bar.js";
import { agoText } from "../layout/time-text.js";
import { usePolled } from "../layout/use-polled.js";
import { rateOf } from "./rate.js";
import {
  type CallCounts,
  type ChannelView,
  type ChannelzView as Process,
  readChannelz,
  type ServerView,
  type TraceLine,
} from "./read-channelz.js";
import { SocketTable } from "./socket-table.js";

const LIVE_MS = 2_000;

/** What the server's process tells of its connections: servers and their sockets, channels and what is below them. */
export function ChannelzView(): ReactElement {
  const { channel } = useConsole();
  const [live, setLive] = useState(true);
  const read = useCallback((signal: AbortSignal) => readChannelz(createClient(Channelz, channel), signal), [channel]);
  const { value, error, busy, refresh } = usePolled(read, live ? LIVE_MS : undefined);
  // Rates are differences between two looks.
  const looks = useRef<{ now: Process | undefined; before: Process | undefined }>({
    now: undefined,
    before: undefined,
  });
  if (value !== looks.current.now) looks.current = { now: value, before: looks.current.now };
  const { before } = looks.current;
  return (
    <div className="view channelz">
      <header className="view-header">
        <div>
          <h1>Connections</h1>
          <p className="muted">
            What the server's process tells by <code>grpc.channelz.v1.Channelz</code>, this page's own calls among it.
          </p>
        </div>
        <RefreshBar at={value?.at} busy={busy} live={live} onLive={setLive} onRefresh={refresh} />
      </header>
      {error === undefined ? null : (
        <FailureNote error={error} absent="This server has no channelz service (grpc.channelz.v1.Channelz)." />
      )}
      {value === undefined ? null : (
        <>
          <h2>Servers</h2>
          {value.servers.length === 0 ? <p className="empty">It tells of none.</p> : null}
          {value.servers.map((server) => (
            <ServerCard
              key={String(server.id)}
              server={server}
              rate={rateOf(
                server.calls.started,
                value.at,
                before?.servers.find(({ id }) => id === server.id)?.calls.started,
                before?.at,
              )}
            />
          ))}
          <h2>Channels</h2>
          {value.channels.length === 0 ? <p className="empty">The process has none of its own.</p> : null}
          {value.channels.map((each) => (
            <ChannelCard key={`${each.kind}${each.id}`} channel={each} />
          ))}
          {value.more ? <p className="muted">There is more: the first fifty of each are shown.</p> : null}
        </>
      )}
    </div>
  );
}

function ServerCard({ server, rate }: { readonly server: ServerView; readonly rate: string }): ReactElement {
  const { id, name, listens, calls, sockets, trace, moreSockets } = server;
  const where = listens.map(({ local, name: other }) => local || other).filter((each) => each !== "");
  return (
    <section className="panel-card" aria-label={`Server ${id}`}>
      <header className="card-head">
        <h3>
          {name === "" ? `Server ${id}` : name} <small className="muted">{where.join(", ")}</small>
        </h3>
        <Counts counts={calls} rate={rate} />
      </header>
      <SocketTable sockets={sockets} label={`Connections of server ${id}`} />
      {moreSockets ? <p className="muted">There are more connections than these.</p> : null}
      <Trace trace={trace} />
    </section>
  );
}

function ChannelCard({ channel }: { readonly channel: ChannelView }): ReactElement {
  const { id, kind, name, target, state, calls, children, sockets, trace } = channel;
  const title = target === "" ? name : target;
  return (
    <section className="panel-card" aria-label={`${kind} ${id}`}>
      <header className="card-head">
        <h3>
          {title === "" ? `${kind} ${id}` : title} <small className="muted">{kind}</small>{" "}
          <span className={`pill ${statePill(state)}`}>{state}</span>
        </h3>
        <Counts counts={calls} rate="" />
      </header>
      {sockets.length === 0 ? null : <SocketTable sockets={sockets} label={`Connections of ${kind} ${id}`} />}
      {children.map((each) => (
        <ChannelCard key={`${each.kind}${each.id}`} channel={each} />
      ))}
      <Trace trace={trace} />
    </section>
  );
}

function statePill(state: string): string {
  return state === "ready" ? "good" : state === "transient failure" ? "bad" : state === "connecting" ? "warn" : "";
}

function Counts({ counts, rate }: { readonly counts: CallCounts; readonly rate: string }): ReactElement {
  const { started, succeeded, failed, lastAt } = counts;
  return (
    <p className="counts muted">
      <span>{started.toLocaleString("en")} calls</span>
      {rate === "" ? null : <span>{rate}</span>}
      <span>{succeeded.toLocaleString("en")} well</span>
      <span className={failed > 0n ? "bad" : undefined}>{failed.toLocaleString("en")} failed</span>
      {lastAt === undefined ? null : <span>last {agoText(lastAt)}</span>}
    </p>
  );
}

function Trace({ trace }: { readonly trace: readonly TraceLine[] }): ReactElement | null {
  if (trace.length === 0) return null;
  return (
    <details>
      <summary>What happened ({trace.length})</summary>
      <ol className="trace">
        {trace.map(({ at, severity, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity
          <li key={index}>
            <small className="muted">{at === undefined ? "" : agoText(at)}</small>
            {severity === "info" ? null : (
              <span className={`pill ${severity === "error" ? "bad" : severity === "warning" ? "warn" : ""}`}>
                {severity}
              </span>
            )}
            <span className="wrap">{text}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
