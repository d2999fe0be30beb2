import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  type Completion as EditorCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import type { AnyMessageType } from "hawser/protobuf";
import type { ConsoleSchema } from "../schema/console-schema.js";
import { type Completion, complete } from "./complete.js";
import { parseJsonTree } from "./json-tree.js";
import { validate } from "./validate.js";

/** Names are not longer than this. */
const MAX_TAIL = 1_000;

/** Completion and checks for an editor whose text is to be a message. */
export function schemaExtensions(type: AnyMessageType, schema: ConsoleSchema): readonly Extension[] {
  return [
    autocompletion({
      override: [(context) => completions(context, type, schema)],
      icons: false,
      maxRenderedOptions: 200,
    }),
    linter((view) => diagnostics(view.state.doc.toString(), type, schema), { delay: 250 }),
  ];
}

/** What is wrong with a text as JSON and as a message. */
function diagnostics(text: string, type: AnyMessageType, schema: ConsoleSchema): Diagnostic[] {
  const tree = parseJsonTree(text);
  return [...tree.problems, ...validate(tree, type, schema.registry)].map(({ from, to, message }) => ({
    from: Math.min(from, text.length),
    to: Math.min(to, text.length),
    message,
    severity: "error" as const,
  }));
}

function completions(context: CompletionContext, type: AnyMessageType, schema: ConsoleSchema): CompletionResult | null {
  const text = context.state.doc.toString();
  // Unasked, only where something is being typed: behind a letter, a quote, or the blank behind a colon.
  if (!context.explicit && !/[\w"@.]$|: $/.test(text.slice(Math.max(0, context.pos - 2), context.pos))) return null;
  const found = complete(parseJsonTree(text), context.pos, type, schema);
  if (found === undefined || found.options.length === 0) return null;
  // Quotes are written, and not compared with.
  const typed = text[found.from] === '"' ? 1 : 0;
  return {
    from: Math.min(found.from + typed, context.pos),
    to: context.pos,
    options: found.options.map((option) => editorCompletion(option, found.from, typed > 0)),
    validFor: /^[\w@./-]*$/,
  };
}

function editorCompletion(option: Completion, from: number, quoted: boolean): EditorCompletion {
  return {
    label: option.label,
    detail: option.detail,
    ...(option.info === "" ? {} : { info: option.info }),
    apply: (view, _completion, _from, to) => {
      // The rest of what is replaced, as it is now: more may have been typed since the options were made.
      const tail =
        (quoted ? /^[\w@./-]*"?/ : /^[\w@./-]*/).exec(view.state.sliceDoc(to, to + MAX_TAIL))?.[0].length ?? 0;
      view.dispatch({
        changes: { from, to: to + tail, insert: option.insert },
        selection: { anchor: from + option.cursor },
        userEvent: "input.complete",
        scrollIntoView: true,
      });
      if (option.again) startCompletion(view);
    },
  };
}
