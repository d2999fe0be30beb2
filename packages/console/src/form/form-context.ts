import { type ComponentType, createContext, useContext } from "react";
import type { JsonNode, JsonTree } from "../editor/json-tree.js";
import type { ConsoleSchema } from "../schema/console-schema.js";
import type { Shape } from "../schema/shape.js";

/** What shows and changes one value. */
export interface ValueProps {
  readonly id: string;
  /** The name of the value, for those who can't see where it stands. */
  readonly label: string;
  readonly shape: Shape;
  /** Undefined: it is not set. */
  readonly node: JsonNode | undefined;
  /** Stands, faint, where nothing is set. */
  readonly placeholder: string;
  /** Whether the default is another thing than not being set: then emptying the field does not unset it. */
  readonly presence: boolean;
  /** Sets the value; undefined: unsets it. */
  readonly onJson: (json: string | undefined) => void;
}

/** What all parts of a form have in common: the text that it shows, and changes. */
export interface FormText {
  readonly schema: ConsoleSchema;
  readonly tree: JsonTree;
  /** What is wrong with a value itself, without what is in it. */
  readonly problemOf: (node: JsonNode | undefined) => string | undefined;
  /** Puts another text in the place of the one that the form shows. */
  readonly apply: (text: string) => void;
  /** Shows a value of any shape: messages have values which may be messages, and no file can import itself. */
  readonly Value: ComponentType<ValueProps>;
}

/** See {@link useForm}. */
export const FormContext: React.Context<FormText | undefined> = createContext<FormText | undefined>(undefined);

/** The form that a part belongs to. */
export function useForm(): FormText {
  const found = useContext(FormContext);
  if (found === undefined) throw new Error("useForm() outside of <FormContext>");
  return found;
}
