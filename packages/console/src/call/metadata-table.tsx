import type { ReactElement } from "react";
import { useConsole } from "../layout/console-context.js";
import { Icon } from "../layout/icon.js";
import { useStore } from "../layout/store.js";
import type { MethodInfo } from "../schema/console-schema.js";
import type { MetadataRow } from "./call-draft.js";
import { metadataProblem } from "./metadata-rows.js";

/** The metadata that goes with the request, a row each. */
export function MetadataTable({ method }: { readonly method: MethodInfo }): ReactElement {
  const store = useConsole().draft(method);
  const draft = useStore(store);
  const rows: readonly MetadataRow[] = [...draft.metadata, { name: "", value: "", on: true }];
  const change = (index: number, row: MetadataRow | undefined): void => {
    const next: MetadataRow[] = [...draft.metadata];
    if (row === undefined) next.splice(index, 1);
    else next[index] = row;
    store.set({ ...draft, metadata: next });
  };
  return (
    <div className="metadata">
      <table>
        <thead>
          <tr>
            <th scope="col" className="narrow">
              Send
            </th>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
            <th scope="col" className="narrow">
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const fresh = index === draft.metadata.length;
            const problem = fresh ? undefined : metadataProblem(row);
            const which = fresh ? "of a further row" : `of row ${index + 1}`;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
              <tr key={index}>
                <td>
                  {fresh ? null : (
                    <input
                      type="checkbox"
                      aria-label={`Send row ${index + 1}`}
                      checked={row.on}
                      onChange={(event) => change(index, { ...row, on: event.target.checked })}
                    />
                  )}
                </td>
                <td>
                  <input
                    className="code"
                    aria-label={`Name ${which}`}
                    aria-invalid={problem !== undefined}
                    title={problem}
                    placeholder={fresh ? "x-name" : ""}
                    value={row.name}
                    spellCheck={false}
                    autoComplete="off"
                    autoCapitalize="off"
                    onChange={(event) => change(index, { ...row, name: event.target.value })}
                  />
                </td>
                <td>
                  <input
                    className="code"
                    aria-label={`Value ${which}`}
                    placeholder={fresh ? "value" : row.name.endsWith("-bin") ? "base64" : ""}
                    value={row.value}
                    spellCheck={false}
                    autoComplete="off"
                    onChange={(event) => change(index, { ...row, value: event.target.value })}
                  />
                  {problem === undefined ? null : <p className="problem">{problem}</p>}
                </td>
                <td>
                  {fresh ? null : (
                    <button
                      type="button"
                      className="quiet square"
                      aria-label={`Remove row ${index + 1}`}
                      onClick={() => change(index, undefined)}
                    >
                      <Icon name="trash" />
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="muted">
        Values of names that end in <code>-bin</code> are bytes, written in base64. <code>{"{{name}}"}</code> stands for
        a variable.
      </p>
    </div>
  );
}
