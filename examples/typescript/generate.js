// Makes generated/walk.ts of the schema and the query, by GraphQL Code Generator. With its command
// line instead, the same plugins and options go into a codegen.ts.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const read = (path) => parse(readFileSync(new URL(path, import.meta.url), "utf8"));
const folder = new URL("generated/", import.meta.url);

const code = await codegen({
  filename: "walk.ts",
  schema: read("../../schema.graphql"),
  documents: [{ location: "walk.graphql", document: read("../walk.graphql") }],
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations, documents },
  config: {
    // The query as text, so that the program needs no GraphQL library when it runs.
    documentMode: "string",
    useTypeImports: true,
    // What JSON carries. A scalar that is missing here is an error, not `any`.
    strictScalars: true,
    scalars: {
      CountryCode: "string",
      GeoJSON: "unknown",
      JSON: "unknown",
      Date: "string",
      DateOrDateTime: "string",
      DateTime: "string",
      EDTF: "string",
      ID: "string",
      URL: "string",
    },
  },
});

mkdirSync(folder, { recursive: true });
writeFileSync(new URL("walk.ts", folder), code);
