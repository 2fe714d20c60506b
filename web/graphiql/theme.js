// The editors' colours where they show the accent; everything else is as in the editor's own themes.
import { editor } from "monaco-graphql/esm/monaco-editor.js";

define("dateline-light", "vs", "#a5221d", "#ffffff", "#6c69ce");
define("dateline-dark", "vs-dark", "#e4735a", "#212a3b", "#908aff");
export const THEMES = { light: "dateline-light", dark: "dateline-dark" };

function define(name, base, accent, paper, argument) {
  const faint = accent + "19", clear = "#ffffff00";
  editor.defineTheme(name, {
    base,
    inherit: true,
    rules: [{ token: "argument.identifier.gql", foreground: argument }],
    colors: {
      "editor.background": clear,
      "scrollbar.shadow": clear,
      "focusBorder": accent,
      "textLink.foreground": accent,
      "textLink.activeForeground": accent,
      "editorLink.activeForeground": accent,
      "editorWidget.background": paper,
      "editorHoverWidget.background": paper,
      "editorSuggestWidget.background": paper,
      "editorSuggestWidget.selectedBackground": faint,
      "editorSuggestWidget.selectedForeground": accent,
      "list.hoverBackground": faint,
      "list.highlightForeground": accent,
      "list.focusHighlightForeground": accent,
      "menu.background": paper,
      "menu.selectionBackground": faint,
      "menu.selectionForeground": accent,
      "quickInput.background": paper,
      "quickInputList.focusBackground": faint,
    },
  });
}
