import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The editor in the colours of the page, which are variables of its style sheet: light and dark need one theme. */
export const editorTheme: Extension = [
  EditorView.theme({
    "&": { height: "100%", fontSize: "13px", backgroundColor: "transparent", color: "var(--text)" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
    ".cm-content": { padding: "8px 0", caretColor: "var(--text)" },
    ".cm-line": { padding: "0 12px 0 4px" },
    ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
    ".cm-lineNumbers .cm-gutterElement": { minWidth: "30px", padding: "0 4px 0 6px" },
    ".cm-foldGutter .cm-gutterElement": { width: "14px", cursor: "pointer" },
    ".cm-activeLine": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
    ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
    ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
      backgroundColor: "var(--selection)",
    },
    ".cm-matchingBracket": { backgroundColor: "transparent" },
    "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "none" },
    ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
    ".cm-foldPlaceholder": {
      backgroundColor: "var(--hover)",
      border: "1px solid var(--line)",
      color: "var(--muted)",
      padding: "0 5px",
      borderRadius: "4px",
    },
    ".cm-tooltip": {
      backgroundColor: "var(--panel)",
      color: "var(--text)",
      border: "1px solid var(--line)",
      borderRadius: "6px",
      boxShadow: "var(--shadow)",
      overflow: "hidden",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12.5px", maxHeight: "240px" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
    ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
      backgroundColor: "var(--accent)",
      color: "var(--on-accent)",
    },
    ".cm-completionDetail": { fontStyle: "normal", opacity: "0.75", marginLeft: "1em" },
    ".cm-completionIcon": { display: "none" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
    ".cm-completionInfo": { maxWidth: "320px", padding: "8px 10px", fontSize: "12.5px", whiteSpace: "pre-wrap" },
    ".cm-diagnostic": { padding: "5px 10px", fontSize: "12.5px", borderLeft: "3px solid var(--bad)" },
    ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
    ".cm-lintRange-error": {
      backgroundImage: "none",
      textDecoration: "underline wavy var(--bad) 1px",
      textUnderlineOffset: "3px",
    },
    ".cm-lintRange-warning": {
      backgroundImage: "none",
      textDecoration: "underline wavy var(--warn) 1px",
      textUnderlineOffset: "3px",
    },
    ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--text)", borderColor: "var(--line)" },
    ".cm-panel.cm-search": { padding: "6px 8px", fontFamily: "var(--sans)" },
    ".cm-textfield": {
      backgroundColor: "var(--field)",
      color: "var(--text)",
      border: "1px solid var(--line)",
      borderRadius: "4px",
    },
    ".cm-button": {
      backgroundImage: "none",
      backgroundColor: "var(--hover)",
      color: "var(--text)",
      border: "1px solid var(--line)",
      borderRadius: "4px",
    },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.propertyName, color: "var(--code-name)" },
      { tag: tags.string, color: "var(--code-string)" },
      { tag: tags.number, color: "var(--code-number)" },
      { tag: [tags.bool, tags.null], color: "var(--code-word)" },
      { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--muted)" },
      { tag: tags.invalid, color: "var(--bad)" },
    ]),
  ),
];
