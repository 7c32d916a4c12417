// The stock JavaScript client and connection state recovery: its node is killed, and it misses nothing.
// node recovery.cjs URL OTHER SCENE: two nodes, and JSON: {teacher, principal} tokens, {classId, lineItemId, studentId}, and the
// process id {victim} of the node at URL. Whoever runs this starts that node again.
"use strict";

const { io } = require("socket.io-client");
const { assert, next, ok, play } = require("./expect.cjs");

const [url, other, scene] = process.argv.slice(2);
const { teacher, principal, classId, lineItemId, studentId, victim } = JSON.parse(scene);

play(async () => {
  const quick = { reconnectionDelay: 50, reconnectionDelayMax: 200 };
  const watching = connect(url, { token: principal, recover: true }, quick);
  const grading = connect(other, { token: teacher });
  await Promise.all([next(watching, "connect"), next(grading, "connect")]);
  assert.equal(watching.recovered, false);
  await ok(watching, "gradebook:join", { classId });
  await ok(grading, "gradebook:join", { classId });

  const seen = [];
  watching.on("grade.updated", (event, offset) => {
    assert.equal(typeof offset, "string");
    seen.push(event.score);
  });
  grading.on("grade.updated", (_, ...more) => assert.deepEqual(more, [], "it did not ask for recovery"));
  const grade = async (score) => {
    await ok(grading, "grade:set", { lineItemId, studentId, score });
  };

  const first = next(watching, "grade.updated");
  await grade(1);
  await first;
  const lost = next(watching, "disconnect");
  process.kill(victim, "SIGKILL");
  await lost;
  const back = next(watching, "connect");
  await grade(2);
  await grade(3);
  await back;
  assert.equal(watching.recovered, true, "the same session");
  await grade(4);
  while (seen.length < 4) await next(watching, "grade.updated");
  assert.deepEqual(seen, [1, 2, 3, 4]);

  // Somebody else's session is of no use.
  const { pid, offset } = { pid: watching._pid, offset: "0" };
  const thief = connect(other, { token: teacher, recover: true, pid, offset });
  await next(thief, "connect");
  assert.notEqual(thief._pid, pid);

  [watching, grading, thief].forEach((socket) => socket.disconnect());
});

function connect(to, auth, more = {}) {
  return io(`${to}/gradebook`, { transports: ["websocket"], auth, forceNew: true, ...more });
}
