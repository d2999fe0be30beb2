import { type ReactElement, useMemo, useState } from "react";
import { CodeEditor } from "../editor/code-editor.js";
import { formatJson } from "../editor/json-edit.js";
import { type JsonNode, parseJsonTree } from "../editor/json-tree.js";
import { schemaExtensions } from "../editor/schema-extensions.js";
import { validate } from "../editor/validate.js";
import { AnyField } from "../form/any-field.js";
import { exampleJson, freshJson } from "../form/example.js";
import { FormContext, type FormText } from "../form/form-context.js";
import { MessageForm } from "../form/message-form.js";
import { ValueField } from "../form/value-field.js";
import { useConsole } from "../layout/console-context.js";
import { Icon } from "../layout/icon.js";
import { Store, useStore } from "../layout/store.js";
import type { MethodInfo } from "../schema/console-schema.js";
import { messageShape } from "../schema/shape.js";

/** What is shown of the message: it is the same text. */
type Mode = "form" | "both" | "json";

const MODES: readonly (readonly [Mode, string])[] = [
  ["form", "Form"],
  ["both", "Both"],
  ["json", "JSON"],
];

/** The same for every method; narrow pages have room for one of them. */
const mode: Store<Mode> = new Store<Mode>(globalThis.matchMedia?.("(min-width: 801px)").matches ? "both" : "form");

/** The message that is to be sent: a form and its JSON, which are the same text. */
export function RequestEditor(props: { readonly method: MethodInfo; readonly onSubmit: () => void }): ReactElement {
  const { method, onSubmit } = props;
  const { schema } = useConsole();
  const store = useConsole().draft(method);
  const { json } = useStore(store);
  const shown = useStore(mode);
  const type = method.type.input;
  const extensions = useMemo(() => schemaExtensions(type, schema), [type, schema]);
  const setJson = (text: string): void => store.set({ ...store.get(), json: text });
  return (
    <div className="request-editor">
      <div className="editor-bar">
        <fieldset className="segments">
          <legend className="visually-hidden">How the message is shown</legend>
          {MODES.map(([id, title]) => (
            <button key={id} type="button" aria-pressed={shown === id} onClick={() => mode.set(id)}>
              {title}
            </button>
          ))}
        </fieldset>
        <span className="grow" />
        <button type="button" className="quiet small" onClick={() => setJson(exampleJson(type))}>
          Fill in example
        </button>
        <button type="button" className="quiet small" onClick={() => setJson(formatJson(json))}>
          Format
        </button>
        <button type="button" className="quiet small" onClick={() => setJson(freshJson(messageShape(type)))}>
          Clear
        </button>
      </div>
      <div className={`editors ${shown}`}>
        {shown === "json" ? null : (
          <div className="form-pane">
            <RequestForm method={method} json={json} onJson={setJson} />
          </div>
        )}
        {shown === "form" ? null : (
          <CodeEditor
            label="Message in JSON"
            value={json}
            onChange={setJson}
            extensions={extensions}
            onSubmit={onSubmit}
          />
        )}
      </div>
    </div>
  );
}

function RequestForm(props: {
  readonly method: MethodInfo;
  readonly json: string;
  readonly onJson: (text: string) => void;
}): ReactElement {
  const { method, json, onJson } = props;
  const { schema } = useConsole();
  const type = method.type.input;
  const tree = useMemo(() => parseJsonTree(json), [json]);
  const problems = useMemo(() => {
    const byNode = new Map<JsonNode, string>();
    for (const { node, message } of validate(tree, type, schema.registry)) {
      if (!byNode.has(node)) byNode.set(node, message);
    }
    return byNode;
  }, [tree, type, schema]);
  const [whole, setWhole] = useState(tree);
  const broken = tree.problems[0];
  // While the JSON is being typed the form shows the last that could be read, and can't be changed.
  if (broken === undefined && whole !== tree) setWhole(tree);
  const current = broken === undefined ? tree : whole;
  const { root } = current;
  const form: FormText = {
    schema,
    tree: current,
    problemOf: (node) => (node === undefined ? undefined : problems.get(node)),
    apply: onJson,
    Value: ValueField,
  };
  const shape = messageShape(type);
  return (
    <FormContext value={form}>
      {broken === undefined ? null : (
        <p className="note" role="status">
          <Icon name="warning" /> The JSON can't be read: line {lineOf(json, broken.from)}: {broken.message}. The form
          follows again when it can.
        </p>
      )}
      <form aria-label="Message" onSubmit={(event) => event.preventDefault()}>
        <fieldset disabled={broken !== undefined}>
          <legend className="visually-hidden">{type.typeName}</legend>
          {shape.kind === "message" && root.kind === "object" ? (
            <>
              {problems.has(root) ? <p className="problem">{problems.get(root)}</p> : null}
              <MessageForm type={shape.type} object={root} />
            </>
          ) : shape.kind === "any" && root.kind === "object" ? (
            <AnyField
              id="message"
              label="message"
              shape={shape}
              node={root}
              object={root}
              placeholder=""
              presence
              onJson={(text) => onJson(text ?? freshJson(shape))}
            />
          ) : (
            <ValueField
              id="message"
              label="message"
              shape={shape}
              node={root}
              placeholder=""
              presence
              onJson={(text) => onJson(text ?? freshJson(shape))}
            />
          )}
        </fieldset>
      </form>
    </FormContext>
  );
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
