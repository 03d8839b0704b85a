// What the tests do in a page, and what happens there.
if (query.get('proxy')) OT.setProxyUrl(query.get('proxy'));
const log = [];
const plain = (connection) => connection && {id: connection.connectionId, data: connection.data, permissions: connection.permissions};

function connect(key, id, token, options) {
  window.session = OT.initSession(key, id, options || {});
  session.on({
    connectionCreated: (event) => log.push({event: 'created', ...plain(event.connection)}),
    connectionDestroyed: (event) => log.push({event: 'destroyed', id: event.connection.connectionId, reason: event.reason}),
    sessionDisconnected: (event) => log.push({event: 'disconnected', reason: event.reason}),
    sessionReconnecting: () => log.push({event: 'reconnecting'}),
    sessionReconnected: () => log.push({event: 'reconnected'}),
    signal: (event) => log.push({event: 'signal', type: event.type, data: event.data, from: event.from && event.from.connectionId, fromData: event.from && event.from.data}),
  });
  return new Promise((resolve) => session.connect(token, (error) => resolve(
    error ? {code: error.code, name: error.name, message: error.message} : {id: session.connection.connectionId, capabilities: session.capabilities},
  )));
}

function signal(what, to) {
  const full = {...what};
  if (to) full.to = to === 'session' ? session : session.connections.get(to);
  return new Promise((resolve) => session.signal(full, (error) => resolve(error ? {code: error.code, name: error.name, message: error.message} : null)));
}

function putOut(id) {
  return new Promise((resolve) => session.forceDisconnect(id, (error) => resolve(error ? {code: error.code, name: error.name, message: error.message} : null)));
}

window.ready = true;
