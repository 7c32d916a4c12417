// The stock JavaScript client against a gateway: a teacher and a student in a gradebook.
// node gateway.cjs URL SCENE, where SCENE is JSON: {teacher, student, expired} tokens, {classId, lineItemId, studentId}
"use strict";

const { io } = require("socket.io-client");
const { assert, failed, next, ok, play } = require("./expect.cjs");

const [url, scene] = process.argv.slice(2);
const { teacher, student, expired, classId, lineItemId, studentId } = JSON.parse(scene);

play(async () => {
  await refused(undefined, "UNAUTHENTICATED");
  await refused("nonsense", "UNAUTHENTICATED");
  await refused(expired, "TOKEN_EXPIRED");

  const [atDesk, atHome, atSeat] = [connect(teacher), connect(teacher), connect(student)];
  await Promise.all([atDesk, atHome, atSeat].map((socket) => next(socket, "connect")));

  const staff = await ok(atDesk, "gradebook:join", { classId });
  assert.equal(staff.roomId, `class:${classId}:staff`);
  assert.equal(staff.initialData.view, "staff");
  assert.ok(staff.rooms.includes(staff.roomId) && Number.isInteger(staff.seq));
  await ok(atHome, "gradebook:join", { classId });
  const family = await ok(atSeat, "gradebook:join", { classId });
  assert.equal(family.initialData.view, "family");
  const before = family.initialData.results.map((result) => result.lineItemId);
  assert.ok(!before.includes(lineItemId), "nothing of it is posted");

  // Set: staff see it at once, on every device; the family does not.
  const seen = [];
  atSeat.onAny((event) => seen.push(event));
  const updates = [atDesk, atHome].map((socket) => next(socket, "grade.updated"));
  const grade = { lineItemId, studentId, score: 17, clientId: `${Date.now()}` };
  assert.deepEqual(await ok(atDesk, "grade:set", grade), { version: 1 });
  for (const [update] of await Promise.all(updates)) {
    assert.equal(update.score, 17);
    assert.equal(update.studentId, studentId);
  }

  // The same clientId again: the same reply, no second effect. The old version: a conflict.
  assert.deepEqual(await ok(atHome, "grade:set", grade), { version: 1 });
  const stale = { lineItemId, studentId, score: 3, expectedVersion: 0 };
  const conflict = await failed(atDesk, "grade:set", stale, "VERSION_CONFLICT");
  assert.equal(conflict.current.version, 1);

  // Posted: the student receives it, with what every durable event carries.
  assert.deepEqual(seen, []);
  const posted = next(atSeat, "grade.posted");
  assert.deepEqual(await ok(atDesk, "grades:post", { lineItemId, studentIds: [studentId] }), { count: 1 });
  const [event, ...more] = await posted;
  assert.equal(event.score, 17);
  assert.equal(event.classId, classId);
  assert.ok(event.eventId && Number.isInteger(event.seq) && event.timestamp.endsWith("Z"));
  assert.deepEqual(more, [], "no offset for who did not ask for recovery");
  assert.ok(!("previousScore" in event));

  // Typing: everyone among the staff but the socket that types.
  const typing = next(atHome, "gradebook:typing");
  await ok(atDesk, "gradebook:typing", { classId, lineItemId, studentId, isTyping: true });
  assert.equal((await typing)[0].isTyping, true);

  // Every failure answers.
  await failed(atSeat, "grade:set", grade, "UNAUTHORIZED");
  await failed(atDesk, "grade:set", { lineItemId: 7 }, "VALIDATION_ERROR");
  await failed(atDesk, "grade:frame", {}, "UNKNOWN_EVENT");
  const error = next(atSeat, "error");
  atSeat.emit("grade:set", grade);
  assert.deepEqual(Object.keys((await error)[0]).sort(), ["code", "event", "message"]);

  [atDesk, atHome, atSeat].forEach((socket) => socket.disconnect());
});

function connect(token) {
  // A connection each.
  const auth = token === undefined ? {} : { token };
  return io(`${url}/gradebook`, { transports: ["websocket"], auth, forceNew: true });
}

async function refused(token, code) {
  const socket = connect(token);
  const [error] = await next(socket, "connect_error");
  assert.equal(error.data?.code, code);
  assert.ok(error.message.length > 0);
  socket.io.engine.close();
}
