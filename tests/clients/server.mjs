// Where the server under test and the repository are.

import { fileURLToPath } from "node:url";

const base = process.env.DATELINE_URL;
if (!base) throw new Error("DATELINE_URL is not set: run the tests through `node run.mjs`");

/** The address of the API. */
export const graphqlUrl = `${base}/graphql`;

/** The path of a file or folder of the repository. */
export const repository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
