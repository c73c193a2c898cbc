"""A store that speaks as much of Swift as a worker's uploads need, and a server that reads what was uploaded; it
answers when the test lets it."""

import contextlib
import hashlib
import http.server
import json
import threading
import urllib.parse


class SlowSwift:
    """`hold` is asked at every PUT of an object, with its path, and blocks for as long as the store is slow;
    where it answers "lose" the object is told to be there and is not. `hold_sign_in` is asked at every sign-in, which
    is what a worker wants of a store first."""

    def __init__(self, hold, hold_sign_in=lambda: None):
        self.hold, self.hold_sign_in = hold, hold_sign_in
        self.containers, self.objects = set(), {}  # objects: path -> bytes
        self.asked = []  # paths of the PUTs of objects
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *words):
                pass

            def answer(self, status, headers=()):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                if "Content-Length" not in dict(headers):
                    self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                if self.path.startswith("/v1/"):
                    body = outer.read(*self.path.partition("?")[::2])
                    self.answer(404 if body is None else 200, [("Content-Length", str(len(body or b"")))])
                    return self.wfile.write(body or b"")
                outer.hold_sign_in()
                with contextlib.suppress(OSError):  # the worker may have gone meanwhile
                    self.answer(200, [("X-Storage-Url", f"{outer.url}/v1/AUTH_ci"), ("X-Auth-Token", "token")])

            def do_HEAD(self):
                if self.path in outer.containers:
                    return self.answer(204, [("X-Container-Read", ".rlistings,.r:*")])
                if self.path not in outer.objects:
                    return self.answer(404)
                data = outer.objects[self.path]
                return self.answer(200, [("Content-Length", str(len(data))), ("ETag", hashlib.md5(data).hexdigest())])

            def do_PUT(self):
                data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path.count("/") == 3:  # /v1/AUTH_ci/CONTAINER
                    outer.containers.add(self.path)
                else:
                    outer.asked.append(self.path)
                    if outer.hold(self.path) != "lose":
                        outer.objects[self.path] = data
                with contextlib.suppress(OSError):  # the worker has gone, as it should when its lease is lost
                    self.answer(201)

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.auth_url = f"{self.url}/auth/v1.0"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def read(self, path, query):
        """The bytes of an object, or the listing of a container; None: there is neither."""
        if path in self.containers:
            return json.dumps(self.listing(path, dict(urllib.parse.parse_qsl(query)))).encode()
        return self.objects.get(path)

    def listing(self, container, ask):
        """The names of a container as Swift lists them: what ends in the delimiter once for all below it."""
        prefix, delimiter, entries = ask.get("prefix", ""), ask.get("delimiter"), {}
        for path in list(self.objects):
            name = urllib.parse.unquote(path.removeprefix(container + "/"))
            if path == name or not name.startswith(prefix):
                continue
            head, found, _ = name[len(prefix):].partition(delimiter) if delimiter else (name, "", "")
            entry = {"subdir": prefix + head + found} if found else {"name": name, "bytes": len(self.objects[path])}
            entries[entry.get("subdir", name)] = entry
        return [entries[name] for name in sorted(entries) if name > ask.get("marker", "")]
