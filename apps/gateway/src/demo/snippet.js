const { io } = require("socket.io-client");
const people = {
  @@TOKENS@@
};
const sockets = {};
const print = (who, what, data) => console.log(who.padEnd(9), what.padEnd(16), JSON.stringify(data));
const brief = ({ studentId, title, score, previousScore, seq }) => ({ studentId, title, score, previousScore, seq });
(async () => {
  for (const [who, token] of Object.entries(people)) {
    const socket = (sockets[who] = io("@@URL@@/gradebook", { auth: { token }, transports: ["websocket"], forceNew: true }));
    socket.onAny((event, data) => print(who, event, brief(data)));
    socket.on("connect_error", (error) => print(who, "is refused", { message: error.message, ...error.data }));
    await new Promise((connected) => socket.on("connect", connected));
  }
  const ask = async (event, payload) => {
    const ack = await sockets.teacher.emitWithAck(event, payload);
    print("teacher", "> " + event, ack.success ? "done" : ack);
    return ack.data ?? {};
  };
  await ask("gradebook:join", { classId: "@@CLASS@@" });
  const { lineItemId } = await ask("lineitem:create", {
    classId: "@@CLASS@@", academicSessionId: "@@SESSION@@", title: "Fractions", resultValueMax: 20,
    assignDate: "@@TODAY@@", dueDate: "@@TODAY@@",
  });
  await ask("grade:set", { lineItemId, studentId: "@@STUDENT@@", score: 17 });
  await ask("grades:post", { lineItemId });
  setTimeout(() => Object.values(sockets).forEach((socket) => socket.close()), 1000);
})();
