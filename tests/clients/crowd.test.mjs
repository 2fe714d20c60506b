// A thousand subscribers of one process, one of whom reads nothing: all of them hear everything, for little memory.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import WebSocket from "ws";
import { graphqlUrl, latestCursor } from "./server.mjs";

const SUBSCRIBERS = 1_000;
const ROUNDS = 5;
const CHANGES = 20; // A round.
const LENGTH = 50_000; // Of a text that who reads nothing asks for.
const STUCK_OPERATIONS = 20;
const PATIENCE = 120_000; // Milliseconds.
const MOST_MEBIBYTES = 100;

const follow = (after, fields) => `subscription { changed(after: "${after}", filter: { recordType: ["Event"] }) { ${fields} } }`;

/** What the server holds; only Linux tells. */
function mebibytes() {
  const status = `/proc/${process.env.DATELINE_PID}/status`;
  return existsSync(status) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, "utf8"))[1]) / 1024 : null;
}

/** A socket whose connection is acknowledged; `heard` is called with each message after that. */
function opened(heard) {
  const socket = new WebSocket(graphqlUrl.replace(/^http/, "ws"), "graphql-transport-ws");
  return new Promise((settle, refuse) => {
    socket.on("error", refuse);
    socket.on("close", (code, reason) => refuse(new Error(`closed with ${code} ${reason}`)));
    socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
    socket.on("message", (text) => {
      const message = JSON.parse(text);
      if (message.type === "connection_ack") return settle(socket);
      if (message.type === "ping") return socket.send(JSON.stringify({ type: "pong" }));
      heard(message);
    });
  });
}

function subscribe(socket, id, query) {
  socket.send(JSON.stringify({ id, type: "subscribe", payload: { query } }));
}

// Written past the subscribers, as an editor might: the server imports the lines as one change set.
async function write(round) {
  const lines = Array.from({ length: CHANGES }, (_, n) =>
    JSON.stringify({ type: "event", slug: `crowd-${round}-${n}`, title: `Event ${n} of round ${round}`, kind: "OTHER", summary: "s".repeat(LENGTH) }));
  const answer = await fetch(new URL("/import?format=dateline", graphqlUrl), { method: "POST", body: lines.join("\n") });
  assert.equal(answer.status, 200, await answer.text());
}

test("a thousand follow, and one of them reads nothing", { timeout: PATIENCE }, async (t) => {
  const after = await latestCursor();
  const before = mebibytes();
  const seen = Array.from({ length: SUBSCRIBERS }, () => []);
  const sockets = [];
  let watch;
  let waiting = SUBSCRIBERS;
  let allHeard;
  let unexpected;
  const heardByAll = new Promise((settle, refuse) => {
    allHeard = settle;
    unexpected = refuse;
  });
  const heardBy = (cursors) => ({ type, payload }) => {
    if (type !== "next" || payload.errors) return unexpected(new Error(JSON.stringify({ type, payload })));
    cursors.push(payload.data.changed.cursor);
    if (cursors.length === ROUNDS * CHANGES && --waiting === 0) allHeard();
  };
  try {
    // Fifty at a time, as a server would meet them after it was away.
    for (let first = 0; first < SUBSCRIBERS; first += 50) {
      const some = seen.slice(first, first + 50).map((cursors) => opened(heardBy(cursors)));
      sockets.push(...(await Promise.all(some)));
    }
    const stuck = await opened(() => {});
    sockets.push(stuck);
    for (let n = 0; n < STUCK_OPERATIONS; n++) subscribe(stuck, `${n}`, follow(after, "record { ... on Event { summary } }"));
    stuck.pause();
    for (const socket of sockets.slice(0, SUBSCRIBERS)) subscribe(socket, "1", follow(after, "cursor version"));
    const open = mebibytes();
    let most = open;
    watch = setInterval(() => { most = Math.max(most, mebibytes()); }, 50);
    for (let round = 0; round < ROUNDS; round++) await write(round);
    await heardByAll;
    for (const cursors of seen) assert.deepEqual(cursors, seen[0]);
    assert.equal(new Set(seen[0]).size, ROUNDS * CHANGES);
    if (before === null) return t.diagnostic("memory is measured on Linux alone");
    t.diagnostic(`${(open - before).toFixed(1)} MiB more with all of them, ${(most - before).toFixed(1)} MiB at most`);
    assert.ok(most - before <= MOST_MEBIBYTES, `${(most - before).toFixed(1)} MiB more`);
  } finally {
    clearInterval(watch);
    for (const socket of sockets) {
      socket.removeAllListeners("close");
      socket.terminate();
    }
  }
});
