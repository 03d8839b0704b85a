// A relay on Bun's own WebSockets: bun bun.mjs PORT
Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, server) {
    const [, session, name] = new URL(request.url).pathname.split("/");
    if (!server.upgrade(request, { data: { session, name } })) return new Response(null, { status: 400 });
  },
  websocket: {
    backpressureLimit: 1 << 30,
    perMessageDeflate: false,
    publishToSelf: true,
    open(socket) {
      socket.subscribe(socket.data.session);
      socket.subscribe(socket.data.name);
    },
    message(socket, message) {
      const { to } = JSON.parse(message);
      socket.publish(to === "*" ? socket.data.session : to, message);
    },
  },
});
