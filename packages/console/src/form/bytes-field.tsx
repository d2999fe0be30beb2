import { type ReactElement, useRef, useState } from "react";
import { Icon } from "../layout/icon.js";
import { type BytesMode, encodeBase64, fromBase64, toBase64 } from "./bytes-text.js";
import type { ValueProps } from "./form-context.js";
import { textOf } from "./form-model.js";

/** Files are for trying things out: the whole message is text in an editor. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Bytes, as base64, text or hexadecimal digits, or out of a file. */
export function BytesField({ id, label, node, presence, onJson }: ValueProps): ReactElement {
  const [mode, setMode] = useState<BytesMode>("base64");
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const picker = useRef<HTMLInputElement>(null);
  const base64 = textOf(node) ?? "";
  const shown = fromBase64(base64, mode);
  const change = (text: string): void => {
    const value = toBase64(text, mode);
    setDraft(value === undefined ? text : undefined);
    setProblem(value === undefined ? "pairs of hexadecimal digits are due" : "");
    if (value === undefined) return;
    onJson(value === "" && !presence ? undefined : JSON.stringify(value));
  };
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > MAX_FILE_BYTES) {
      setProblem(`${file.name} has ${file.size.toLocaleString("en")} bytes: at most 4 MiB are taken`);
      return;
    }
    try {
      onJson(JSON.stringify(encodeBase64(new Uint8Array(await file.arrayBuffer()))));
      setDraft(undefined);
      setProblem("");
    } catch (error) {
      setProblem(`${file.name} can't be read: ${error instanceof Error ? error.message : error}`);
    }
  };
  return (
    <>
      <div className="with-button">
        <input
          id={id}
          className="code"
          aria-label={label}
          aria-invalid={problem !== "" || (shown === undefined && draft === undefined)}
          value={draft ?? shown ?? base64}
          disabled={shown === undefined && draft === undefined}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change(event.target.value)}
          onBlur={() => setDraft(undefined)}
        />
        <select
          aria-label={`How ${label} is written`}
          value={mode}
          onChange={(event) => {
            setMode(event.target.value as BytesMode);
            setDraft(undefined);
            setProblem("");
          }}
        >
          <option value="base64">base64</option>
          <option value="text">text</option>
          <option value="hex">hex</option>
        </select>
        <button
          type="button"
          className="square"
          aria-label={`Take ${label} from a file`}
          title="From a file"
          onClick={() => picker.current?.click()}
        >
          <Icon name="file" />
        </button>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={`File for ${label}`}
          onChange={(event) => {
            take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
      {problem === "" ? null : <p className="problem">{problem}</p>}
      {shown === undefined && draft === undefined ? <p className="muted">These bytes are no {mode}.</p> : null}
    </>
  );
}
