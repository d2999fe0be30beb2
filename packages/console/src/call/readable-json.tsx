import type { JsonValue } from "hawser/protobuf";
import type { ReactElement } from "react";
import { isWebLink, nameInWords } from "./error-details.js";

/** What is deeper is shown as JSON. */
const MAX_DEPTH = 4;
const MAX_ROWS = 100;

/** JSON for people: objects as names with values, lists of objects as tables, links as links. */
export function ReadableJson({
  value,
  depth = 0,
}: {
  readonly value: JsonValue;
  readonly depth?: number;
}): ReactElement {
  if (typeof value === "string")
    return isWebLink(value) ? <WebLink url={value} /> : <span className="text">{value}</span>;
  if (typeof value !== "object" || value === null) return <span>{String(value)}</span>;
  if (depth >= MAX_DEPTH) return <pre>{JSON.stringify(value, undefined, 2)}</pre>;
  if (Array.isArray(value)) return <ReadableList items={value} depth={depth} />;
  const entries = Object.entries(value);
  return (
    <dl>
      {entries.slice(0, MAX_ROWS).map(([name, each]) => (
        <div key={name}>
          <dt>{nameInWords(name)}</dt>
          <dd>
            <ReadableJson value={each} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ReadableList({
  items,
  depth,
}: {
  readonly items: readonly JsonValue[];
  readonly depth: number;
}): ReactElement {
  const shown = items.slice(0, MAX_ROWS);
  const more = items.length > MAX_ROWS ? <p className="muted">and {items.length - MAX_ROWS} more</p> : null;
  if (shown.length > 0 && shown.every(isObject)) {
    const columns = [...new Set(shown.flatMap((item) => Object.keys(item)))];
    return (
      <>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {nameInWords(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((item, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: what is shown does not change
              <tr key={index}>
                {columns.map((column) => (
                  <td key={column}>
                    {Object.hasOwn(item, column) ? <ReadableJson value={item[column]!} depth={depth + 1} /> : null}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {more}
      </>
    );
  }
  return (
    <>
      <ul>
        {shown.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is shown does not change
          <li key={index}>
            <ReadableJson value={item} depth={depth + 1} />
          </li>
        ))}
      </ul>
      {more}
    </>
  );
}

function isObject(value: JsonValue): value is { [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function WebLink({ url }: { readonly url: string }): ReactElement {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {url}
    </a>
  );
}
