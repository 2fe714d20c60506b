// Runs the tools of other languages for the tests: within a time, and with what they print in every failure.

import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const MINUTE = 60_000;

/** Runs a program and returns its status and output; ends it when it takes too long. */
export function outcome(program, args, { cwd, env = process.env, timeout = 10 * MINUTE } = {}) {
  return new Promise((settle, fail) => {
    const child = spawn(program, args, { cwd, env, timeout, killSignal: "SIGKILL", stdio: ["ignore", "pipe", "pipe"] });
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => (printed[name] += text));
    }
    child.on("error", fail);
    child.on("close", (status, signal) => settle({ status, signal, ...printed }));
  });
}

/** Runs a program that has to succeed, and returns what it prints. */
export async function run(program, args, options) {
  const { status, signal, stdout, stderr } = await outcome(program, args, options);
  if (status !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with ${signal ?? status}\n${stdout}\n${stderr}`);
  }
  return stdout;
}

/** Whether a program is installed and `args` make it succeed. */
export async function works(program, args) {
  const found = process.env.PATH.split(delimiter).some((folder) => existsSync(join(folder, program)));
  return found && (await outcome(program, args, { timeout: MINUTE })).status === 0;
}

/** Leaves a test out for a reason; where machines decide (`CI` is set), nothing is left out. */
export function leaveOut(test, reason) {
  if (process.env.CI) throw new Error(`${reason}; with CI set, no test is left out`);
  test.skip(reason);
}

/** Whether a file was made after another one last changed. */
export function isNewer(made, source) {
  return existsSync(made) && statSync(made).mtimeMs >= statSync(source).mtimeMs;
}
