import { Code, codeName, type Metadata, type RpcError } from "hawser/web";
import { type ReactElement, useState } from "react";
import { encodeBase64 } from "../form/bytes-text.js";
import { useConsole } from "../layout/console-context.js";
import { Tabs } from "../layout/tabs.js";
import type { CallSession, CallSnapshot } from "./call-session.js";
import { errorDetails } from "./error-details.js";
import { formatMs } from "./format.js";
import { MessageList } from "./message-list.js";
import { ReadableJson } from "./readable-json.js";

/** What came back: status, messages, header and trailer. */
export function ResponsePane(props: {
  readonly session: CallSession | undefined;
  readonly snapshot: CallSnapshot | undefined;
}): ReactElement {
  const { session, snapshot } = props;
  const [tab, setTab] = useState("messages");
  if (session === undefined || snapshot === undefined) {
    return (
      <p className="empty no-call">
        Nothing was called yet. <kbd>Ctrl</kbd> <kbd>Enter</kbd> makes the call.
      </p>
    );
  }
  const { state } = snapshot;
  const error = state.kind === "ended" ? state.error : undefined;
  const fields = (snapshot.header?.size ?? 0) + (snapshot.trailer?.size ?? 0);
  return (
    <Tabs
      label="Response"
      chosen={tab}
      onChoose={setTab}
      tabs={[
        {
          id: "messages",
          title: "Response",
          count: session.method.kind === "unary" ? undefined : snapshot.received,
          panel: () => (
            <div className="response-body">
              {error === undefined ? null : <ErrorCard error={error} />}
              {error !== undefined && snapshot.received === 0 ? null : (
                <MessageList key={session.startedAt} session={session} snapshot={snapshot} />
              )}
            </div>
          ),
        },
        {
          id: "metadata",
          title: "Header and trailer",
          count: fields,
          panel: () => (
            <div className="metadata-lists">
              <MetadataList title="Header" metadata={snapshot.header} at={snapshot.headerAtMs} />
              <MetadataList title="Trailer" metadata={snapshot.trailer} at={snapshot.durationMs} />
            </div>
          ),
        },
      ]}
    >
      <StatusLine session={session} snapshot={snapshot} />
    </Tabs>
  );
}

function StatusLine({
  session,
  snapshot,
}: {
  readonly session: CallSession;
  readonly snapshot: CallSnapshot;
}): ReactElement {
  const { state, durationMs } = snapshot;
  const streams = session.method.kind !== "unary";
  return (
    <p className="status-line" role="status">
      {streams ? (
        <span className="muted counts">
          {snapshot.sent.toLocaleString("en")} sent, {snapshot.received.toLocaleString("en")} received
        </span>
      ) : null}
      {durationMs === undefined ? null : <span className="muted">{formatMs(durationMs)}</span>}
      {state.kind === "ended" ? (
        <span className={`pill ${state.code === Code.Ok ? "good" : "bad"}`}>{codeName(state.code)}</span>
      ) : (
        <span className="pill running">{state.kind === "open" ? "open" : streams ? "half-closed" : "running"}</span>
      )}
    </p>
  );
}

function ErrorCard({ error }: { readonly error: RpcError }): ReactElement {
  const { schema } = useConsole();
  const details = errorDetails(error.details, schema.registry);
  return (
    <section className="error-card" aria-label="Error">
      <h2>
        {codeName(error.code)} <small>{error.code}</small>
      </h2>
      <p className="error-message">{error.message === "" ? "The server gave no message." : error.message}</p>
      {details.map((detail, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the details of an error do not change
        <section key={index} className="detail">
          <h3>
            {detail.title} {detail.title === detail.typeName ? null : <small>{detail.typeName}</small>}
          </h3>
          {detail.json === undefined ? (
            <p className="muted">
              The schema has no such type. Its bytes in base64: <code>{detail.raw}</code>
            </p>
          ) : (
            <ReadableJson value={detail.json} />
          )}
        </section>
      ))}
    </section>
  );
}

function MetadataList(props: {
  readonly title: string;
  readonly metadata: Metadata | undefined;
  readonly at: number | undefined;
}): ReactElement {
  const { title, metadata, at } = props;
  return (
    <section>
      <h3>
        {title} {at === undefined ? null : <small className="muted">after {formatMs(at)}</small>}
      </h3>
      {metadata === undefined ? (
        <p className="muted">It has not come yet.</p>
      ) : metadata.size === 0 ? (
        <p className="muted">It is empty.</p>
      ) : (
        <dl className="metadata-values">
          {fieldsOf(metadata).map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name may be there more than once, and nothing changes
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** Names and values as text; of `-bin` in base64, as they go over the wire. */
function fieldsOf(metadata: Metadata): readonly (readonly [string, string])[] {
  return metadata.toFields().map(({ name, value }) => [name, typeof value === "string" ? value : encodeBase64(value)]);
}
