import { type FormEvent, type ReactElement, useState } from "react";
import { useAddress } from "../layout/address.js";
import { useConsole } from "../layout/console-context.js";
import { Icon } from "../layout/icon.js";
import { useStore } from "../layout/store.js";
import { methodLabel } from "./method-label.js";
import { callHistory } from "./page-history.js";

/** Calls under names: the one that is shown can be added, the others opened. */
export function SavedPanel(): ReactElement {
  const console = useConsole();
  const { method: id } = useAddress();
  const { saved } = useStore(callHistory);
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const method = console.schema.methods.get(id);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = name.trim();
    if (method === undefined || wanted === "") return;
    const known = saved.some((each) => each.name === wanted);
    const done = callHistory.save(wanted, console.draft(method).get());
    setSaid(done ? `${known ? "Replaced" : "Saved"} “${wanted}”.` : "There are too many saved calls: remove some.");
    if (done) setName("");
  };
  return (
    <div className="record-panel">
      <form className="record-tools" onSubmit={save}>
        <input
          placeholder={method === undefined ? "Choose a method first" : `Name for this ${method.name}`}
          aria-label="Name of the call to save"
          value={name}
          maxLength={120}
          disabled={method === undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="small" disabled={method === undefined || name.trim() === ""}>
          Save
        </button>
      </form>
      <p className="record-said muted" role="status">
        {said}
      </p>
      {saved.length === 0 ? (
        <p className="empty">Save a call under a name to have it again: message, metadata and deadline.</p>
      ) : (
        <ul className="records saved" aria-label="Saved calls">
          {saved.map((each) => {
            const known = console.schema.methods.has(each.draft.method);
            return (
              <li key={each.id} className="saved-record">
                <button
                  type="button"
                  className="record"
                  disabled={!known}
                  title={known ? each.draft.method : `${each.draft.method} is not on this server`}
                  onClick={() => console.open(each.draft)}
                >
                  <span className="name">{each.name}</span>
                  <small className="muted">{methodLabel(each.draft.method)}</small>
                </button>
                <button
                  type="button"
                  className="quiet square"
                  aria-label={`Remove ${each.name}`}
                  onClick={() => callHistory.remove("saved", each.id)}
                >
                  <Icon name="trash" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
