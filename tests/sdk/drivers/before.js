// Where the SDK finds its servers, by the way that is read when it is loaded.
const query = new URLSearchParams(location.search);
if (query.get('api')) {
  window.OTProperties = {apiURL: query.get('api'), loggingURL: query.get('api'), assetURL: query.get('api'), cdnURL: query.get('api')};
}
