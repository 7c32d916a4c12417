// The stock JavaScript client against the echo server: node echo.cjs URL TRANSPORT
"use strict";

const { io } = require("socket.io-client");
const { assert, next, play, within } = require("./expect.cjs");

const [url, transport] = process.argv.slice(2);

play(async () => {
  // "upgrade" is what the client does by itself: polling first.
  const transports = transport === "upgrade" ? ["polling", "websocket"] : [transport];
  const root = io(url, { transports, auth: { token: "t", nested: { é: [1] } } });
  assert.deepEqual(await next(root, "auth"), [{ token: "t", nested: { é: [1] } }]);

  // Shares the connection, and has no auth object.
  const custom = io(`${url}/custom`, { transports });
  assert.deepEqual(await next(custom, "auth"), [{}]);
  assert.equal(custom.io.engine.id, root.io.engine.id);
  assert.notEqual(custom.id, root.id);

  for (const socket of [root, custom]) {
    const args = [1, "zwei ☃", { 3: [true, null] }, []];
    const back = next(socket, "message-back");
    socket.emit("message", ...args);
    assert.deepEqual(await back, args);
    assert.deepEqual(await acked(socket, args), args);

    const binary = [{ file: Buffer.from([0, 1, 255]) }, Buffer.alloc(70_000, 7)];
    const binaryBack = next(socket, "message-back");
    socket.emit("message", ...binary);
    assert.deepEqual(await binaryBack, binary);
    assert.deepEqual(await acked(socket, binary), binary);
  }

  // Many at once come back in order.
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  const answers = await Promise.all(numbers.map((number) => acked(root, [number])));
  assert.deepEqual(answers.flat(), numbers);

  const nowhere = io(`${url}/nowhere`, { transports });
  const [error] = await next(nowhere, "connect_error");
  assert.equal(error.message, "Invalid namespace");

  // One namespace is left, the other stays.
  custom.disconnect();
  assert.deepEqual(await acked(root, ["still"]), ["still"]);
  if (transport === "upgrade") {
    assert.equal(root.io.engine.transport.name, "websocket");
  }
  root.disconnect();
});

function acked(socket, args) {
  const answer = new Promise((resolve) => socket.emit("message-with-ack", ...args, (...back) => resolve(back)));
  return within(answer, "ack");
}
