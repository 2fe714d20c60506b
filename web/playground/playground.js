// The playground's behaviour: edits and runs GraphQL queries against /graphql, prints the answers, and reads the schema by introspection.
import { EXAMPLES } from "/graphiql/examples.js";

const ENDPOINT = "/graphql", STORE = "dateline.playground";
const HEADERS = { "content-type": "application/json", accept: "application/graphql-response+json, application/json" };
const COLOUR_LIMIT = 400_000; // Characters; longer answers are printed without colour, to keep the page quick.
const $ = (id) => document.getElementById(id);
let running = null, saving;
const query = $("query"), variables = $("variables"), operation = $("operation"), result = $("result");

// Everything shown is built here, from text nodes only, so that no answer can bring markup with it.
function el(tag, props, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.flat().filter((child) => child != null));
  return node;
}

// ---- Editing
// Replaces a stretch of an editor's text in a way that undo can take back.
function replaceText(area, from, to, text) {
  area.focus();
  area.setSelectionRange(from, to);
  if (from === to && !text) return;
  if (!document.execCommand(text ? "insertText" : "delete", false, text)) area.setRangeText(text, from, to, "end");
}

// Tab indents the chosen lines, or puts in two spaces; with Shift it takes them back.
function indent(area, outdent) {
  const { value, selectionStart: from, selectionEnd: to } = area, start = value.lastIndexOf("\n", from - 1) + 1;
  if (from === to && !outdent) return replaceText(area, from, to, "  ");
  const moved = value.slice(start, to).replace(outdent ? /^( {1,2}|\t)/gm : /^(?=.)/gm, outdent ? "" : "  ");
  replaceText(area, start, to, moved);
  if (from !== to) area.setSelectionRange(start, start + moved.length);
}

function onEditorKey(event) {
  const area = event.target, before = area.value.slice(0, area.selectionStart);
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") area.dataset.leave = "yes"; // The next Tab moves on, so the keyboard is not trapped.
  else if (event.key === "Tab" && !area.dataset.leave) {
    event.preventDefault();
    indent(area, event.shiftKey);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const margin = /[ \t]*/.exec(before.slice(before.lastIndexOf("\n") + 1))[0];
    replaceText(area, area.selectionStart, area.selectionEnd, "\n" + margin + (/[{[(]\s*$/.test(before) ? "  " : ""));
  } else if (event.key !== "Shift") delete area.dataset.leave;
}

// The names of the document's operations; strings and comments do not count.
function operationNames(text) {
  let depth = 0;
  const bare = text.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g, " "), names = [];
  for (const [token, name] of bare.matchAll(/[{}]|\b(?:query|mutation|subscription)\s+([_A-Za-z]\w*)/g)) {
    if (name && depth === 0) names.push(name);
    if (!name) depth += token === "{" ? 1 : -1;
  }
  return names;
}

function refresh(wanted = operation.value) {
  const names = operationNames(query.value);
  operation.replaceChildren(...names.map((name) => el("option", { value: name, selected: name === wanted }, name)));
  $("operation-row").hidden = names.length < 2;
  [...$("examples").children].forEach((button, index) => button.setAttribute("aria-pressed", EXAMPLES[index].query === query.value.trim()));
}

// Keeps the address shareable and remembers the query. Both may be refused by the browser, and neither is needed.
function save() {
  const params = new URLSearchParams({ query: query.value });
  if (variables.value.trim()) params.set("variables", variables.value);
  if (operation.options.length > 1) params.set("operationName", operation.value);
  try { history.replaceState(null, "", "?" + params); } catch { /* The address is too long. */ }
  try { localStorage.setItem(STORE, JSON.stringify({ query: query.value, variables: variables.value })); } catch { /* No storage. */ }
}

// ---- Running
function complain(text) {
  Object.assign($("variables-error"), { hidden: !text, textContent: text });
  variables.setAttribute("aria-invalid", Boolean(text));
  $("variables-box").open ||= Boolean(text);
  if (text) variables.focus();
}

// The request's body, or null when the variables cannot be read.
function body() {
  const given = variables.value.trim(), request = { query: query.value, operationName: operation.value || undefined };
  complain("");
  try {
    if (given) request.variables = JSON.parse(given);
    if (given && given[0] !== "{") throw new Error("it has to begin with a brace");
    return JSON.stringify(request);
  } catch (error) {
    complain(`The variables are not a JSON object: ${error.message}.`);
    return null;
  }
}

const post = (text, signal) => fetch(ENDPOINT, { method: "POST", headers: HEADERS, body: text, signal });
const size = (n) => (n < 1e3 ? n + " B" : n < 1e6 ? (n / 1e3).toFixed(1) + " kB" : (n / 1e6).toFixed(1) + " MB");
const duration = (ms) => (ms < 1e3 ? Math.round(ms) + " ms" : (ms / 1e3).toFixed(2) + " s");

async function run() {
  const text = body();
  if (text === null) return;
  save();
  running = new AbortController();
  $("run").textContent = "Stop";
  $("status").textContent = "Asking …";
  const started = performance.now();
  const report = (good, label, ...rest) => $("status").replaceChildren(el("span", { className: good ? "good" : "bad" }, label), ...rest);
  try {
    const response = await post(text, running.signal), bytes = await response.arrayBuffer();
    const took = duration(performance.now() - started), good = show(new TextDecoder().decode(bytes));
    report(good && response.ok, `${response.status} ${response.statusText}`.trim(), ` · ${took} · ${size(bytes.byteLength)}`);
  } catch (error) {
    const stopped = error.name === "AbortError";
    report(false, stopped ? "Stopped" : "No answer", ` · ${duration(performance.now() - started)}`);
    result.replaceChildren(el("p", { className: "fault" }, stopped ? "The request was stopped before the answer came."
      : `The server does not answer at ${location.origin}${ENDPOINT}. Is it running, and is the network up?`));
  }
  $("run").textContent = "Run";
  running = null;
}

// Prints an answer; true when it is one without errors.
function show(text) {
  let answer;
  try { answer = JSON.parse(text); } catch {
    result.replaceChildren(el("p", { className: "fault" }, text ? "The answer is not JSON:" : "The answer is empty."), el("pre", { className: "code" }, text));
    return false;
  }
  const errors = Array.isArray(answer?.errors) ? answer.errors : [];
  result.replaceChildren(el("ul", { className: "faults", hidden: !errors.length }, errors.map(errorItem)), printed(text, answer));
  result.scrollTop = 0;
  return !errors.length;
}

function errorItem(error) {
  const where = [];
  if (error?.extensions?.code) where.push(el("code", {}, String(error.extensions.code)));
  if (Array.isArray(error?.path)) where.push("at " + error.path.join(" › "));
  for (const { line, column } of error?.locations ?? [])
    where.push(el("button", { type: "button", className: "link", onclick: () => goTo(line, column) }, `line ${line}, column ${column}`));
  const line = where.flatMap((part, index) => (index ? [" · ", part] : [part]));
  return el("li", {}, String(error?.message ?? "An error without a message."), el("div", { className: "where" }, line));
}

function goTo(line, column) {
  const at = query.value.split("\n", line - 1).reduce((sum, row) => sum + row.length + 1, column - 1);
  query.focus();
  query.setSelectionRange(at, at + (/^\w+/.exec(query.value.slice(at))?.[0].length ?? 1));
}

// Sets the JSON token by token from the text as it came, so that numbers keep every digit.
function printed(text, answer) {
  const pre = el("pre", { className: "code" });
  if (text.length > COLOUR_LIMIT) pre.textContent = JSON.stringify(answer, null, 2);
  const tokens = pre.textContent ? [] : text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g);
  let depth = 0, line;
  const newLine = () => {
    pre.append((line = el("div", {}, "  ".repeat(depth))));
    line.style.setProperty("--indent", depth * 2 + 2); // Long strings wrap with a hanging indent.
  };
  const span = (className, ...parts) => line.append(el("span", { className }, ...parts));
  tokens.forEach((token, index) => {
    const opens = /^[{[]$/.test(token), closes = /^[}\]]$/.test(token), closed = /^[}\]]$/.test(tokens[index + 1]);
    if (closes) depth--;
    if (index === 0 || (closes && !/^[{[]$/.test(tokens[index - 1]))) newLine();
    if (opens) depth++;
    if (opens || closes || token === ",") line.append(token);
    else if (token === ":") line.append(": ");
    else if (token[0] !== '"') span(/[-\d]/.test(token[0]) ? "n" : "w", token);
    else if (tokens[index + 1] === ":") span("k", token);
    else if (!/^"https?:\/\//.test(token)) span("s", token);
    else span("s", '"', el("a", { href: JSON.parse(token), target: "_blank", rel: "noopener noreferrer" }, token.slice(1, -1)), '"');
    if ((opens && !closed) || token === ",") newLine();
  });
  return pre;
}

async function copyCurl() {
  const text = body();
  if (text === null) return;
  const quoted = (part) => "'" + part.replaceAll("'", "'\\''") + "'";
  const headers = Object.entries(HEADERS).map(([name, value]) => `  -H ${quoted(name + ": " + value)} \\\n`).join("");
  const command = `curl -sS ${quoted(location.origin + ENDPOINT)} \\\n${headers}  --data ${quoted(text)}`;
  try {
    await navigator.clipboard.writeText(command);
    $("status").textContent = "The curl command is on the clipboard.";
  } catch { // Plain HTTP on another host has no clipboard, so the command is printed instead.
    result.replaceChildren(el("pre", { className: "code" }, command));
    $("status").textContent = "The clipboard is closed to this page; copy from here.";
  }
}

// ---- The reference
const INTROSPECTION = `query IntrospectionQuery { __schema {
  queryType { name } mutationType { name } subscriptionType { name }
  types {
    kind name description inputFields { ...Input } interfaces { name } possibleTypes { name }
    fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { ...Input } type { ...Ref } }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  }
} }
fragment Input on __InputValue { name description defaultValue type { ...Ref } }
fragment Ref on __Type { ${"kind name ofType { ".repeat(7)} kind name ${"}".repeat(7)} }`;
const KINDS = { OBJECT: "Objects", INTERFACE: "Interfaces", UNION: "Unions", INPUT_OBJECT: "Inputs", ENUM: "Enums", SCALAR: "Scalars" };

let types = null, roots = []; // The types by name, and the names of the root types.
const trail = []; // The pages opened, as { type, field, top }; empty on the front page.
async function loadSchema() {
  $("docs-body").replaceChildren(el("p", { className: "empty" }, "Reading the schema …"));
  try {
    const answer = await (await post(JSON.stringify({ query: INTROSPECTION, operationName: "IntrospectionQuery" }))).json();
    const schema = answer.data?.__schema;
    if (!schema) throw new Error(answer.errors?.[0]?.message ?? "introspection gave no schema");
    const own = schema.types.filter((type) => !type.name.startsWith("__")).sort((a, b) => a.name.localeCompare(b.name));
    types = new Map(own.map((type) => [type.name, type]));
    roots = [schema.queryType, schema.mutationType, schema.subscriptionType].filter(Boolean).map((type) => type.name);
    showPage();
  } catch (error) {
    const reason = error instanceof TypeError ? "the server does not answer" : error.message;
    const again = el("button", { type: "button", className: "quiet", onclick: loadSchema }, "Try again");
    $("docs-body").replaceChildren(el("p", { className: "fault" }, `The schema cannot be read: ${reason}.`), again);
  }
}

const code = (text) => el("code", {}, text), title = (text) => el("h3", { className: "title", tabIndex: -1 }, text);
const link = (text, type, field, className = "link") => el("button", { type: "button", className, onclick: () => openPage(type, field) }, text);
const entry = (...parts) => el("li", {}, ...parts);
const section = (name, items) => (items?.length ? [el("h3", {}, name), el("ul", {}, items)] : []);
const toTypes = (list) => list.map(({ name }) => entry(link(name, name)));

function typeRef(ref) {
  if (ref.kind === "NON_NULL") return [...typeRef(ref.ofType), code("!")];
  if (ref.kind === "LIST") return [code("["), ...typeRef(ref.ofType), code("]")];
  return [link(ref.name, ref.name, null, "link type")];
}

// An item's description, its `code` set as code, and a word if it is deprecated.
function prose(item) {
  const paragraphs = (item.description ?? "").split(/\n\s*\n/).filter(Boolean).map((text) =>
    el("p", {}, text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? code(part) : part))));
  return item.isDeprecated ? [...paragraphs, el("p", { className: "fault" }, "Deprecated. " + (item.deprecationReason ?? ""))] : paragraphs;
}

const inputs = (list) => list?.map((item) =>
  entry(code(item.name + ": "), typeRef(item.type), item.defaultValue == null ? null : code(" = " + item.defaultValue), prose(item)));
const typePage = (type) => [title(type.name), ...prose(type),
  ...section("Fields", type.fields?.map((field) =>
    entry(link(field.name, type.name, field.name), code(field.args.length ? "(…): " : ": "), typeRef(field.type), prose(field)))),
  ...section("Input fields", inputs(type.inputFields)),
  ...section("Values", type.enumValues?.map((value) => entry(code(value.name), prose(value)))),
  ...section("Implements", toTypes(type.interfaces ?? [])),
  ...section(type.kind === "UNION" ? "One of" : "Implemented by", toTypes(type.possibleTypes ?? []))];

const fieldPage = (type, field) => [title(`${type.name}.${field.name}`), ...prose(field),
  ...section("Type", [entry(typeRef(field.type))]), ...section("Arguments", inputs(field.args))];

function frontPage(needle) {
  const all = [...types.values()], hit = (item) => item.name.toLowerCase().includes(needle);
  if (!needle) return [...section("Start here", toTypes(roots.map((name) => types.get(name)))),
    ...Object.entries(KINDS).flatMap(([kind, name]) => section(name, toTypes(all.filter((type) => type.kind === kind && !roots.includes(type.name)))))];
  const fields = all.flatMap((type) => (type.fields ?? type.inputFields ?? []).filter(hit).map((field) =>
    entry(link(`${type.name}.${field.name}`, type.name, type.fields && field.name))));
  const found = [...section("Types", toTypes(all.filter(hit))), ...section("Fields", fields)];
  return found.length ? found : [el("p", { className: "empty" }, "No type or field has such a name.")];
}

function showPage(top = 0) {
  if (!types) return;
  const type = types.get(trail.at(-1)?.type), field = type?.fields?.find((item) => item.name === trail.at(-1).field);
  $("docs-body").replaceChildren(...(field ? fieldPage(type, field) : type ? typePage(type) : frontPage($("docs-search").value.trim().toLowerCase())));
  $("docs-back").hidden = !trail.length;
  $("docs-body").querySelector(".title")?.focus();
  $("docs-body").scrollTop = top;
}

function openPage(type, field) {
  trail.push({ type, field, top: $("docs-body").scrollTop });
  showPage();
}

function toggleDocs(visible) {
  $("docs").hidden = !visible;
  $("docs-toggle").setAttribute("aria-expanded", visible);
  document.querySelector("main").classList.toggle("with-docs", visible);
  $("docs").scrollIntoView({ block: "nearest" });
  if (visible && !types) loadSchema();
}

// ---- Opening the page
$("examples").append(...EXAMPLES.map(({ name, query: text }) => el("button", { type: "button", onclick: (event) => {
  replaceText(variables, 0, variables.value.length, "");
  replaceText(query, 0, query.value.length, text);
  query.scrollTop = 0;
  complain("");
  event.currentTarget.focus();
} }, name)));

const given = new URLSearchParams(location.search);
let start = {};
try { start = given.has("query") ? Object.fromEntries(given) : JSON.parse(localStorage.getItem(STORE)) ?? {}; } catch { /* No storage. */ }
query.value = start.query || EXAMPLES[0].query;
variables.value = start.variables || "";
$("variables-box").open = Boolean(variables.value.trim());
refresh(start.operationName);

for (const area of [query, variables]) {
  area.addEventListener("input", () => { refresh(); clearTimeout(saving); saving = setTimeout(save, 300); });
  area.addEventListener("keydown", onEditorKey);
  area.addEventListener("blur", () => delete area.dataset.leave);
}
operation.addEventListener("change", save);
$("run").addEventListener("click", () => (running ? running.abort() : run()));
$("curl").addEventListener("click", copyCurl);
$("docs-back").addEventListener("click", () => { $("docs-search").focus(); showPage(trail.pop().top); });
$("docs-search").addEventListener("input", () => { trail.length = 0; showPage(); });
$("docs-toggle").addEventListener("click", () => toggleDocs($("docs").hidden));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (!running) run();
});
if (matchMedia("(min-width: 75rem)").matches) toggleDocs(true);
