// A relay on Socket.IO: node socketio.mjs PORT, with the package's folder in MODULES.
import { createRequire } from "node:module";

const { Server } = createRequire(`${process.env.MODULES}/`)("socket.io");
const io = new Server({ transports: ["websocket"], perMessageDeflate: false, serveClient: false });

io.on("connection", (socket) => {
  let room;
  socket.on("join", (session, name, done) => {
    room = session;
    socket.join(session);
    socket.join(name);
    done();
  });
  socket.on("signal", (signal) => io.to(room).emit("signal", signal));
  socket.on("direct", (to, signal) => io.to(to).emit("signal", signal));
});
io.attach(await listening());

async function listening() {
  const { createServer } = await import("node:http");
  return createServer().listen(Number(process.argv[2]), "127.0.0.1");
}
