import { type ReactElement, useState } from "react";
import { Icon } from "../layout/icon.js";
import { useStore } from "../layout/store.js";
import {
  type Environment,
  MAX_ENVIRONMENTS,
  MAX_VARIABLES,
  type Variable,
  variableNameError,
} from "./environment-store.js";
import { environments } from "./page-environments.js";
import { BUILT_IN } from "./variables.js";

/** Sets of variables: made, changed, chosen. */
export function EnvironmentsView(): ReactElement {
  const { list, selected } = useStore(environments);
  const [shown, setShown] = useState(selected);
  const environment = list.find(({ id }) => id === shown) ?? list.find(({ id }) => id === selected) ?? list[0];
  const add = (): void => {
    const id = [...crypto.getRandomValues(new Uint32Array(2))].join("-");
    const made: Environment = { id, name: freeName(list), variables: [] };
    if (!environments.put(made)) return;
    environments.select(id);
    setShown(id);
  };
  return (
    <div className="view">
      <header className="view-header">
        <div>
          <h1>Environments</h1>
          <p className="muted">
            <code>{"{{name}}"}</code> in a message or in metadata stands for the variable of the chosen environment.
            They are kept in this browser, and the history keeps names, not values.
          </p>
        </div>
        <button type="button" disabled={list.length >= MAX_ENVIRONMENTS} onClick={add}>
          <Icon name="plus" />
          New environment
        </button>
      </header>
      {environment === undefined ? (
        <p className="empty">
          There is none yet. An environment is a name, such as “local” or “staging”, and the variables that belong to
          it.
        </p>
      ) : (
        <div className="environment-panes">
          <ul className="environment-list" aria-label="Environments">
            {list.map(({ id, name, variables }) => (
              <li key={id}>
                <button
                  type="button"
                  className="quiet"
                  aria-current={id === environment.id ? "true" : undefined}
                  onClick={() => setShown(id)}
                >
                  <span className="name">{name === "" ? "unnamed" : name}</span>
                  {id === selected ? <span className="pill good">in use</span> : null}
                  <small className="count">{variables.length}</small>
                </button>
              </li>
            ))}
          </ul>
          <EnvironmentEditor key={environment.id} environment={environment} inUse={environment.id === selected} />
        </div>
      )}
      <section className="panel-card">
        <h2>Always there</h2>
        <dl className="built-in">
          {[...BUILT_IN].map(([name, { about }]) => (
            <div key={name}>
              <dt>
                <code>{`{{${name}}}`}</code>
              </dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

function EnvironmentEditor(props: { readonly environment: Environment; readonly inUse: boolean }): ReactElement {
  const { environment, inUse } = props;
  const { variables } = environment;
  const rows: readonly Variable[] =
    variables.length < MAX_VARIABLES ? [...variables, { name: "", value: "", secret: false }] : variables;
  const change = (index: number, variable: Variable | undefined): void => {
    const next = [...variables];
    if (variable === undefined) next.splice(index, 1);
    else next[index] = variable;
    environments.put({ ...environment, variables: next });
  };
  return (
    <section className="panel-card environment" aria-label={`Environment ${environment.name}`}>
      <div className="environment-head">
        <label>
          Name
          <input
            value={environment.name}
            maxLength={100}
            spellCheck={false}
            onChange={(event) => environments.put({ ...environment, name: event.target.value })}
          />
        </label>
        <button type="button" onClick={() => environments.select(inUse ? undefined : environment.id)}>
          {inUse ? "Use none" : "Use it"}
        </button>
        <button type="button" className="danger" onClick={() => environments.remove(environment.id)}>
          <Icon name="trash" />
          Remove
        </button>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Variable</th>
            <th scope="col">Value</th>
            <th scope="col" className="narrow">
              Secret
            </th>
            <th scope="col" className="narrow">
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <VariableRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
              key={index}
              row={row}
              fresh={index === variables.length}
              which={index === variables.length ? "of a further variable" : `of variable ${index + 1}`}
              taken={variables.some((each, at) => at < index && each.name === row.name)}
              onChange={(variable) => change(index, variable)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function VariableRow(props: {
  readonly row: Variable;
  readonly fresh: boolean;
  readonly which: string;
  readonly taken: boolean;
  readonly onChange: (variable: Variable | undefined) => void;
}): ReactElement {
  const { row, fresh, which, taken, onChange } = props;
  const problem = fresh ? undefined : taken ? "this name is there already" : variableNameError(row.name);
  return (
    <tr>
      <td>
        <input
          className="code"
          aria-label={`Name ${which}`}
          aria-invalid={problem !== undefined}
          placeholder={fresh ? "name" : ""}
          value={row.name}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => onChange({ ...row, name: event.target.value.trim() })}
        />
        {problem === undefined ? null : <p className="problem">{problem}</p>}
      </td>
      <td>
        <input
          className="code"
          type={row.secret ? "password" : "text"}
          aria-label={`Value ${which}`}
          placeholder={fresh ? "value" : ""}
          value={row.value}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ ...row, value: event.target.value })}
        />
      </td>
      <td className="check">
        {fresh ? null : (
          <input
            type="checkbox"
            aria-label={`Hide the value ${which}`}
            checked={row.secret}
            onChange={(event) => onChange({ ...row, secret: event.target.checked })}
          />
        )}
      </td>
      <td>
        {fresh ? null : (
          <button
            type="button"
            className="quiet square"
            aria-label={`Remove the row ${which}`}
            onClick={() => onChange(undefined)}
          >
            <Icon name="trash" />
          </button>
        )}
      </td>
    </tr>
  );
}

function freeName(list: readonly Environment[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? "local" : `environment ${n}`;
    if (!list.some((each) => each.name === name)) return name;
  }
}
