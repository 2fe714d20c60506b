// Clients generated from the schema, one generator a test: each is made anew, type-checked where its language
// does that, and asks the running server the walk.

import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keepsItsPromise } from "./example.mjs";
import { graphqlUrl, repository } from "./server.mjs";
import { isNewer, leaveOut, run, works } from "./tools.mjs";

const MINUTE = 60_000;
const here = repository("tests/clients");

// A folder without anything in it.
function emptied(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

test("TypeScript by GraphQL Code Generator", { timeout: 10 * MINUTE }, async () => {
  const cwd = repository("examples/typescript");
  if (!isNewer(join(cwd, "node_modules/.package-lock.json"), join(cwd, "package-lock.json"))) {
    await run("npm", ["ci", "--silent"], { cwd });
  }
  for (const made of ["generated", "dist"]) rmSync(join(cwd, made), { recursive: true, force: true });
  await run("npm", ["run", "build", "--silent"], { cwd });
  await keepsItsPromise(process.execPath, ["dist/walk.js"], cwd);
});

test("TypeScript by Relay's compiler, with a second page into its store", { timeout: 5 * MINUTE }, async () => {
  emptied(join(here, "out/relay"));
  mkdirSync(join(here, "out/relay/generated"));
  // The compiler's artefacts import each other without extensions, which only CommonJS understands.
  writeFileSync(join(here, "out/relay/package.json"), '{ "type": "commonjs" }\n');
  const binaries = join(here, "node_modules/.bin");
  await run(join(binaries, "relay-compiler"), ["relay.config.json"], { cwd: here });
  await run(join(binaries, "tsc"), ["--project", "relay"], { cwd: here });
  const printed = await run(process.execPath, ["out/relay/js/relay/walk.js", graphqlUrl], { cwd: here });

  const { name, hasNextPage, firstPage, bothPages } = JSON.parse(printed);
  const titles = ({ closures }) => closures.edges.map(({ node }) => node.event.title);
  const border = "Closure of the crossings between Pakistan and Afghanistan, October 2025";
  assert.equal(name, "Torkham");
  assert.deepEqual(titles(firstPage), [border]);
  assert.equal(hasNextPage, true);
  assert.deepEqual(titles(bothPages), [border, "Closure of Torkham, October 2025"]);
  assert.equal(bothPages.closures.pageInfo.hasNextPage, false);

  const articles = bothPages.closures.edges.flatMap(({ node }) => node.articles.nodes);
  assert.deepEqual(
    articles.map(({ title, source }) => `${title}, ${source.name}`),
    [
      "Istanbul talks collapse after four days while the truce of 19 October still holds (editor's label), Realist English",
      "No agreement in Istanbul after three days (editor's label), Unnamed outlet (report of three days of talks without an agreement)",
      "Taliban–Pakistan talks collapse in Istanbul as both sides trade blame over border violence, Unnamed outlet (report of the collapse of the Istanbul talks, photo credit amu.tv)",
    ],
  );
});

// A virtual environment with what the example needs, kept until that changes.
async function pythonEnvironment(cwd) {
  const venv = join(here, "out/venv");
  const wanted = join(cwd, "requirements.txt");
  const stamp = join(venv, "requirements.txt");
  const bin = (name) => join(venv, "bin", name);
  let same = false;
  try {
    same = readFileSync(stamp, "utf8") === readFileSync(wanted, "utf8");
  } catch {
    // No environment yet.
  }
  if (!same) {
    rmSync(venv, { recursive: true, force: true });
    await run("python3", ["-m", "venv", venv]);
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
    await run(bin("python"), ["-m", "pip", "install", ...quiet, "--requirement", wanted]);
    copyFileSync(wanted, stamp);
  }
  return bin;
}

test("Python by ariadne-codegen", { timeout: 10 * MINUTE }, async (t) => {
  const able = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))";
  if (!(await works("python3", ["-c", able]))) return leaveOut(t, "Python 3.10 or later with venv is not installed");
  const cwd = repository("examples/python");
  const bin = await pythonEnvironment(cwd);
  rmSync(join(cwd, "dateline_client"), { recursive: true, force: true });
  await run(bin("ariadne-codegen"), [], { cwd });
  await keepsItsPromise(bin("python"), ["walk.py"], cwd);
});

test("Rust by graphql_client", { timeout: 15 * MINUTE }, async (t) => {
  if (!(await works("cargo", ["--version"]))) return leaveOut(t, "cargo is not installed");
  const cwd = repository("examples/rust");
  const built = await run("cargo", ["build", "--locked", "--quiet", "--message-format=json"], { cwd, timeout: 15 * MINUTE });
  const messages = built.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const { executable } = messages.find((message) => message.executable && message.target.name === "dateline-example");
  await keepsItsPromise(executable, [], cwd);
});
