// GraphQL over HTTP: the audits of the `graphql-http` project, one test each. Advice counts like a demand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { serverAudits } from "graphql-http";
import { graphqlUrl } from "./server.mjs";

// The answer that an audit did not like, for the message of its failure.
async function described(response) {
  if (!response) return "no answer";
  const body = response.bodyUsed ? "(body read by the audit)" : await response.text();
  return `${response.status} ${response.headers.get("content-type") ?? "without content-type"}\n${body}`;
}

const audits = serverAudits({ url: graphqlUrl });

test("there are as many audits as we know of", () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id}: ${audit.name}`, { timeout: 10_000 }, async () => {
    const { status, reason, response } = await audit.fn();
    assert.equal(status, "ok", `${status}: ${reason}\n${await described(response)}`);
  });
}
