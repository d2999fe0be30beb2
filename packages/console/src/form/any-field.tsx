import type { ReactElement } from "react";
import { setMember } from "../editor/json-edit.js";
import { type JsonObjectNode, memberOf } from "../editor/json-tree.js";
import { anyType, messageShape, type Shape } from "../schema/shape.js";
import { freshJson } from "./example.js";
import { useForm, type ValueProps } from "./form-context.js";
import { MessageForm } from "./message-form.js";

/** A message of a type that is chosen, with its form below. */
export function AnyField(props: ValueProps & { readonly object: JsonObjectNode }): ReactElement {
  const { id, label, object, onJson } = props;
  const { schema, tree, apply, problemOf, Value } = useForm();
  const url = memberOf(object, "@type")?.value;
  const typeUrl = url?.kind === "string" ? url.text : "";
  const type = anyType(typeUrl, schema.registry);
  const shape: Shape | undefined = type === undefined ? undefined : messageShape(type);
  const value = memberOf(object, "value");
  const choose = (text: string): void => {
    // Fields of one type say nothing of another.
    const chosen = schema.registry.message(text) ?? anyType(text, schema.registry);
    const name = chosen === undefined ? text : `type.googleapis.com/${chosen.typeName}`;
    const own = chosen === undefined ? undefined : messageShape(chosen);
    const rest = own === undefined || own.kind === "message" ? "" : `,\n  "value": ${freshJson(own)}`;
    if (name === "") onJson("{}");
    else onJson(`{\n  "@type": ${JSON.stringify(name)}${rest}\n}`);
  };
  const problem = problemOf(url);
  return (
    <div className="any">
      <input
        id={id}
        className="code"
        list={`${id}-types`}
        aria-label={`Type of ${label}`}
        aria-invalid={problem !== undefined}
        placeholder="a type: notes.v1.Note"
        value={typeUrl.replace("type.googleapis.com/", "")}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => choose(event.target.value)}
      />
      <datalist id={`${id}-types`}>
        {schema.types.messages.slice(0, 500).map(({ typeName }) => (
          <option key={typeName} value={typeName} />
        ))}
      </datalist>
      {problem === undefined ? null : <p className="problem">{problem}</p>}
      {type === undefined || shape === undefined ? null : shape.kind === "message" ? (
        <MessageForm type={type} object={object} />
      ) : (
        <Value
          id={`${id}-value`}
          label={`value of ${label}`}
          shape={shape}
          node={value?.value}
          placeholder=""
          presence
          onJson={(json) => apply(setMember(tree, object, "value", json ?? freshJson(shape)))}
        />
      )}
    </div>
  );
}
