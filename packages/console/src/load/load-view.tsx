import { type FormEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { draftCall } from "../copy-lines/draft-call.js";
import { benchLine } from "../copy-lines/hawser-line.js";
import { methodLabel } from "../history/method-label.js";
import { type Console, methodHash, useConsole } from "../layout/console-context.js";
import { CopyButton } from "../layout/copy-button.js";
import { Icon } from "../layout/icon.js";
import { useStore } from "../layout/store.js";
import type { MethodInfo } from "../schema/console-schema.js";
import { isCommonService } from "../schema/is-common-service.js";
import { lastMethod } from "./last-method.js";
import { type LoadPlan, MAX_CONCURRENCY, MAX_DURATION_MS, planError } from "./load-plan.js";
import { LoadResult } from "./load-result.js";
import { type LoadState, runLoad } from "./run-load.js";
import { callStarter } from "./start-call.js";

/** What stands in the fields. */
interface Fields {
  readonly concurrency: string;
  readonly seconds: string;
  readonly rate: string;
}

/** A small load test of one method. */
export function LoadView(): ReactElement {
  const console = useConsole();
  const last = useStore(lastMethod);
  const [chosen, setChosen] = useState(last);
  const method = console.schema.methods.get(chosen) ?? firstMethod(console);
  const [fields, setFields] = useState<Fields>({ concurrency: "4", seconds: "10", rate: "" });
  const [state, setState] = useState<LoadState | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const running = useRef<AbortController | undefined>(undefined);
  const busy = state?.phase === "running";
  useEffect(() => () => running.current?.abort(), []);

  if (method === undefined) return <p className="empty">The server has no methods to call.</p>;
  const plan = planOf(fields);
  const start = (event: FormEvent): void => {
    event.preventDefault();
    setProblem("");
    try {
      const wrong = planError(plan);
      if (wrong !== undefined) throw new RangeError(wrong);
      const call = callStarter(console, method, console.draft(method).get());
      const controller = new AbortController();
      running.current = controller;
      const show = (next: LoadState): void => {
        // The page may show another run, or nothing, by now.
        if (running.current === controller && !(controller.signal.aborted && next.phase === "running")) setState(next);
      };
      setState({ ...BEGINNING });
      void runLoad(plan, call, show, controller.signal);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="view load">
      <header className="view-header">
        <div>
          <h1>Load test</h1>
          <p className="muted">
            Calls a method again and again, and shows how many calls a second there are and how long they take.
          </p>
        </div>
      </header>
      <form className="panel-card load-form" onSubmit={start}>
        <MethodChoice chosen={method} disabled={busy} onChoose={setChosen} />
        <label>
          Calls in flight
          <input
            type="number"
            min={1}
            max={MAX_CONCURRENCY}
            value={fields.concurrency}
            disabled={busy}
            onChange={(event) => setFields({ ...fields, concurrency: event.target.value })}
          />
        </label>
        <label>
          Seconds
          <input
            type="number"
            min={0.1}
            step="any"
            max={MAX_DURATION_MS / 1000}
            value={fields.seconds}
            disabled={busy}
            onChange={(event) => setFields({ ...fields, seconds: event.target.value })}
          />
        </label>
        <label>
          Calls a second
          <input
            type="number"
            min={0}
            step="any"
            placeholder="as many as it can"
            value={fields.rate}
            disabled={busy}
            onChange={(event) => setFields({ ...fields, rate: event.target.value })}
          />
        </label>
        {busy ? (
          // Another element than the one to start with: else the click that stops would also submit the form anew.
          <button key="stop" type="button" className="danger" onClick={() => running.current?.abort()}>
            <Icon name="stop" />
            Stop
          </button>
        ) : (
          <button key="start" type="submit" className="primary">
            <Icon name="play" />
            Start
          </button>
        )}
        <p className="muted wide">
          Message, metadata and deadline are those of <a href={methodHash(method.id)}>{methodLabel(method.id)}</a>.
          {location.protocol === "http:"
            ? " Over http: a browser opens six connections to a server at most, so that more unary calls than six wait in the browser, and the wait is part of their latency."
            : ""}
        </p>
        {problem === "" ? null : (
          <p className="problem wide" role="alert">
            {problem}
          </p>
        )}
      </form>
      {state === undefined ? null : <LoadResult state={state} />}
      <BenchLine console={console} method={method} plan={plan} />
    </div>
  );
}

/** One of the user's own services rather than of those that every server has. */
function firstMethod({ schema }: Console): MethodInfo | undefined {
  const all = [...schema.methods.values()];
  return all.find(({ service }) => !isCommonService(service.name)) ?? all[0];
}

const BEGINNING: LoadState = {
  phase: "running",
  elapsedMs: 0,
  calls: 0,
  failed: 0,
  unfinished: 0,
  failures: [],
  samples: [],
  latency: undefined,
};

function planOf({ concurrency, seconds, rate }: Fields): LoadPlan {
  return {
    concurrency: Number(concurrency),
    durationMs: Number(seconds) * 1000,
    ratePerSecond: rate.trim() === "" ? undefined : Number(rate),
  };
}

/** A field with suggestions rather than a list of a thousand entries. */
function MethodChoice(props: {
  readonly chosen: MethodInfo;
  readonly disabled: boolean;
  readonly onChoose: (id: string) => void;
}): ReactElement {
  const { schema } = useConsole();
  const [text, setText] = useState(props.chosen.id);
  return (
    <label className="wide">
      Method
      <input
        className="code"
        list="load-methods"
        value={text}
        disabled={props.disabled}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={!schema.methods.has(text)}
        onChange={(event) => {
          setText(event.target.value);
          if (schema.methods.has(event.target.value)) props.onChoose(event.target.value);
        }}
        onBlur={() => setText(props.chosen.id)}
      />
      <datalist id="load-methods">
        {[...schema.methods.keys()].map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </label>
  );
}

/** A page is no load generator: the command is. */
function BenchLine(props: {
  readonly console: Console;
  readonly method: MethodInfo;
  readonly plan: LoadPlan;
}): ReactElement | null {
  const { console, method, plan } = props;
  const draft = useStore(console.draft(method));
  let line: string;
  try {
    if (planError(plan) !== undefined) return null;
    line = benchLine(draftCall(console, method, draft, undefined), plan);
  } catch {
    // The message has variables that nobody knows: Start says which.
    return null;
  }
  return (
    <section className="panel-card bench-line" aria-label="The same from a terminal">
      <header>
        <h2>From a terminal</h2>
        <CopyButton text={line} name="the line for hawser bench" />
      </header>
      <p className="muted">A browser is not made for load. The same calls without one:</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must be reached by keyboard for that */}
      <pre tabIndex={0}>{line}</pre>
    </section>
  );
}
