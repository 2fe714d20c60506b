// The program under test as a process: started on a port and in a directory of its own, and stopped.

import { spawn } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const TO_START = 120_000;
const TO_STOP = 30_000;

// The program must not take another database or another log than ours from whoever runs the tests.
function environment() {
  const ours = ([name]) => !name.startsWith("DATELINE_") && name !== "DATABASE_URL" && name !== "RUST_LOG";
  return Object.fromEntries(Object.entries(process.env).filter(ours));
}

/** `dateline demo`, with its log in a file, so that no pipe fills. */
export class Demo {
  #folder = mkdtempSync(join(tmpdir(), "dateline-clients-"));
  #logFile = join(this.#folder, "log");
  #server;
  #ended;
  #abandoned = false;
  /** The address of the server, without a path. */
  url;

  constructor(binary) {
    // Started by root, Postgres runs as another user, who has to get through.
    chmodSync(this.#folder, 0o755);
    const log = openSync(this.#logFile, "a");
    const limits = ["--max-subscribers-per-address", "2000"];
    const args = ["demo", "--listen", "127.0.0.1:0", "--data-dir", join(this.#folder, "data"), ...limits];
    // In a group of its own, a Ctrl-C for the tests does not reach the server; we stop it.
    const options = { env: environment(), stdio: ["ignore", log, log], detached: true };
    this.#server = spawn(binary, args, options);
    closeSync(log);
    this.#ended = new Promise((settle) => {
      this.#server.on("exit", (status, signal) => settle({ status, signal }));
      this.#server.on("error", (error) => settle({ error }));
    });
  }

  get pid() {
    return this.#server.pid;
  }

  /** What the server has printed. */
  log() {
    return readFileSync(this.#logFile, "utf8");
  }

  /** Waits until the server has printed its address. */
  async ready() {
    const ended = this.#ended.then((end) => ({ end }));
    for (const start = Date.now(); Date.now() - start < TO_START; ) {
      const [, url] = this.log().match(/Playground\s+(http:\S+)\/graphiql/) ?? [];
      if (url) {
        this.url = url;
        return;
      }
      if (this.#abandoned) throw new Error("Interrupted.");
      const outcome = await Promise.race([ended, sleep(100)]);
      if (outcome) throw new Error(`The server ended before it was ready: ${JSON.stringify(outcome.end)}`);
    }
    throw new Error("The server was not ready within two minutes.");
  }

  /** Stops waiting for it to be ready. */
  abandon() {
    this.#abandoned = true;
  }

  /** Ends the server as a service manager would; true when it ended by itself, in time, with status 0. */
  async stop() {
    const early = await Promise.race([this.#ended, sleep(0)]);
    if (early) {
      console.error(`The server had ended before it was told to: ${JSON.stringify(early)}`);
      return false;
    }
    this.#server.kill("SIGTERM");
    const end = await Promise.race([this.#ended, sleep(TO_STOP)]);
    if (end?.status === 0) return true;
    this.#server.kill("SIGKILL");
    console.error(`SIGTERM did not end the server cleanly: ${end ? JSON.stringify(end) : "it still ran after 30 s"}`);
    return false;
  }

  /** Removes its database and log. */
  remove() {
    this.#endPostgres();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  // A server that was killed leaves its Postgres running.
  #endPostgres() {
    try {
      const pidFile = readFileSync(join(this.#folder, "data/postgres/postmaster.pid"), "utf8");
      process.kill(Number.parseInt(pidFile, 10), "SIGQUIT");
    } catch {
      // There is none any more, as there should be.
    }
  }
}
