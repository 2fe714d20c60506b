// GraphiQL as Dateline's playground: its plugins, its first tabs, and the query of the address.
import "./workers.js";
import "./style.js";

import { createRoot } from "react-dom/client";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { StorageAPI, createGraphiQLFetcher } from "@graphiql/toolkit";
import { follow, isSubscription } from "./follow.js";
import { EXAMPLES } from "../playground/examples.js";
import { ChooseOperation, LinkButton, forgetLink, linkedQuery } from "./link.jsx";
import { THEMES } from "./theme.js";

const send = createGraphiQLFetcher({ url: "/graphql", enableIncrementalDelivery: false });
// GraphiQL notices a tenth of a second late that the operation has another name, and would still send the old one.
const fetcher = ({ operationName, ...rest }, options) => {
  const request = new RegExp(`\\b${operationName}\\b`).test(rest.query) ? { operationName, ...rest } : rest;
  return isSubscription(request) ? follow(request, options) : send(request, options);
};
const plugins = [HISTORY_PLUGIN, explorerPlugin()];

// Where the browser remembers tabs, GraphiQL opens those instead, in front the one with the remembered query and variables,
// or a new one for them. It remembers these two from their first change on, and without them leaves the editor empty.
const linked = linkedQuery();
const examples = EXAMPLES.map(({ query }) => ({ query }));
const storage = new StorageAPI();
const front = linked ?? (storage.get("tabState") ? null : examples[0]);
if (front) for (const part of ["query", "variables"]) storage.set(part, front[part]);

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    defaultTabs={linked ? [{ query: linked.query, variables: linked.variables }, ...examples] : examples}
    defaultQuery=""
    onEditQuery={forgetLink}
    onEditVariables={forgetLink}
    shouldPersistHeaders={false}
    editorTheme={THEMES}
    schemaDescription
    inputValueDeprecation
  >
    <GraphiQL.Logo>Dateline</GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => <>{prettify}{merge}{copy}<LinkButton /></>}
    </GraphiQL.Toolbar>
    {linked?.operationName && <ChooseOperation name={linked.operationName} />}
  </GraphiQL>,
);
