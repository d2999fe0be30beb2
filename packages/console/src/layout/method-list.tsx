import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { isCommonService } from "../schema/is-common-service.js";
import { listRows, splitName } from "../schema/search.js";
import { useAddress } from "./address.js";
import { methodHash, useConsole } from "./console-context.js";
import { Icon } from "./icon.js";
import { KindBadge } from "./kind-badge.js";
import { VirtualList, type VirtualListHandle } from "./virtual-list.js";

const ROW_HEIGHT = 30;
/** With more methods than these, services start folded: a list of names is found in sooner than one of everything. */
const FOLD_ABOVE = 300;

/** Services and their methods, and the search among them. */
export function MethodList(): ReactElement {
  const { schema } = useConsole();
  const { method: chosen } = useAddress();
  const [query, setQuery] = useState("");
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => {
    const many = schema.methods.size > FOLD_ABOVE;
    const open = schema.methods.get(chosen)?.service.name;
    const names = schema.services.map(({ name }) => name);
    // What every server has is not what one looks for.
    return new Set(names.filter((name) => name !== open && (many || isCommonService(name))));
  });
  const list = useRef<VirtualListHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => listRows(schema.services, query, folded), [schema, query, folded]);
  const found = useMemo(() => rows.reduce((sum, row) => sum + (row.kind === "method" ? 1 : 0), 0), [rows]);

  useEffect(() => {
    const focusSearch = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      search.current?.focus();
      search.current?.select();
    };
    addEventListener("keydown", focusSearch);
    return () => removeEventListener("keydown", focusSearch);
  }, []);

  const fold = (name: string, close: boolean): void => {
    const next = new Set(folded);
    if (close) next.add(name);
    else next.delete(name);
    setFolded(next);
  };

  return (
    <div className="method-list">
      <div className="search">
        <Icon name="search" />
        <input
          ref={search}
          type="search"
          placeholder="Search methods"
          aria-label="Search methods"
          aria-keyshortcuts="Control+K"
          value={query}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setQuery("");
            const first = rows.findIndex((row) => row.kind === "method");
            if (event.key === "ArrowDown") list.current?.focusRow(Math.max(0, first));
            else if (event.key === "Enter" && first >= 0) {
              const row = rows[first]!;
              if (row.kind === "method") location.hash = methodHash(row.method.id);
            } else return;
            event.preventDefault();
          }}
        />
        <kbd>Ctrl K</kbd>
      </div>
      <p className="visually-hidden" role="status">
        {query === "" ? "" : `${found} methods found`}
      </p>
      {rows.length === 0 ? (
        <p className="empty">{query === "" ? "The server has no services to call." : "No method has these words."}</p>
      ) : (
        <VirtualList
          ref={list}
          label="Services and methods"
          className="method-rows"
          count={rows.length}
          rowHeight={ROW_HEIGHT}
          rowKey={(index) => {
            const row = rows[index]!;
            return row.kind === "service" ? row.service.name : row.method.id;
          }}
          onKeyDown={(event, index) => {
            const row = rows[index]!;
            if (event.key === "/" || (event.key === "ArrowUp" && index === 0)) search.current?.focus();
            else if (event.key === "ArrowLeft" && row.kind === "method") {
              list.current?.focusRow(rows.findLastIndex((each, i) => i < index && each.kind === "service"));
            } else if (event.key === "ArrowLeft" && row.kind === "service") fold(row.service.name, true);
            else if (event.key === "ArrowRight" && row.kind === "service") fold(row.service.name, false);
            else return;
            event.preventDefault();
          }}
          row={(index) => {
            const row = rows[index]!;
            if (row.kind === "method") {
              const { method } = row;
              return (
                <a
                  className="method-row"
                  href={methodHash(method.id)}
                  aria-current={method.id === chosen ? "page" : undefined}
                  title={method.comment === "" ? method.id : `${method.id}\n\n${method.comment}`}
                >
                  <KindBadge kind={method.kind} />
                  <span className={method.deprecated ? "name deprecated" : "name"}>{method.name}</span>
                </a>
              );
            }
            const { service, open } = row;
            const [packageName, name] = splitName(service.name);
            return (
              <button
                type="button"
                className="service-row"
                aria-expanded={open}
                title={service.comment === "" ? service.name : `${service.name}\n\n${service.comment}`}
                onClick={() => fold(service.name, open)}
              >
                <Icon name="chevron" />
                <span className="name">
                  {name} <small>{packageName}</small>
                </span>
                <small className="count">{row.count}</small>
              </button>
            );
          }}
        />
      )}
    </div>
  );
}
