// Where the server under test and the repository are.

import { fileURLToPath } from "node:url";

const base = process.env.DATELINE_URL;
if (!base) throw new Error("DATELINE_URL is not set: run the tests through `node run.mjs`");

/** The address of the API. */
export const graphqlUrl = `${base}/graphql`;

/** Where the feed of changes stands. */
export async function latestCursor() {
  const query = "{ changes(first: 0) { latestCursor } }";
  const headers = { "content-type": "application/json" };
  const answer = await fetch(graphqlUrl, { method: "POST", headers, body: JSON.stringify({ query }) });
  return (await answer.json()).data.changes.latestCursor;
}

/** The path of a file or folder of the repository. */
export const repository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
