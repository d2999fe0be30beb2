import { type ReactElement, useEffect, useState } from "react";
import { Icon } from "./icon.js";

/** How long the button says that it has copied. */
const SHOWN_MS = 2_000;

/** Copies a text. @param name what is copied, for the button's name: "Copy {name}" */
export function CopyButton({ text, name }: { readonly text: string; readonly name: string }): ReactElement {
  const [state, setState] = useState<"ready" | "copied" | "refused">("ready");
  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    copyText(text).then(
      () => setState("copied"),
      () => setState("refused"),
    );
  };
  return (
    <>
      <button type="button" className="quiet small" onClick={copy}>
        <Icon name={state === "copied" ? "check" : "copy"} />
        {state === "ready" ? "Copy" : state === "copied" ? "Copied" : "Select it by hand"}
        <span className="visually-hidden"> {name}</span>
      </button>
      <span className="visually-hidden" role="status">
        {state === "ready" ? "" : state === "copied" ? "Copied" : "The browser does not let the page copy"}
      </span>
    </>
  );
}

/** A page that came by http from another machine has no clipboard of its own; the old way works there. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.setAttribute("aria-hidden", "true");
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("the browser refuses");
}
