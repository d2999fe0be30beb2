import { useSyncExternalStore } from "react";

/** What the page shows, by the part of its address behind the `#`. */
export interface Address {
  /** `call`, or the id of a place. */
  readonly view: string;
  /** The method of a call, as `notes.v1.Notes/Get`; empty if none is chosen. */
  readonly method: string;
}

/** Reads the part of an address behind the `#`, with it or without. What it can't read shows the calls. */
export function parseHash(hash: string): Address {
  const [, view = "", rest = ""] = /^#?\/([a-z-]+)(?:\/(.*))?$/.exec(hash) ?? [];
  if (view !== "" && view !== "call") return { view, method: "" };
  try {
    return { view: "call", method: decodeURIComponent(rest) };
  } catch {
    return { view: "call", method: "" };
  }
}

/** What the address says now; the component is rendered again when that changes. */
export function useAddress(): Address {
  const hash = useSyncExternalStore(
    (listener) => {
      addEventListener("hashchange", listener);
      return () => removeEventListener("hashchange", listener);
    },
    () => location.hash,
  );
  return parseHash(hash);
}
