import { type ReactElement, useState } from "react";
import {
  addItem,
  removeItem,
  removeMember,
  renameMember,
  replaceValue,
  setMember,
  swapItems,
} from "../editor/json-edit.js";
import type { JsonArrayNode, JsonObjectNode } from "../editor/json-tree.js";
import { Icon } from "../layout/icon.js";
import { checkMapKey } from "../schema/check-scalar.js";
import type { Shape } from "../schema/shape.js";
import { freshJson } from "./example.js";
import { useForm, type ValueProps } from "./form-context.js";
import { freshKey, placeholderOf } from "./form-model.js";

/** So many items are shown at once: a form of thousands is slow, and nobody reads it. */
const PAGE = 50;

/** The items of a repeated field. */
export function ListField(props: ValueProps & { readonly array: JsonArrayNode; readonly of: Shape }): ReactElement {
  const { id, label, array, of } = props;
  const { tree, apply, Value } = useForm();
  const [limit, setLimit] = useState(PAGE);
  return (
    <div className="list">
      {array.items.slice(0, limit).map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item has no identity but its place
        <div key={index} className="item">
          <span className="index" aria-hidden="true">
            {index}
          </span>
          <div className="item-value">
            <Value
              id={`${id}-${index}`}
              label={`${label} ${index}`}
              shape={of}
              node={item}
              placeholder={placeholderOf(of, undefined)}
              presence
              onJson={(json) => apply(replaceValue(tree, item, json ?? freshJson(of)))}
            />
          </div>
          <div className="item-buttons">
            {index > 0 ? (
              <button
                type="button"
                className="quiet square"
                aria-label={`Move ${label} ${index} up`}
                title="Move up"
                onClick={() => apply(swapItems(tree, array, index - 1))}
              >
                <Icon name="up" />
              </button>
            ) : null}
            <button
              type="button"
              className="quiet square"
              aria-label={`Remove ${label} ${index}`}
              title="Remove"
              onClick={() => apply(removeItem(tree, array, index))}
            >
              <Icon name="close" />
            </button>
          </div>
        </div>
      ))}
      {array.items.length > limit ? (
        <button type="button" className="small" onClick={() => setLimit(limit + PAGE)}>
          Show more of {array.items.length.toLocaleString("en")}
        </button>
      ) : null}
      <button type="button" id={id} className="small" onClick={() => apply(addItem(tree, array, freshJson(of)))}>
        <Icon name="plus" /> Add<span className="visually-hidden"> to {label}</span>
      </button>
    </div>
  );
}

/** The entries of a map. */
export function MapField(
  props: ValueProps & { readonly object: JsonObjectNode; readonly map: Shape & { readonly kind: "map" } },
): ReactElement {
  const { id, label, object, map } = props;
  const { tree, apply, Value } = useForm();
  const [limit, setLimit] = useState(PAGE);
  return (
    <div className="list">
      {object.members.slice(0, limit).map((member, index) => {
        const twice = object.members.findIndex(({ key }) => key === member.key) !== index;
        const problem = twice ? "this key is there already" : checkMapKey(map.key, member.key);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the key of an entry changes while it is typed
          <div key={index} className="item entry">
            <div className="item-value">
              <input
                className="code key"
                aria-label={`Key ${index + 1} of ${label}`}
                aria-invalid={problem !== undefined}
                placeholder="key"
                value={member.key}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => apply(renameMember(tree, object, index, event.target.value))}
              />
              {problem === undefined ? null : <p className="problem">{problem}</p>}
              <Value
                id={`${id}-${index}`}
                label={`${label} ${member.key}`}
                shape={map.of}
                node={member.value}
                placeholder={placeholderOf(map.of, undefined)}
                presence
                onJson={(json) => apply(replaceValue(tree, member.value, json ?? freshJson(map.of)))}
              />
            </div>
            <div className="item-buttons">
              <button
                type="button"
                className="quiet square"
                aria-label={`Remove ${member.key} from ${label}`}
                title="Remove"
                onClick={() => apply(removeMember(tree, object, index))}
              >
                <Icon name="close" />
              </button>
            </div>
          </div>
        );
      })}
      {object.members.length > limit ? (
        <button type="button" className="small" onClick={() => setLimit(limit + PAGE)}>
          Show more of {object.members.length.toLocaleString("en")}
        </button>
      ) : null}
      <button
        type="button"
        id={id}
        className="small"
        onClick={() => apply(setMember(tree, object, freshKey(map.key, object), freshJson(map.of)))}
      >
        <Icon name="plus" /> Add<span className="visually-hidden"> to {label}</span>
      </button>
    </div>
  );
}
