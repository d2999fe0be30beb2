import { Store } from "../layout/store.js";

/** What the user wants; `auto` is what the system says. */
export type Theme = "auto" | "light" | "dark";

const KEY = "hawser-console.theme";

/** What the user wants now. */
export const theme: Store<Theme> = new Store<Theme>(stored());

/** Applies the theme from now on, and keeps it. */
export function startTheme(): void {
  apply();
  theme.subscribe(() => {
    apply();
    try {
      localStorage.setItem(KEY, theme.get());
    } catch {
      // Storage is full or forbidden: the choice holds until the page is closed.
    }
  });
}

function apply(): void {
  if (theme.get() === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.get();
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}
