// Requests that mean harm, or are carelessly large: each is refused with a code, for little of the server's time and memory.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { getIntrospectionQuery } from "graphql";

const url = `${process.env.DATELINE_URL}/graphql`;
const tasks = `/proc/${process.env.DATELINE_PID}/task`;
const MOST_MILLISECONDS = 50;
const MOST_MEBIBYTES = 64;

// What the server's threads have spent so far, and what it holds; only Linux tells.
function spent() {
  if (!existsSync(tasks)) return null;
  const nanoseconds = readdirSync(tasks).map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]));
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`${tasks}/../status`, "utf8"))[1];
  return { milliseconds: nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6, mebibytes: Number(kibibytes) / 1024 };
}

async function send(body, headers = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json", ...headers },
    body,
    ...(body instanceof ReadableStream && { duplex: "half" }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  assert.doesNotMatch(text, /panicked|\.rs:|sqlx|Some\(|None\b/, "nothing of the inside is shown");
  return { status: response.status, bytes: text.length, answer: JSON.parse(text) };
}

const ask = (query, variables) => send(JSON.stringify({ query, variables }));

// Sends it once to warm up and five times to measure; the cheapest counts, since the machine has other things to do.
async function refused(name, request, { code = "TOO_COMPLEX", status = 400 } = {}) {
  await test(name, async (t) => {
    await request();
    const before = spent();
    let least = Infinity;
    for (let round = 0; round < 5; round++) {
      const start = spent();
      const { answer, bytes, ...found } = await request();
      if (start) least = Math.min(least, spent().milliseconds - start.milliseconds);
      assert.equal(answer.errors[0].extensions.code, code, JSON.stringify(answer).slice(0, 500));
      assert.equal(found.status, status);
      assert.equal("data" in answer, false, "nothing was executed");
      assert.ok(bytes < 10_000, `the answer has ${bytes} bytes`);
    }
    if (!before) return t.diagnostic("time and memory are measured on Linux alone");
    const grown = spent().mebibytes - before.mebibytes;
    t.diagnostic(`${least.toFixed(1)} ms of CPU, ${grown.toFixed(1)} MiB more`);
    assert.ok(least <= MOST_MILLISECONDS, `${least.toFixed(1)} ms of CPU`);
    assert.ok(grown <= MOST_MEBIBYTES, `${grown.toFixed(1)} MiB more`);
  });
}

function bomb(levels, width, on = "Query", last = "__typename") {
  const fragments = Array.from({ length: levels }, (_, n) => `fragment F${n} on ${on} { ${`...F${n + 1} `.repeat(width)}}`);
  return `{ ...F0 } ${fragments.join(" ")} fragment F${levels} on ${on} { ${last} }`;
}

const times = (count, text) => Array.from({ length: count }, (_, n) => text(n)).join(" ");
const bad = { code: "BAD_USER_INPUT" };

for (const [levels, width] of [[24, 2], [8, 8], [30, 2], [40, 2]]) {
  await refused(`a fragment bomb of ${levels} levels, ${width} wide`, () => ask(bomb(levels, width)));
}
await refused("a bomb of fields within fields", () =>
  ask(`{ event(slug: "a") { ...F0 } } ${times(25, (n) => `fragment F${n} on Event { a: parent { ...F${n + 1} } b: parent { ...F${n + 1} } }`)} fragment F25 on Event { id }`));
await refused("a bomb in an operation that is not asked for", () =>
  send(JSON.stringify({ query: `query A { __typename } query B ${bomb(24, 2)}`, operationName: "A" })));
await refused("a bomb of inline fragments and directives", () => ask(`{ ${times(1_000, () => "... @include(if: true) { __typename }")} }`));
await refused("pages within pages that overflow", () =>
  ask("{ events(first: 2147483647) { nodes { claims(first: 2147483647) { nodes { article { claims(first: 2147483647) { nodes { id } } } } } } } }"));
await refused("the same by variables", () =>
  ask("query($n: Int) { events(first: $n) { nodes { claims(first: $n) { nodes { article { claims(first: $n) { nodes { id } } } } } } } }", { n: 2147483647 }));
await refused("500 aliases of a page of 500", () => ask(`{ ${times(500, (n) => `a${n}: events(first: 500) { nodes { id } }`)} }`));
await refused("100 aliases of a page of 500", () =>
  ask(`{ ${times(100, (n) => `a${n}: events(first: 500) { nodes { id title kind } edges { cursor } }`)} }`));
await refused("3,000 unknown fields", () => ask(`{ ${times(3_000, (n) => `f${n}`)} }`));
await refused("1,900 unknown fields", () => ask(`{ ${times(1_900, (n) => `f${n}`)} }`), bad);
await refused("64,000 times the same field", () => ask(`{ ${"id ".repeat(64_000)} }`));
await refused("1,000 fields to be merged", () => ask(`{ ${times(500, () => "event(slug: \"a\") { nothing }")} }`), bad);
await refused("fields 10,000 deep", () => ask(`${"{ a ".repeat(10_000)}${"}".repeat(10_000)}`));
await refused("fields 100 deep by fragments", () =>
  ask(`{ event(slug: "a") { ...F0 } } ${times(100, (n) => `fragment F${n} on Event { parent { ...F${n + 1} } }`)} fragment F100 on Event { id }`));
await refused("lists 10,000 deep in an argument", () => ask(`{ events(filter: {slug: ${"[".repeat(10_000)}${"]".repeat(10_000)}}) { totalCount } }`));
await refused("cyclic fragments", () => ask("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"), bad);
await refused("a fragment that spreads itself in a field", () =>
  ask("{ event(slug: \"a\") { ...A } } fragment A on Event { parent { ...A } }"), bad);
await refused("cyclic fragments that nobody spreads", () => ask("{ __typename } fragment A on Query { ...B } fragment B on Query { ...A }"), bad);
await refused("introspection in a loop", () =>
  ask(`{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }`));
await refused("introspection many times over", () =>
  ask(`{ __schema { ${times(90, (n) => `t${n}: types { name fields { name description args { name description } } }`)} } }`));
await refused("500 directives", () => ask(`{ __typename ${"@skip(if: false) ".repeat(500)} }`));
await refused("JSON 100,000 deep", () => send(`{"query": "{ __typename }", "variables": {"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}}`), bad);
await refused("a body of 10 MB", () => send(JSON.stringify({ query: "{ __typename }", padding: "a".repeat(10_000_000) })), { status: 413 });
await refused("a body of 10 MB whose length is not told", () => {
  let left = 160;
  const body = new ReadableStream({
    pull(controller) {
      if (left-- === 0) controller.close();
      else controller.enqueue(new Uint8Array(65_536).fill(0x20));
    },
  });
  return send(body);
}, { status: 413 });
await refused("90 lists of 20,000 ids", () => ask(`{ ${times(90, (n) => `a${n}: nodes(ids: $ids) { id }`)} }`, { ids: Array(20_000).fill("a") }));

await refused("50 lists narrowed down to 50,000 slugs", () =>
  ask(`query($slugs: [String!]) { ${times(50, (n) => `a${n}: events(first: 1, filter: {slug: $slugs}) { nodes { id } }`)} }`, { slugs: Array(50_000).fill("a") }));
await refused("a text of a million letters for each of 500 events", () =>
  ask("query($code: String!) { events(first: 500) { nodes { claims(first: 1, filter: {property: [$code]}) { totalCount } } } }", { code: "a".repeat(1_000_000) }));

await refused("a name of a million letters", () => ask(`{ ${"a".repeat(1_000_000)} }`));
await refused("an alias of 50,000 letters for each record", () =>
  ask(`{ claims(first: 500) { nodes { event { claims(first: 300) { nodes { ${"a".repeat(50_000)}: id } } } } } }`));
await refused("the name of an operation of 900,000 letters", () =>
  send(JSON.stringify({ query: "query A { __typename } query B { __typename }", operationName: "a".repeat(900_000) })), bad);
await refused("a word of 900,000 letters that no vocabulary has", () =>
  send(JSON.stringify({ query: "query($kind: [EventKind!]) { events(filter: {kind: $kind}) { totalCount } }", variables: { kind: ["a".repeat(900_000)] } })), bad);

await refused("the name of a document, of 900,000 letters", () => send(JSON.stringify({ documentId: "a".repeat(900_000) })), { code: "PERSISTED_QUERY_NOT_FOUND" });
await refused("a document with the hash of another", () =>
  send(JSON.stringify({ query: bomb(24, 2), extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } })), bad);
await refused("a bomb that was sent with its hash", () => {
  const query = bomb(30, 2);
  return send(JSON.stringify({ query, extensions: { persistedQuery: { version: 1, sha256Hash: createHash("sha256").update(query).digest("hex") } } }));
});

for (const page of ["first: -1", "last: -1", "first: 501", "first: 2147483647", "first: 1, last: 1"]) {
  test(`a page that cannot be: ${page}`, async () => {
    const { answer } = await ask(`{ events(${page}) { nodes { id } } }`);
    assert.equal(answer.errors[0].extensions.code, "BAD_USER_INPUT");
  });
}

test("GraphiQL gets the whole schema under the same limits", async (t) => {
  const options = { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true };
  const { status, answer } = await ask(getIntrospectionQuery(options));
  assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
  assert.equal(status, 200);
  assert.ok(answer.data.__schema.types.length > 50);
});

test("the limits are in `service`", async () => {
  const { answer } = await ask("{ service { limits { cost depth fields aliases directives tokens pageSize bodyBytes timeoutMs } } }");
  for (const [name, limit] of Object.entries(answer.data.service.limits)) assert.ok(limit > 0, name);
});
