import { type ReactElement, useState } from "react";
import { agoText } from "../layout/time-text.js";
import type { SocketView } from "./read-channelz.js";

/** Connections, a row each. Those with more to tell can be opened. */
export function SocketTable(props: { readonly sockets: readonly SocketView[]; readonly label: string }): ReactElement {
  const { sockets, label } = props;
  const [open, setOpen] = useState<bigint | undefined>(undefined);
  if (sockets.length === 0) return <p className="empty">No connections.</p>;
  return (
    <section className="scrolls" aria-label={label}>
      <table className="socket-table">
        <thead>
          <tr>
            <th scope="col">Peer</th>
            <th scope="col">Security</th>
            <th scope="col">Streams</th>
            <th scope="col">Failed</th>
            <th scope="col">Messages in</th>
            <th scope="col">Messages out</th>
            <th scope="col">Window in / out</th>
            <th scope="col">
              <span className="visually-hidden">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sockets.map((socket) => (
            <SocketRows
              key={String(socket.id)}
              socket={socket}
              open={open === socket.id}
              onToggle={() => setOpen(open === socket.id ? undefined : socket.id)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SocketRows(props: {
  readonly socket: SocketView;
  readonly open: boolean;
  readonly onToggle: () => void;
}): ReactElement {
  const { socket, open, onToggle } = props;
  const { id, remote, name, security, streams, messagesReceived, messagesSent, localWindow, remoteWindow } = socket;
  const peer = remote || name || `socket ${id}`;
  return (
    <>
      <tr>
        <td className="code">{peer}</td>
        <td>{security === "" ? <span className="muted">cleartext</span> : security}</td>
        <td className="number">{streams.started.toLocaleString("en")}</td>
        <td className={streams.failed > 0n ? "number bad" : "number"}>{streams.failed.toLocaleString("en")}</td>
        <td className="number">{messagesReceived.toLocaleString("en")}</td>
        <td className="number">{messagesSent.toLocaleString("en")}</td>
        <td className="number">
          {windowText(localWindow)} / {windowText(remoteWindow)}
        </td>
        <td>
          <button
            type="button"
            className="link"
            aria-expanded={open}
            aria-label={`${open ? "Less" : "More"} of ${peer}`}
            onClick={onToggle}
          >
            {open ? "Less" : "More"}
          </button>
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={8}>
            <SocketDetails socket={socket} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function SocketDetails({ socket }: { readonly socket: SocketView }): ReactElement {
  const rows: readonly (readonly [string, string])[] = [
    ["Local address", socket.local],
    ["Streams that ended well", socket.streams.succeeded.toLocaleString("en")],
    ["Last stream", timeOf(socket.streams.lastAt)],
    ["Last message in", timeOf(socket.lastMessageReceivedAt)],
    ["Last message out", timeOf(socket.lastMessageSentAt)],
    ["Keepalives sent", socket.keepAlivesSent.toLocaleString("en")],
    ...socket.options.map(({ name, value }) => [name, value] as const),
  ];
  return (
    <dl className="socket-details">
      {rows
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="code">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function timeOf(at: number | undefined): string {
  return at === undefined ? "" : agoText(at);
}

/** Bytes of flow control; a process need not tell them. */
function windowText(bytes: bigint | undefined): string {
  if (bytes === undefined) return "–";
  return bytes >= 1024n ? `${(bytes / 1024n).toLocaleString("en")} KiB` : `${bytes} B`;
}
