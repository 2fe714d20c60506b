// Links to queries: `?query=…` with `variables` and `operationName`, as read from the address and as made by a button.
import { useEffect, useState } from "react";
import { ToolbarButton, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";

const CHECK = "M4 10.5 8.5 15 16 6";
const CHAIN = "M8.5 11.5a3.2 3.2 0 0 0 4.5 0l3-3A3.2 3.2 0 0 0 11.5 4l-1.2 1.2M11.5 8.5a3.2 3.2 0 0 0-4.5 0l-3 3A3.2 3.2 0 0 0 8.5 16l1.2-1.2";

/** The query that the address asks for, or null. */
export function linkedQuery() {
  const given = new URLSearchParams(location.search);
  if (!given.get("query")) return null;
  return { query: given.get("query"), variables: given.get("variables") ?? "", operationName: given.get("operationName") };
}

/** An edited query is no longer the one of the address, and a reload must not open the old one again. */
export function forgetLink() {
  if (location.search) history.replaceState(null, "", location.pathname);
}

/** Chooses the operation that the link names, if the query has it; the editor's shortcut runs the one at the cursor. */
export function ChooseOperation({ name }) {
  const { queryEditor, operations } = useGraphiQL(pick("queryEditor", "operations"));
  const { setOperationName } = useGraphiQLActions();
  useEffect(() => {
    // Once, when the editor is there: an operation that is typed later must not draw the cursor to it.
    const chosen = operations?.find((operation) => operation.name?.value === name);
    if (!queryEditor || !chosen) return;
    const position = queryEditor.getModel().getPositionAt(chosen.loc.start);
    queryEditor.setPosition(position);
    queryEditor.revealLineInCenterIfOutsideViewport(position.lineNumber);
    setOperationName(name);
  }, [queryEditor]);
  return null;
}

/** Puts a link to the query into the address and on the clipboard; headers stay out of it, as they may hold a token. */
export function LinkButton() {
  const { queryEditor, variableEditor, operations, operationName } =
    useGraphiQL(pick("queryEditor", "variableEditor", "operations", "operationName"));
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [done]);

  async function copy() {
    const params = new URLSearchParams({ query: queryEditor.getValue() });
    const variables = variableEditor?.getValue().trim();
    if (variables) params.set("variables", variables);
    if (operations?.length > 1 && operationName) params.set("operationName", operationName);
    history.replaceState(null, "", "?" + params);
    // Plain HTTP from another machine has no clipboard; the link then stands in the address alone.
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    setDone(true);
  }

  const label = !done ? "Copy a link to this query"
    : navigator.clipboard ? "The link is on the clipboard" : "The link is in the address bar";
  return (
    <ToolbarButton label={label} onClick={copy}>
      <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5"
        strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={done ? CHECK : CHAIN} />
      </svg>
    </ToolbarButton>
  );
}
