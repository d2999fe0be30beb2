import type { ReactElement } from "react";
import { durationText } from "../layout/time-text.js";
import type { Latencies } from "./latencies.js";
import { LoadChart } from "./load-chart.js";
import type { LoadState } from "./run-load.js";

const PHASES: Readonly<Record<LoadState["phase"], string>> = { running: "running", done: "done", stopped: "stopped" };

/** What a run has come to so far: figures, charts, failures. */
export function LoadResult({ state }: { readonly state: LoadState }): ReactElement {
  const { phase, samples, calls, failed, elapsedMs, latency, failures, unfinished } = state;
  const seconds = samples.map(({ atMs }) => atMs / 1000);
  const rate = elapsedMs > 0 ? (calls * 1000) / elapsedMs : 0;
  return (
    <>
      <section className="figures" aria-label="Result">
        <Figure name="State" value={PHASES[phase]} note={durationText(elapsedMs)} />
        <Figure name="Calls" value={calls.toLocaleString("en")} note={`${rounded(rate)} a second`} />
        <Figure
          name="Failed"
          value={failed.toLocaleString("en")}
          note={calls === 0 ? "" : `${rounded((failed * 100) / calls)} %`}
          bad={failed > 0}
        />
        <Figure name="Median" value={latency === undefined ? "–" : durationText(latency.p50Ms)} note="of the latency" />
        <Figure name="99 %" value={latency === undefined ? "–" : durationText(latency.p99Ms)} note="are faster" />
      </section>
      <p className="visually-hidden" role="status">
        {phase === "running" ? "The load test is running" : `The load test is ${PHASES[phase]}: ${calls} calls`}
      </p>
      <div className="charts">
        <LoadChart
          label="Calls a second"
          summary={`${rounded(rate)} on average, ${failed} of ${calls} failed`}
          seconds={seconds}
          unit=""
          curves={[
            { label: "ended", color: "--accent", values: samples.map((each) => each.rate), fill: true },
            { label: "failed", color: "--bad", values: samples.map((each) => each.failedRate) },
          ]}
        />
        <LoadChart
          label="Latency"
          summary={latency === undefined ? "no call has ended well" : latencySummary(latency)}
          seconds={seconds}
          unit=" ms"
          curves={[
            { label: "50 %", color: "--good", values: samples.map((each) => each.latency?.p50Ms ?? null) },
            { label: "95 %", color: "--warn", values: samples.map((each) => each.latency?.p95Ms ?? null) },
            { label: "99 %", color: "--code-word", values: samples.map((each) => each.latency?.p99Ms ?? null) },
          ]}
        />
      </div>
      {latency === undefined || phase === "running" ? null : <LatencyTable latency={latency} />}
      {failures.length === 0 ? null : (
        <section className="panel-card" aria-label="Failures">
          <h2>Failures</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">Status</th>
                <th scope="col">Calls</th>
                <th scope="col">The first said</th>
              </tr>
            </thead>
            <tbody>
              {failures.map(({ code, count, example }) => (
                <tr key={code}>
                  <td>
                    <span className="pill bad">{code}</span>
                  </td>
                  <td>{count.toLocaleString("en")}</td>
                  <td className="wrap">{example}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {phase === "running" || unfinished === 0 ? null : (
        <p className="muted">
          {unfinished.toLocaleString("en")} calls had not ended and were cancelled; they are not counted.
        </p>
      )}
    </>
  );
}

function Figure(props: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly bad?: boolean;
}) {
  return (
    <div className={props.bad ? "figure bad" : "figure"}>
      <span className="muted">{props.name}</span>
      <strong>{props.value}</strong>
      <small className="muted">{props.note}</small>
    </div>
  );
}

function LatencyTable({ latency }: { readonly latency: Latencies }): ReactElement {
  const columns: readonly (readonly [string, number])[] = [
    ["least", latency.minMs],
    ["mean", latency.meanMs],
    ["50 %", latency.p50Ms],
    ["90 %", latency.p90Ms],
    ["95 %", latency.p95Ms],
    ["99 %", latency.p99Ms],
    ["most", latency.maxMs],
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must be reached by keyboard for that
    <section className="panel-card scrolls" aria-label="Latencies of the whole run" tabIndex={0}>
      <h2>Latencies of the whole run</h2>
      <table className="figures-table">
        <thead>
          <tr>
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            {columns.map(([name, ms]) => (
              <td key={name}>{durationText(ms)}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function latencySummary({ p50Ms, p95Ms, p99Ms }: Latencies): string {
  return `median ${durationText(p50Ms)}, 95 % within ${durationText(p95Ms)}, 99 % within ${durationText(p99Ms)}`;
}

function rounded(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}
