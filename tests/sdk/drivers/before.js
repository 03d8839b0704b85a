// Where the SDK finds its servers, by the way that is read when it is loaded.
const query = new URLSearchParams(location.search);
if (query.get('api')) {
  window.OTProperties = {apiURL: query.get('api'), loggingURL: query.get('api'), assetURL: query.get('api'), cdnURL: query.get('api')};
}

// The page's first socket hears so many messages and no more, as if the rest were lost on the way.
if (query.get('hears')) {
  let left = Number(query.get('hears'));
  let first = true;
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      if (!first) return;
      first = false;
      this.addEventListener('message', (event) => { if (left-- <= 0) event.stopImmediatePropagation(); });
    }
  };
}
