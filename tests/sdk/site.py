"""A small web site on a free port of this machine: the developer's own, from where pages come."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_KINDS = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".png": "image/png",
}  # fmt: skip
DRIVERS = Path(__file__).with_name("drivers")


def files_of(modules: Path) -> dict[str, Path]:
    """The test's pages, with the SDK and the widget from their own installation."""
    widget = modules / "opentok-text-chat"
    return {
        "/": DRIVERS / "page.html",
        "/before.js": DRIVERS / "before.js",
        "/page.js": DRIVERS / "page.js",
        "/opentok.js": modules / "@opentok" / "client" / "dist" / "js" / "opentok.min.js",
        "/text-chat.html": DRIVERS / "text_chat.html",
        "/underscore.js": modules / "underscore" / "underscore-umd-min.js",
        "/jquery.js": modules / "jquery" / "dist" / "jquery.min.js",
        "/moment.js": modules / "moment" / "min" / "moment.min.js",
        "/livestamp.js": modules / "kuende-livestamp" / "livestamp.js",
        "/text-chat.js": widget / "dist" / "opentok-text-chat.js",
        "/css/theme.css": widget / "css" / "theme.css",
        **{f"/images/{file.name}": file for file in (widget / "images").iterdir()},
    }


@contextmanager
def site(files: Mapping[str, Path]) -> Iterator[str]:
    """Serves these files; gives the base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = files.get(self.path.partition("?")[0])
            if file is None:
                self.send_error(404)
                return
            content = file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", _KINDS[file.suffix])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
