// What the scripts share: waiting with a limit, and an end that says what went wrong.
"use strict";

const assert = require("node:assert/strict");

const LIMIT_MS = 20_000;

/** The promise's value, or an error that names what was waited for. */
function within(promise, what) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** The arguments of the next event of that name. */
function next(socket, event) {
  return within(new Promise((resolve) => socket.once(event, (...args) => resolve(args))), event);
}

/** Runs a script's main function and ends the process with its outcome. */
function play(main) {
  main().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

/** The data of a successful ack. */
async function ok(socket, event, payload) {
  const ack = await acked(socket, event, payload);
  assert.equal(ack.success, true, `${event}: ${JSON.stringify(ack)}`);
  return ack.data;
}

/** A failure's ack, with this code. */
async function failed(socket, event, payload, code) {
  const ack = await acked(socket, event, payload);
  assert.equal(ack.success, false, `${event}: ${JSON.stringify(ack)}`);
  assert.equal(ack.code, code);
  assert.ok(ack.error.length > 0);
  return ack;
}

function acked(socket, event, payload) {
  return within(socket.emitWithAck(event, payload), `ack of ${event}`);
}

module.exports = { assert, failed, next, ok, play, within };
