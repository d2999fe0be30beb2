import type { Registry } from "hawser/protobuf";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { CodeEditor } from "../editor/code-editor.js";
import { useConsole } from "../layout/console-context.js";
import { CopyButton } from "../layout/copy-button.js";
import { Icon } from "../layout/icon.js";
import { VirtualList } from "../layout/virtual-list.js";
import { type CallMessage, messageJson, messagePreview } from "./call-messages.js";
import type { CallSession, CallSnapshot } from "./call-session.js";
import { formatBytes, formatMs } from "./format.js";

const ROW_HEIGHT = 28;
/** The last message is shown as it comes, but not so often that nobody can read it. */
const FOLLOW_MS = 250;
/** Larger messages have no beginning in the list: writing all of each as JSON would hold the page up. */
const MAX_PREVIEW_BYTES = 32 * 1024;
/** As much of a message as an editor shows at once. */
const MAX_SHOWN = 400_000;

/** The messages of a call: one in full, and if there may be several the list of them. */
export function MessageList(props: { readonly session: CallSession; readonly snapshot: CallSnapshot }): ReactElement {
  const { session, snapshot } = props;
  const { schema } = useConsole();
  const [chosen, setChosen] = useState<CallMessage | undefined>(undefined);
  const last = useLatest(session, snapshot);
  const shown = chosen ?? last;
  const { messages } = session;
  const first = messages.dropped;
  return (
    <div className="messages">
      {session.method.kind === "unary" ? null : (
        <>
          <VirtualList
            label="Messages"
            className="message-rows"
            count={messages.length}
            rowHeight={ROW_HEIGHT}
            followEnd={chosen === undefined}
            rowKey={(index) => first + index}
            row={(index) => {
              const message = messages.at(index);
              if (message === undefined) return null;
              return (
                <button
                  type="button"
                  className={`message-row ${message.direction}`}
                  aria-current={message === shown}
                  onClick={() => setChosen(message)}
                  onFocus={() => setChosen(message)}
                >
                  <Icon name={message.direction === "out" ? "up" : "down"} />
                  <span className="visually-hidden">{message.direction === "out" ? "sent" : "received"}</span>
                  <span className="number">{message.number}</span>
                  <span className="time">{formatMs(message.atMs)}</span>
                  <span className="size">{message.bytes === undefined ? "" : formatBytes(message.bytes)}</span>
                  <span className="preview">{preview(message, schema.registry)}</span>
                </button>
              );
            }}
          />
          {first > 0 ? (
            <p className="muted dropped">
              The first {first.toLocaleString("en")} messages are not kept any more: there were too many.
            </p>
          ) : null}
        </>
      )}
      {shown === undefined ? (
        <p className="empty">No message yet.</p>
      ) : (
        <MessageView message={shown} registry={schema.registry}>
          {chosen === undefined ? null : (
            <button type="button" className="quiet small" onClick={() => setChosen(undefined)}>
              <Icon name="down" /> Latest
            </button>
          )}
        </MessageView>
      )}
    </div>
  );
}

function MessageView(props: {
  readonly message: CallMessage;
  readonly registry: Registry;
  /** Stands before the button that copies. */
  readonly children?: ReactNode;
}): ReactElement {
  const { message, registry, children } = props;
  const json = messageJson(message, registry);
  return (
    <section className="message-view" aria-label={`Message ${message.number}`}>
      <div className="message-head">
        <strong>
          {message.direction === "out" ? "Sent" : "Received"} #{message.number}
        </strong>
        <span>{formatMs(message.atMs)}</span>
        {message.bytes === undefined ? null : <span>{formatBytes(message.bytes)}</span>}
        <code className="type">{message.type.typeName}</code>
        <span className="grow" />
        {children}
        <CopyButton name="the message" text={json} />
      </div>
      {json.length > MAX_SHOWN ? (
        <p className="note">The beginning of {json.length.toLocaleString("en")} characters; the whole can be copied.</p>
      ) : null}
      <CodeEditor label={`Message ${message.number} in JSON`} value={json.slice(0, MAX_SHOWN)} />
    </section>
  );
}

const previews = new WeakMap<CallMessage, string>();

function preview(message: CallMessage, registry: Registry): string {
  if ((message.bytes ?? 0) > MAX_PREVIEW_BYTES) return "…";
  let text = previews.get(message);
  if (text === undefined) previews.set(message, (text = messagePreview(message, registry)));
  return text;
}

/** The last message that came, or that was sent if none came: a new one at most every {@link FOLLOW_MS}. */
function useLatest(session: CallSession, snapshot: CallSnapshot): CallMessage | undefined {
  const [latest, setLatest] = useState<CallMessage | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another count is another message
  useEffect(() => {
    const show = (): void => {
      timer.current = undefined;
      setLatest(lastOf(session));
    };
    // Never in the same task: the list, and the editor that shows one in full, take their time each.
    const soon = latest === undefined || snapshot.state.kind === "ended";
    if (soon) clearTimeout(timer.current);
    if (soon || timer.current === undefined) timer.current = setTimeout(show, soon ? 0 : FOLLOW_MS);
  }, [session, snapshot.count, snapshot.sent, snapshot.received, snapshot.state.kind]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return latest;
}

function lastOf({ messages, method }: CallSession): CallMessage | undefined {
  const last = messages.at(messages.length - 1);
  // The request of a unary call is known: it stands beside.
  return method.kind === "unary" && last?.direction === "out" ? undefined : last;
}
