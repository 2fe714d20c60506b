// Starts the program with a fresh demonstration database, runs the tests against it, and sees it end cleanly.
//
//   node run.mjs [FILE.test.mjs ...]
//
// DATELINE_BIN names the program when it is not the release build. The tests find the server's address
// in DATELINE_URL and its process in DATELINE_PID.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Demo } from "./demo.mjs";

const MINUTE = 60_000;
const here = dirname(fileURLToPath(import.meta.url));
const binary = resolve(process.env.DATELINE_BIN ?? resolve(here, "../../target/release/dateline"));
const named = process.argv.slice(2).map((file) => resolve(file));
const files = named.length > 0 ? named : testFiles();

function testFiles() {
  const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
  return all.sort().map((name) => resolve(here, name));
}

// One file after the other: what one does to the server is not to disturb another.
function runTests(demo) {
  const flags = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-reporter-destination=stdout"];
  const env = { ...process.env, DATELINE_URL: demo.url, DATELINE_PID: String(demo.pid) };
  const tests = spawn(process.execPath, [...flags, ...files], { env, stdio: "inherit" });
  const tooLong = setTimeout(() => {
    console.error("The tests took more than half an hour and are stopped.");
    tests.kill("SIGTERM");
    setTimeout(() => tests.kill("SIGKILL"), MINUTE / 6).unref();
  }, 30 * MINUTE);
  const passed = new Promise((settle) => {
    tests.on("exit", (status) => settle(status === 0));
    tests.on("error", () => settle(false));
  });
  return { tests, passed: passed.finally(() => clearTimeout(tooLong)) };
}

// Node's test runner learned what we ask of it in 18.19.
function nodeIsTooOld() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < 18 || (major === 18 && minor < 19);
}

async function main() {
  if (nodeIsTooOld()) {
    console.error(`Left out: the tests of clients need Node 18.19 or later, and this is ${process.versions.node}.`);
    return process.env.CI ? 1 : 0;
  }
  if (!existsSync(binary)) {
    console.error(`There is no program at ${binary}: build it with \`cargo build --release\`, or set DATELINE_BIN.`);
    return 1;
  }
  let demo;
  let running;
  let interrupted = false;
  // Before there is anything to clean up.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      interrupted = true;
      running?.tests.kill("SIGTERM");
      demo?.abandon();
    });
  }
  demo = new Demo(binary);
  let passed = false;
  let clean = false;
  try {
    await demo.ready();
    console.log(`${basename(binary)} (process ${demo.pid}) serves ${demo.url}`);
    if (!interrupted) {
      running = runTests(demo);
      passed = await running.passed;
    }
  } catch (error) {
    console.error(error.message);
  } finally {
    clean = await demo.stop();
    if (!interrupted && !(passed && clean)) console.error(`\nThe server's log:\n${demo.log()}`);
    demo.remove();
  }
  return interrupted ? 130 : passed && clean ? 0 : 1;
}

process.exit(await main());
