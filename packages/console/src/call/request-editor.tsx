import type { ReactElement } from "react";
import { CodeEditor } from "../editor/code-editor.js";
import { useConsole } from "../layout/console-context.js";
import { useStore } from "../layout/store.js";
import type { MethodInfo } from "../schema/console-schema.js";

/** The message that is to be sent. */
export function RequestEditor({ method }: { readonly method: MethodInfo }): ReactElement {
  const store = useConsole().draft(method);
  const draft = useStore(store);
  return (
    <CodeEditor label="Message in JSON" value={draft.json} onChange={(json) => store.set({ ...store.get(), json })} />
  );
}
