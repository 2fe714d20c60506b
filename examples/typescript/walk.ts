// Asks when a border crossing was closed and who says so, through types made from the schema.
//
//   walk.js [ADDRESS [CROSSING]]

import { type TypedDocumentString, WalkDocument, type WalkQuery } from "./generated/walk.js";

type Crossing = NonNullable<WalkQuery["borderCrossing"]>;
type Closure = Crossing["closures"]["nodes"][number];
type Extent = Closure["extent"];

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

// Sends a query; the document knows its variables and the shape of its answer.
async function ask<Data, Variables>(
  address: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const { data, errors = [] } = (await response.json()) as Answer<Data>;
  // The code is for programs and stays the same; the message is for people.
  if (errors.length > 0) throw new Error(errors.map((e) => `${e.extensions?.code}: ${e.message}`).join("\n"));
  if (data == null) throw new Error(`no data, status ${response.status}`);
  return data;
}

const minute = (moment: string) => new Date(moment).toISOString().slice(0, 16).replace("T", " ");

// A moment that nobody knows exactly lies from `earliest` on and before `latest`.
function bounds({ earliest, latest }: Extent["start"]): string {
  if (earliest !== null && earliest === latest) return minute(earliest);
  const known = [earliest && `${minute(earliest)} or later`, latest && `before ${minute(latest)}`];
  return known.filter(Boolean).join(", ") || "unknown";
}

function print(closure: Closure): void {
  const { extent } = closure;
  const what = `${closure.effect}, ${closure.severity}`.toLowerCase();
  console.log(`\n${closure.event.title} (${what})`);
  console.log(`  from   ${bounds(extent.start)}`);
  console.log(`  until  ${extent.ongoing ? "not over when last reported" : bounds(extent.end)}`);
  if (extent.text !== null) console.log(`  "${extent.text}"`);
  for (const article of closure.articles.nodes) {
    console.log(`  - ${article.title}`);
    console.log(`    ${article.source.name}${article.url ? `, ${article.url}` : ""}`);
  }
}

const [address = "http://127.0.0.1:8080/graphql", slug = "torkham"] = process.argv.slice(2);
try {
  const { borderCrossing } = await ask(address, WalkDocument, { slug });
  if (borderCrossing === null) throw new Error(`no crossing is called "${slug}"`);
  console.log(`${borderCrossing.name}: ${borderCrossing.closures.totalCount} closures, times in UTC`);
  borderCrossing.closures.nodes.forEach(print);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
