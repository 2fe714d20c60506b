// Subscriptions as the libraries `graphql-ws` and `graphql-sse` follow them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient as createEvents } from "graphql-sse";
import { createClient as createSocket } from "graphql-ws";
import WebSocket from "ws";
import { graphqlUrl, latestCursor } from "./server.mjs";

const PATIENCE = 20_000; // Milliseconds.
const QUERY = `subscription ($after: String) {
  changed(after: $after, filter: { recordType: ["Source"] }) { cursor operation record { ... on Source { name } } }
}`;

// Writes past the client, as an editor might: the file is imported by the server.
async function rename(name) {
  const line = { type: "source", slug: "paper-of-the-followers", name, kind: "NEWSPAPER" };
  const answer = await fetch(new URL("/import?format=dateline", graphqlUrl), { method: "POST", body: JSON.stringify(line) });
  assert.equal(answer.status, 200, await answer.text());
}

const clients = {
  "graphql-ws": () => {
    const client = createSocket({ url: graphqlUrl.replace(/^http/, "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
    return { iterate: (request) => client.iterate(request), end: () => client.dispose() };
  },
  "graphql-sse": () => {
    const client = createEvents({ url: graphqlUrl, retryAttempts: 0 });
    return { iterate: (request) => client.iterate(request), end: () => client.dispose() };
  },
};

for (const [name, open] of Object.entries(clients)) {
  test(`${name} follows, goes on from a cursor, and asks a query`, { timeout: PATIENCE }, async () => {
    const client = open();
    try {
      const after = await latestCursor();
      await rename(`First of ${name}`);
      await rename(`Second of ${name}`);
      const seen = [];
      for await (const { data, errors } of client.iterate({ query: QUERY, variables: { after } })) {
        assert.equal(errors, undefined);
        seen.push(data.changed);
        if (seen.length === 2) await rename(`Third of ${name}`);
        if (seen.length === 3) break;
      }
      assert.equal(seen[2].record.name, `Third of ${name}`);
      for await (const { data } of client.iterate({ query: QUERY, variables: { after: seen[0].cursor } })) {
        assert.deepEqual(data.changed, { ...seen[1], record: seen[2].record });
        break;
      }
      const answers = [];
      for await (const answer of client.iterate({ query: "{ __typename }" })) answers.push(answer);
      assert.deepEqual(answers, [{ data: { __typename: "Query" } }]);
    } finally {
      await client.end();
    }
  });
}
