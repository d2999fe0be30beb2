import type { AnyMessageType } from "hawser/protobuf";
import { type ReactElement, useId } from "react";
import { removeMember, setMember } from "../editor/json-edit.js";
import type { JsonObjectNode } from "../editor/json-tree.js";
import { Icon } from "../layout/icon.js";
import { fieldFullName, messageShape, type Shape, shortShapeName } from "../schema/shape.js";
import { freshJson } from "./example.js";
import { useForm } from "./form-context.js";
import { type FormField, formEntries, placeholderOf } from "./form-model.js";

/** The form of a message, whose fields are members of `object`. */
export function MessageForm(props: { readonly type: AnyMessageType; readonly object: JsonObjectNode }): ReactElement {
  const { type, object } = props;
  const entries = formEntries(type, object);
  if (entries.length === 0) return <p className="muted no-fields">{messageName(type)} has no fields.</p>;
  return (
    <div className="fields">
      {entries.map((entry) =>
        entry.kind === "field" ? (
          <FieldRow key={entry.field.name} type={type} object={object} entry={entry} />
        ) : (
          <OneofRow
            key={`oneof ${entry.name}`}
            type={type}
            object={object}
            name={entry.name}
            fields={entry.fields}
            chosen={entry.chosen}
          />
        ),
      )}
    </div>
  );
}

function messageName(type: AnyMessageType): string {
  return shortShapeName(messageShape(type));
}

/** Whether a value has lines of its own below its name. */
function isTall(shape: Shape): boolean {
  return ["message", "any", "list", "map", "struct", "list value", "value"].includes(shape.kind);
}

function FieldRow(props: {
  readonly type: AnyMessageType;
  readonly object: JsonObjectNode;
  readonly entry: FormField;
}): ReactElement {
  const { type, object, entry } = props;
  const { schema, tree, apply, Value } = useForm();
  const id = useId();
  const { field, shape, member, index } = entry;
  const set = member !== undefined;
  const tall = isTall(shape);
  const add = (): void => apply(setMember(tree, object, field.jsonName, freshJson(shape)));
  const name = fieldFullName(type, field);
  const unset = set ? (
    <button
      type="button"
      className="quiet square unset"
      aria-label={`Unset ${field.jsonName}`}
      title="Unset"
      onClick={() => apply(removeMember(tree, object, index))}
    >
      <Icon name="close" />
    </button>
  ) : null;
  return (
    <div className={`field${set ? " set" : ""}${tall ? " tall" : ""}`}>
      <div className="field-head">
        <label htmlFor={id} className={schema.deprecated.has(name) ? "deprecated" : undefined}>
          {field.jsonName}
          {field.required ? <abbr title="required">*</abbr> : null}
        </label>
        <span className="type">{shortShapeName(shape)}</span>
        {!tall ? null : set ? (
          unset
        ) : (
          <button type="button" id={id} className="small" onClick={add}>
            <Icon name="plus" /> Add<span className="visually-hidden"> {field.jsonName}</span>
          </button>
        )}
      </div>
      {tall ? <FieldComment name={name} /> : null}
      {tall && !set ? null : (
        <div className="field-value">
          <div className="control">
            <Value
              id={id}
              label={field.jsonName}
              shape={shape}
              node={member?.value}
              placeholder={placeholderOf(shape, field)}
              presence={entry.presence}
              onJson={(json) => {
                if (json !== undefined) apply(setMember(tree, object, member?.key ?? field.jsonName, json));
                else if (index >= 0) apply(removeMember(tree, object, index));
              }}
            />
            {tall ? null : <FieldComment name={name} />}
          </div>
          {tall ? null : unset}
        </div>
      )}
    </div>
  );
}

function OneofRow(props: {
  readonly type: AnyMessageType;
  readonly object: JsonObjectNode;
  readonly name: string;
  readonly fields: readonly FormField[];
  readonly chosen: FormField | undefined;
}): ReactElement {
  const { type, object, name, fields, chosen } = props;
  const { schema, tree, apply, Value } = useForm();
  const id = useId();
  const choose = (jsonName: string): void => {
    const field = fields.find((each) => each.field.jsonName === jsonName);
    const cleared = chosen === undefined ? tree.text : removeMember(tree, object, chosen.index);
    if (field === undefined) {
      apply(cleared);
      return;
    }
    // The member that was set gives its place to the one that is.
    const json = freshJson(field.shape);
    if (chosen === undefined) apply(setMember(tree, object, jsonName, json));
    else {
      const { keyFrom, value } = chosen.member!;
      apply(`${tree.text.slice(0, keyFrom)}${JSON.stringify(jsonName)}: ${json}${tree.text.slice(value.to)}`);
    }
  };
  return (
    <div className={`field oneof${chosen === undefined ? "" : " set"}`}>
      <div className="field-head">
        <label htmlFor={id}>{name}</label>
        <span className="type">one of</span>
      </div>
      <div className="field-value">
        <div className="control">
          <select id={id} value={chosen?.field.jsonName ?? ""} onChange={(event) => choose(event.target.value)}>
            <option value="">not set</option>
            {fields.map(({ field, shape }) => (
              <option key={field.name} value={field.jsonName}>
                {field.jsonName} · {shortShapeName(shape)}
              </option>
            ))}
          </select>
          <FieldComment name={`${type.typeName}.${name}`} />
        </div>
      </div>
      {chosen === undefined ? null : (
        <div className="oneof-value">
          <FieldComment name={fieldFullName(type, chosen.field)} />
          <Value
            key={chosen.field.name}
            id={`${id}-value`}
            label={chosen.field.jsonName}
            shape={chosen.shape}
            node={chosen.member?.value}
            placeholder={placeholderOf(chosen.shape, chosen.field)}
            presence
            onJson={(json) => {
              const key = chosen.member?.key ?? chosen.field.jsonName;
              apply(setMember(tree, object, key, json ?? freshJson(chosen.shape)));
            }}
          />
          {schema.deprecated.has(fieldFullName(type, chosen.field)) ? <p className="muted">deprecated</p> : null}
        </div>
      )}
    </div>
  );
}

function FieldComment({ name }: { readonly name: string }): ReactElement | null {
  const comment = useForm().schema.comments.get(name);
  return comment === undefined ? null : <p className="comment">{comment}</p>;
}
