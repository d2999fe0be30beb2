import type { ReactElement } from "react";
import { useStore } from "../layout/store.js";
import { environments } from "./page-environments.js";

/** Chooses the environment whose variables are filled in. */
export function EnvironmentPicker(): ReactElement | null {
  const { list, selected } = useStore(environments);
  if (list.length === 0) return null;
  return (
    <select
      className="environment-picker"
      aria-label="Environment"
      value={selected ?? ""}
      onChange={(event) => environments.select(event.target.value === "" ? undefined : event.target.value)}
    >
      <option value="">No environment</option>
      {list.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
