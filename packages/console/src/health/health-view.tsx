import { HealthService } from "hawser/services";
import { createClient } from "hawser/web";
import { type ReactElement, useCallback, useState } from "react";
import { useConsole } from "../layout/console-context.js";
import { FailureNote } from "../layout/failure-note.js";
import { RefreshBar } from "../layout/refresh-bar.js";
import { usePolled } from "../layout/use-polled.js";
import { splitName } from "../schema/search.js";
import { type HealthState, readHealth, type ServiceHealth } from "./read-health.js";

const LIVE_MS = 2_000;
const PILLS: Readonly<Record<HealthState, string>> = {
  serving: "good",
  "not serving": "bad",
  unknown: "warn",
  "not told": "",
};

/** What the server says of its health, service by service. */
export function HealthView(): ReactElement {
  const { channel, schema } = useConsole();
  const [live, setLive] = useState(true);
  const read = useCallback(
    (signal: AbortSignal) =>
      readHealth(
        createClient(HealthService, channel),
        schema.services.map(({ name }) => name),
        signal,
      ),
    [channel, schema],
  );
  const { value, error, busy, refresh } = usePolled(read, live ? LIVE_MS : undefined);
  const bad = value?.services.filter(({ status }) => status === "not serving").length ?? 0;
  return (
    <div className="view">
      <header className="view-header">
        <div>
          <h1>Health</h1>
          <p className="muted">
            What <code>grpc.health.v1.Health</code> says of the server and of each service.
          </p>
        </div>
        <RefreshBar at={value?.at} busy={busy} live={live} onLive={setLive} onRefresh={refresh} />
      </header>
      {error === undefined ? null : (
        <FailureNote error={error} absent="This server has no health service (grpc.health.v1.Health)." />
      )}
      <p className="visually-hidden" role="status">
        {value === undefined ? "" : `${bad} of ${value.services.length} are not serving`}
      </p>
      {value === undefined ? null : (
        <table className="panel-table">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {value.services.map((each) => (
              <HealthRow key={each.service} {...each} />
            ))}
          </tbody>
        </table>
      )}
      {value === undefined || value.left === 0 ? null : (
        <p className="muted">
          {value.left.toLocaleString("en")} more services were not asked about: the server can't list its statuses.
        </p>
      )}
    </div>
  );
}

function HealthRow({ service, status }: ServiceHealth): ReactElement {
  const [packageName, name] = splitName(service);
  return (
    <tr>
      <td>
        {service === "" ? (
          <strong>The server as a whole</strong>
        ) : (
          <>
            <strong>{name}</strong> <small className="muted">{packageName}</small>
          </>
        )}
      </td>
      <td>
        <span className={`pill ${PILLS[status]}`}>{status}</span>
      </td>
    </tr>
  );
}
