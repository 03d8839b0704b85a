// A relay on `ws`: node ws.mjs PORT, with the package's folder in MODULES.
import { createRequire } from "node:module";

const { WebSocketServer } = createRequire(`${process.env.MODULES}/`)("ws");
const rooms = new Map();
const clients = new Map();

new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), perMessageDeflate: false }).on(
  "connection",
  (socket, request) => {
    const [, session, name] = request.url.split("/");
    if (!rooms.has(session)) rooms.set(session, new Set());
    const room = rooms.get(session);
    room.add(socket);
    clients.set(name, socket);
    socket.on("message", (message) => {
      const { to } = JSON.parse(message);
      if (to === "*") for (const member of room) member.send(message, { binary: false });
      else clients.get(to)?.send(message, { binary: false });
    });
    socket.on("close", () => {
      room.delete(socket);
      clients.delete(name);
    });
  },
);
