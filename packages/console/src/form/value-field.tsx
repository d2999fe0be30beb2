import { type ReactElement, useState } from "react";
import { parseJsonTree } from "../editor/json-tree.js";
import { boundsOf, isInteger } from "../schema/check-scalar.js";
import { type Shape, shapeName } from "../schema/shape.js";
import { AnyField } from "./any-field.js";
import { BytesField } from "./bytes-field.js";
import { freshJson } from "./example.js";
import { useForm, type ValueProps } from "./form-context.js";
import { literalOf, textOf } from "./form-model.js";
import { ListField, MapField } from "./list-field.js";
import { MessageForm } from "./message-form.js";

/** A value of any shape. */
export function ValueField(props: ValueProps): ReactElement {
  const problem = useForm().problemOf(props.node);
  return (
    <>
      <Control {...props} />
      {problem === undefined ? null : (
        <p className="problem" id={`${props.id}-problem`}>
          {problem}
        </p>
      )}
    </>
  );
}

function Control(props: ValueProps): ReactElement {
  const { shape, node } = props;
  switch (shape.kind) {
    case "message":
      return node?.kind === "object" ? <MessageForm type={shape.type} object={node} /> : <Unfit {...props} />;
    case "any":
      return node?.kind === "object" ? <AnyField {...props} object={node} /> : <Unfit {...props} />;
    case "list":
      return node?.kind === "array" ? <ListField {...props} array={node} of={shape.of} /> : <Unfit {...props} />;
    case "map":
      return node?.kind === "object" ? <MapField {...props} object={node} map={shape} /> : <Unfit {...props} />;
    case "struct":
    case "list value":
    case "value":
      return <JsonField {...props} />;
    case "enum":
      return <EnumField {...props} shape={shape} />;
    case "scalar":
    case "wrapper":
      if (shape.type === "bool") return <BoolField {...props} />;
      return shape.type === "bytes" ? <BytesField {...props} /> : <TextField {...props} />;
    default:
      return <TextField {...props} />;
  }
}

/** A value that is not what the schema wants: the JSON has it, and here it can only be put away. */
function Unfit({ id, shape, node, onJson }: ValueProps): ReactElement {
  return (
    <p className="unfit">
      {node === undefined || node.kind === "null" ? "Nothing is set. " : `The JSON has no ${shapeName(shape)} here. `}
      <button type="button" id={id} className="small" onClick={() => onJson(freshJson(shape))}>
        Begin anew
      </button>
    </p>
  );
}

/** What all fields of text have in common. */
function useTextAttributes({ id, label, node }: ValueProps): {
  readonly id: string;
  readonly "aria-label": string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string | undefined;
} {
  const problem = useForm().problemOf(node);
  return {
    id,
    "aria-label": label,
    "aria-invalid": problem !== undefined,
    "aria-describedby": problem === undefined ? undefined : `${id}-problem`,
  };
}

function TextField(props: ValueProps): ReactElement {
  const { shape, node, placeholder, presence, onJson } = props;
  const attributes = useTextAttributes(props);
  const text = textOf(node);
  if (text === undefined) return <Unfit {...props} />;
  const isText = (shape.kind === "scalar" || shape.kind === "wrapper") && shape.type === "string";
  const hint =
    (shape.kind === "scalar" || shape.kind === "wrapper") && isInteger(shape.type) ? boundsOf(shape.type) : undefined;
  const change = (value: string): void => {
    // Nothing typed is no number and no time; of a text it may be meant.
    if (value === "" && !(isText && presence)) onJson(undefined);
    else onJson(literalOf(shape, value));
  };
  if (isText && (text.includes("\n") || text.length > 80)) {
    return (
      <textarea
        {...attributes}
        rows={Math.min(10, text.split("\n").length + 1)}
        value={text}
        onChange={(event) => change(event.target.value)}
      />
    );
  }
  return (
    <div className="with-button">
      <input
        {...attributes}
        className={isText ? undefined : "code"}
        title={hint}
        placeholder={placeholder}
        value={text}
        spellCheck={isText}
        autoComplete="off"
        onChange={(event) => change(event.target.value)}
      />
      {shape.kind === "timestamp" ? (
        <button type="button" className="small" onClick={() => onJson(JSON.stringify(new Date().toISOString()))}>
          Now
        </button>
      ) : null}
    </div>
  );
}

function BoolField(props: ValueProps): ReactElement {
  const { id, label, shape, node, presence, onJson } = props;
  const attributes = useTextAttributes(props);
  const text = textOf(node);
  if (text === undefined) return <Unfit {...props} />;
  if (!presence && shape.kind === "scalar" && (text === "" || text === "true" || text === "false")) {
    return (
      <input
        type="checkbox"
        id={id}
        aria-label={label}
        checked={text === "true"}
        onChange={(event) => onJson(event.target.checked ? "true" : undefined)}
      />
    );
  }
  return (
    <select {...attributes} value={text} onChange={({ target: { value } }) => onJson(value === "" ? undefined : value)}>
      <option value="">not set</option>
      <option value="true">true</option>
      <option value="false">false</option>
      {["", "true", "false"].includes(text) ? null : <option value={text}>{text}</option>}
    </select>
  );
}

function EnumField(props: ValueProps & { readonly shape: Shape & { readonly kind: "enum" } }): ReactElement {
  const { shape, node, presence, placeholder, onJson } = props;
  const attributes = useTextAttributes(props);
  const { comments } = useForm().schema;
  const text = textOf(node);
  if (text === undefined) return <Unfit {...props} />;
  const names = Object.keys(shape.type.values);
  const number = node?.kind === "number" ? shape.type.nameOf(Number(text)) : undefined;
  const current = number ?? text;
  const [first = ""] = names;
  const unset = presence ? "not set" : `${placeholder || first} (default)`;
  const comment = comments.get(`${shape.type.typeName}.${current}`);
  return (
    <>
      <select
        {...attributes}
        value={current}
        onChange={({ target: { value } }) => onJson(value === "" ? undefined : literalOf(shape, value))}
      >
        <option value="">{unset}</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name} = {shape.type.values[name]}
          </option>
        ))}
        {current === "" || names.includes(current) ? null : <option value={current}>{current}</option>}
      </select>
      {comment === undefined ? null : <p className="comment">{comment}</p>}
    </>
  );
}

/** Any JSON: what is typed is taken over as soon as it is JSON. */
function JsonField(props: ValueProps): ReactElement {
  const { node, onJson } = props;
  const { tree } = useForm();
  const attributes = useTextAttributes(props);
  const text = node === undefined ? "" : outdented(tree.text.slice(node.from, node.to));
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const problem = draft === undefined ? undefined : parseJsonTree(draft).problems[0]?.message;
  return (
    <>
      <textarea
        {...attributes}
        className="code"
        rows={Math.min(12, Math.max(2, (draft ?? text).split("\n").length))}
        spellCheck={false}
        aria-invalid={problem !== undefined || attributes["aria-invalid"]}
        value={draft ?? text}
        onChange={({ target: { value } }) => {
          setDraft(value);
          if (parseJsonTree(value).problems.length === 0) onJson(value);
        }}
        onBlur={() => setDraft(undefined)}
      />
      {problem === undefined ? null : <p className="problem">{problem}</p>}
    </>
  );
}

/** Lines without the indentation that they have for where they stand: that of the last, which closes the value. */
function outdented(text: string): string {
  const indent = /\n([ \t]+)[\]}]$/.exec(text)?.[1];
  return indent === undefined ? text : text.replaceAll(`\n${indent}`, "\n");
}
