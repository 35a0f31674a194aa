"""Serve the built site on this machine alone, and open it: python -m website.serve [--no-browser]"""

import functools
import http.server
import sys
import threading
import webbrowser
from pathlib import Path

SITE = Path(__file__).resolve().parents[2] / "build" / "site"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".wasm": "application/wasm",
        ".js": "text/javascript",
    }
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Says nothing when a reader leaves a page before all of it has come."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def server(folder, port=0):
    """Return a server for a folder on 127.0.0.1; port 0 takes a free one."""
    return Server(("127.0.0.1", port), functools.partial(Handler, directory=str(folder)))


def main(options):
    if not (SITE / "index.html").exists():
        sys.exit("The site is not built yet. Type: make site")
    try:
        here = server(SITE, 8765)  # the same address every time, so that the browser finds what it has kept
    except OSError:
        here = server(SITE)
    address = f"http://127.0.0.1:{here.server_port}/"
    print(f"The course is at {address} until you press Ctrl-C.")
    if "--no-browser" not in options:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    try:
        here.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
