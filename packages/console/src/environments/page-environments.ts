import type { Console } from "../layout/console-context.js";
import { EnvironmentStore } from "./environment-store.js";
import { type Filled, fillJson, fillText } from "./variables.js";

/** The environments of this browser. */
export const environments: EnvironmentStore = new EnvironmentStore(storage());

/** Fills variables in wherever the page is about to send something. */
export function attachEnvironments(console: Console): void {
  console.fill = {
    text: (text) => fillText(text, environments.lookup),
    json: (text) => fillJson(text, environments.lookup),
  };
  // What another tab changes is seen here as well.
  addEventListener("storage", () => environments.reload());
}

/** The text. @throws Error naming the variables that nobody knows */
export function filledText({ text, missing }: Filled): string {
  if (missing.length === 0) return text;
  const names = missing.map((name) => `{{${name}}}`).join(", ");
  throw new Error(`${names}: the environment that is chosen has no value for it`);
}

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
