// What each of the examples has to do, whatever its language.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { graphqlUrl, repository } from "./server.mjs";
import { outcome, run } from "./tools.mjs";

const MINUTE = 60_000;

// The examples' README shows what they print.
function promised() {
  const readme = readFileSync(repository("examples/README.md"), "utf8");
  return readme.match(/^```text\n(Torkham: [^]*?)^```$/m)[1];
}

// A server whose answer is always the same error.
async function refusing(ask) {
  const answer = { data: null, errors: [{ message: "Not like that.", extensions: { code: "BAD_USER_INPUT" } }] };
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    return await ask(`http://127.0.0.1:${server.address().port}/graphql`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Runs an example as a reader would, and where things go wrong. `args` come before the address. */
export async function keepsItsPromise(program, args, cwd) {
  const options = { cwd, timeout: MINUTE };
  assert.equal(await run(program, [...args, graphqlUrl], options), promised());

  const unknown = await outcome(program, [...args, graphqlUrl, "no-such-crossing"], options);
  assert.deepEqual(unknown, { status: 1, signal: null, stdout: "", stderr: 'no crossing is called "no-such-crossing"\n' });

  const refused = await refusing((url) => outcome(program, [...args, url], options));
  assert.deepEqual(refused, { status: 1, signal: null, stdout: "", stderr: "BAD_USER_INPUT: Not like that.\n" });
}
