"""The side of a controller that a worker sees (docs/formats/queue-api.md), with a list of requests."""

import http.server
import json
import re
import threading


class LeaseServer:
    """Gives each request once. `ends` has what was told of a job, `beats` its heartbeats."""

    def __init__(self, queue="debci-testing-amd64", heartbeat=1):
        self.queue, self.heartbeat = queue, heartbeat
        self.waiting, self.ends, self.beats, self.given_back = [], {}, {}, []
        self.orders = {}  # job -> the order that its heartbeats are answered with; None: the lease is over
        self.changed = threading.Condition()
        self._job = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words):
                pass

            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                status, value = outer.answer(self.path, json.loads(self.rfile.read(length)))
                body = b"" if value is None else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def ask(self, package, **parameters):
        with self.changed:
            self._job += 1
            self.waiting.append((self._job, package, parameters))
            return self._job

    def answer(self, path, value):
        with self.changed:
            self.changed.notify_all()
            if path.endswith("/lease"):
                return self.lease(value)
            job, action = re.fullmatch(r"/api/v1/leases/j-(\d+)\.1:(\w+)", path).groups()
            job = int(job)
            if action == "heartbeat":
                self.beats.setdefault(job, []).append(value)
                order = self.orders.get(job, "go_on")
                return (200, {"order": order}) if order else (409, {"detail": "the lease is over"})
            if action == "complete":
                self.ends[job] = value
            else:
                self.given_back.append(job)
            return 200, {}

    def lease(self, value):
        if not self.waiting or self.queue not in value["queues"]:
            return 204, None
        job, package, parameters = self.waiting.pop(0)
        return 200, {"job": job, "epoch": 1, "attempt": 1, "queue": self.queue, "package": package,
                     "request": json.dumps(parameters), "ttl": 90, "heartbeat": self.heartbeat}

    def wait_for(self, claim, seconds=60):
        """Until claim() holds; whether it does."""
        with self.changed:
            return self.changed.wait_for(claim, timeout=seconds)
