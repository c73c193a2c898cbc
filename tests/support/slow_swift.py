"""A store that speaks as much of Swift as a worker's uploads need, and answers when the test lets it."""

import contextlib
import hashlib
import http.server
import threading


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
