import { type KeyboardEvent, type ReactElement, type ReactNode, useId } from "react";

/** One of several panels, of which one is shown. */
export interface Tab {
  readonly id: string;
  readonly title: string;
  /** Stands behind the title: how many there are of something. */
  readonly count?: number | undefined;
  readonly panel: () => ReactNode;
}

/** Tabs and the panel of the one that is chosen (WAI-ARIA Authoring Practices, "Tabs", with automatic activation). */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  readonly className?: string;
  /** Stands in the line of the tabs, at its end. */
  readonly children?: ReactNode;
}): ReactElement {
  const { label, tabs, onChoose, className = "", children } = props;
  const base = useId();
  const chosen = tabs.find(({ id }) => id === props.chosen) ?? tabs[0]!;
  const handleKey = (event: KeyboardEvent<HTMLElement>): void => {
    const at = tabs.indexOf(chosen);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    const next = tabs[steps[event.key]!]!;
    onChoose(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <div className={`tabs ${className}`}>
      <div className="tab-line">
        <div role="tablist" aria-label={label} onKeyDown={handleKey}>
          {tabs.map(({ id, title, count }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`${base}-${id}`}
              aria-selected={id === chosen.id}
              aria-controls={`${base}-panel`}
              tabIndex={id === chosen.id ? 0 : -1}
              onClick={() => onChoose(id)}
            >
              {title}
              {count !== undefined && count > 0 ? <span className="count">{count.toLocaleString("en")}</span> : null}
            </button>
          ))}
        </div>
        {children}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${chosen.id}`} className="tab-panel">
        {chosen.panel()}
      </div>
    </div>
  );
}
