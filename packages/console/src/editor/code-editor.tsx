import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec, Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { type ReactElement, useEffect, useRef } from "react";
import { editorTheme } from "../theme/editor-theme.js";

/** The nonce with which the page's content security policy lets the editor's styles in. */
function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? "";
}

/** Keys that leave Tab to the page: Escape and then Tab always leaves an editor, and here Tab alone does. */
const COMMON: readonly Extension[] = [
  highlightSpecialChars(),
  drawSelection(),
  bracketMatching(),
  highlightSelectionMatches(),
  search({ top: true }),
  foldGutter(),
  EditorView.lineWrapping,
  editorTheme,
];

/** Text in an editor: JSON that can be changed, or only read. */
export function CodeEditor(props: {
  readonly label: string;
  readonly value: string;
  /** Without it the text can only be read. */
  readonly onChange?: (text: string) => void;
  /** Completion, checks: made anew when it changes. */
  readonly extensions?: readonly Extension[];
  /** Ctrl-Enter, or Cmd-Enter. */
  readonly onSubmit?: () => void;
  readonly className?: string;
}): ReactElement {
  const { label, value, extensions = NONE, className = "" } = props;
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const more = useRef(new Compartment());
  const latest = useRef(props);
  latest.current = props;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; what changes is given to it below
  useEffect(() => {
    const editable = latest.current.onChange !== undefined;
    const submit = Prec.highest(
      keymap.of([
        {
          key: "Mod-Enter",
          run: () => {
            latest.current.onSubmit?.();
            return latest.current.onSubmit !== undefined;
          },
        },
      ]),
    );
    const editing: Extension[] = editable
      ? [
          history(),
          indentOnInput(),
          closeBrackets(),
          lineNumbers(),
          highlightActiveLine(),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...foldKeymap,
            ...lintKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((each) => each.annotation(Transaction.remote))) {
              latest.current.onChange?.(update.state.doc.toString());
            }
          }),
        ]
      : [EditorState.readOnly.of(true), keymap.of([...searchKeymap, ...foldKeymap])];
    const made = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(cspNonce()),
          submit,
          more.current.of([...(latest.current.extensions ?? NONE)]),
          editing,
          json(),
          COMMON,
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = undefined;
      made.destroy();
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: more.current.reconfigure([...extensions]) });
  }, [extensions]);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const change = smallestChange(editor.state.doc.toString(), value);
    // Whoever gave the value knows of it.
    if (change !== undefined) editor.dispatch({ changes: change, annotations: Transaction.remote.of(true) });
  }, [value]);

  return <div ref={box} className={`code-editor ${className}`} />;
}

const NONE: readonly Extension[] = [];

/** What turns one text into another, so that cursor, folds and undo survive; undefined if they are the same. */
export function smallestChange(
  from: string,
  to: string,
): { readonly from: number; readonly to: number; readonly insert: string } | undefined {
  if (from === to) return undefined;
  let start = 0;
  const shorter = Math.min(from.length, to.length);
  while (start < shorter && from.charCodeAt(start) === to.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && from.charCodeAt(from.length - 1 - end) === to.charCodeAt(to.length - 1 - end)) {
    end++;
  }
  return { from: start, to: from.length - end, insert: to.slice(start, to.length - end) };
}
