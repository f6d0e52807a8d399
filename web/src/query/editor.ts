// The editor: CodeMirror with our own colours, completion and marks. It lives in a shadow root, where its styles are
// adopted sheets, which a strict Content-Security-Policy allows.
import { autocompletion, type Completion, type CompletionContext, type CompletionResult, acceptCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Suggestion, type Vocabulary, missingPrefix, placeOfPrefixes, suggest } from "../sparql/suggest.ts";
import { type Inside, type Kind, readToken } from "../sparql/tokens.ts";
import { type Words, filled } from "./words.ts";

export interface Editor {
  readonly text: () => string;
  /** Writes `message` under a line (from 1) and goes there. */
  readonly mark: (line: number, column: number, message: string) => void;
  readonly unmark: () => void;
  readonly focus: () => void;
}

interface Options {
  readonly text: string;
  /** Where the reader is in the text. */
  readonly caret: number;
  readonly words: Words;
  readonly vocabulary: () => Vocabulary | undefined;
  readonly ask: () => void;
  readonly changed: (text: string) => void;
}

const COLOURS: Partial<Record<Kind, string>> = {
  comment: "comment", iri: "url", prefixed: "propertyName", variable: "variableName", string: "string", language: "meta",
  number: "number", blank: "labelName", keyword: "keyword", word: "name", sign: "punctuation",
};

const sparql = StreamLanguage.define<{ inside: Inside }>({
  name: "sparql",
  startState: () => ({ inside: "" }),
  token(stream, state) {
    const read = readToken(stream.string, stream.pos, state.inside);
    stream.pos = read.to;
    state.inside = read.inside;
    return COLOURS[read.kind] ?? null;
  },
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--code-variable)" },
  { tag: tags.propertyName, color: "var(--code-name)" },
  { tag: tags.url, color: "var(--code-name)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-string)" },
  { tag: tags.meta, color: "var(--code-string)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--sheet)", border: "1px solid var(--line)", borderRadius: "var(--radius)" },
  "&.cm-focused": { outline: "3px solid var(--link)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', monospace", fontSize: "0.9rem", lineHeight: "1.55", maxHeight: "32rem" },
  ".cm-content": { padding: "0.75rem 0", caretColor: "var(--ink)", minHeight: "9rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "var(--code-line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "var(--code-selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { background: "var(--code-selection)", outline: "none" },
  ".cm-fault": { background: "var(--amber)", color: "var(--on-amber)", font: "0.9rem/1.5 var(--family)", padding: "0.15rem 0.75rem" },
  ".cm-fault-line": { textDecoration: "underline wavy var(--code-fault) 1px", textUnderlineOffset: "4px" },
  ".cm-tooltip": { background: "var(--paper)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "var(--radius)", boxShadow: "0 8px 24px rgb(0 0 0 / 16%)", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--family)", fontSize: "0.95rem", maxHeight: "18rem", maxWidth: "min(36rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.75rem", display: "flex", gap: "0.75rem", alignItems: "baseline" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--link)", color: "var(--on-link)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > completion-section": { color: "var(--quiet)", borderBottom: "none", padding: "0.4rem 0.75rem 0.1rem", fontSize: "0.8rem", opacity: "1" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--quiet)", marginLeft: "0", flex: "1", overflow: "hidden", textOverflow: "ellipsis" },
  "li[aria-selected] .cm-completionDetail, li[aria-selected] .demand": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "650" },
  ".demand": { color: "var(--quiet)", fontSize: "0.8rem" },
});

const setFault = StateEffect.define<{ line: number; column: number; message: string } | null>();

class Fault extends WidgetType {
  constructor(private readonly message: string, private readonly column: number) { super(); }
  override eq(other: Fault): boolean { return other.message === this.message && other.column === this.column; }
  override toDOM(): HTMLElement {
    const made = document.createElement("div");
    made.className = "cm-fault";
    made.dir = "auto";
    made.textContent = this.message;
    return made;
  }
}

const fault = StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    if (change.docChanged) marks = Decoration.none;
    for (const effect of change.effects) {
      if (!effect.is(setFault)) continue;
      marks = Decoration.none;
      if (effect.value && effect.value.line <= change.state.doc.lines) {
        const line = change.state.doc.line(effect.value.line);
        marks = Decoration.set([
          Decoration.line({ class: "cm-fault-line" }).range(line.from),
          Decoration.widget({ widget: new Fault(effect.value.message, effect.value.column), block: true, side: 1 }).range(line.to),
        ], true);
      }
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Puts an editor into `place` and returns it. */
export function openEditor(place: HTMLElement, options: Options): Editor {
  const root = place.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root as unknown as Element,
    root,
    state: EditorState.create({
      doc: options.text,
      selection: { anchor: Math.min(options.caret, options.text.length) },
      extensions: [
        lineNumbers(), history(), drawSelection(), bracketMatching(), highlightActiveLine(), sparql, syntaxHighlighting(colours), look, fault,
        EditorView.lineWrapping,
        autocompletion({
          override: [(context) => complete(context, options)], icons: false, activateOnTyping: true, closeOnBlur: true,
          addToOptions: [{ render: (one) => demandOf(one), position: 90 }],
        }),
        keymap.of([
          { key: "Ctrl-Enter", mac: "Cmd-Enter", run: () => { options.ask(); return true; } },
          { key: "Tab", run: (one) => acceptCompletion(one) || indentMore(one), shift: indentLess },
          ...completionKeymap, ...historyKeymap, ...defaultKeymap,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": `${options.words["editor"] ?? ""}. ${document.querySelector(".ask-hint")?.textContent ?? ""}`, dir: "ltr", lang: "zxx", tabindex: "0", spellcheck: "false",
          autocapitalize: "off", autocorrect: "off",
        }),
        EditorView.domEventHandlers({ beforeinput: replaceSelected }),
        EditorView.updateListener.of((update) => { if (update.docChanged) options.changed(update.state.doc.toString()); }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    unmark: () => view.dispatch({ effects: setFault.of(null) }),
    mark(line, column, message) {
      const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      view.dispatch({ effects: setFault.of({ line: found.number, column, message }) });
      view.dispatch({ selection: { anchor: Math.min(found.from + Math.max(column - 1, 0), found.to) }, scrollIntoView: true });
      view.focus();
    },
  };
}

/** Types over a selection ourselves: left to it, the browser keeps the old colours as inline styles, which are not allowed here. */
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== "insertText" || !event.data || view.state.selection.main.empty || view.composing) return false;
  event.preventDefault();
  view.dispatch(view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true }));
  return true;
}

function complete(context: CompletionContext, options: Options): CompletionResult | null {
  const vocabulary = options.vocabulary();
  if (!vocabulary) return null;
  const text = context.state.doc.toString();
  const { from, found } = suggest(text, context.pos, vocabulary);
  if (!found.length || (from === context.pos && !context.explicit)) return null;
  return { from, filter: false, options: found.map((one) => asCompletion(one, vocabulary, options.words)) };
}

function asCompletion(one: Suggestion, vocabulary: Vocabulary, words: Words): Completion {
  const rank = ["fields", "classes", "prefixes", "concepts", "variables", "keywords", "properties"].indexOf(one.section);
  const name = one.section === "fields" ? filled(words["fieldsOf"], { name: one.of ?? "" }) : (words[one.section] ?? "");
  return {
    label: one.text, displayLabel: one.shown, detail: one.detail, section: { name, rank },
    ...(one.demand ? { type: words[one.demand] ?? "" } : {}),
    apply(view, _completion, from, to) {
      const text = view.state.doc.toString();
      const line = missingPrefix(text, one.text, vocabulary);
      const start = placeOfPrefixes(text);
      view.dispatch({
        changes: [...(line && start <= from ? [{ from: start, insert: line }] : []), { from, to, insert: one.text }],
        selection: { anchor: from + one.text.length + (start <= from ? line.length : 0) },
        userEvent: "input.complete",
      });
    },
  };
}

function demandOf(one: Completion): Node | null {
  if (!one.type) return null;
  const made = document.createElement("span");
  made.className = "demand";
  made.textContent = one.type;
  return made;
}
