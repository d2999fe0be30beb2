import type { ReactElement } from "react";
import { type Theme, theme } from "../theme/theme.js";
import { useAddress } from "./address.js";
import { methodHash, useConsole } from "./console-context.js";
import { Icon, type IconName } from "./icon.js";
import { barPlaces, mainPlaces } from "./places.js";
import { useStore } from "./store.js";

const THEMES: readonly (readonly [Theme, IconName, string])[] = [
  ["auto", "auto", "as the system"],
  ["light", "sun", "light"],
  ["dark", "moon", "dark"],
];

/** The bar at the top: what is shown, of which server, and how. */
export function TopBar(props: {
  readonly sideOpen: boolean;
  readonly onSide: () => void;
  /** The method that was shown last: the way back to it. */
  readonly lastMethod: string;
}): ReactElement {
  const { schema } = useConsole();
  const { view } = useAddress();
  return (
    <header className="top-bar">
      <button
        type="button"
        className="quiet square menu"
        aria-label="Methods"
        aria-expanded={props.sideOpen}
        aria-controls="side"
        onClick={props.onSide}
      >
        <Icon name={props.sideOpen ? "close" : "menu"} />
      </button>
      <span className="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M8 5v22M24 5v22" />
          <path d="M8 20.500c5 0 3.500-8 8-8s3 8 8 8" />
          <path className="faint" d="M8 11.500c5 0 3.500 8 8 8s3-8 8-8" />
        </svg>
        <strong>Hawser</strong>
      </span>
      <span className="target" title={`${schema.target}${schema.tls ? " over TLS" : ""}`}>
        {schema.target}
      </span>
      <nav aria-label="Views">
        <a href={methodHash(props.lastMethod)} aria-current={view === "call" ? "page" : undefined}>
          Calls
        </a>
        {mainPlaces.map(({ id, title }) => (
          <a key={id} href={`#/${id}`} aria-current={view === id ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div className="bar-end">
        {barPlaces.map((Place, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the places are fixed
          <Place key={index} />
        ))}
        <ThemeButton />
      </div>
    </header>
  );
}

function ThemeButton(): ReactElement {
  const chosen = useStore(theme);
  const at = THEMES.findIndex(([name]) => name === chosen);
  const [, icon, label] = THEMES[at]!;
  const [next] = THEMES[(at + 1) % THEMES.length]!;
  return (
    <button
      type="button"
      className="quiet square"
      aria-label={`Theme: ${label}`}
      title={`Theme: ${label}`}
      onClick={() => theme.set(next)}
    >
      <Icon name={icon} />
    </button>
  );
}
