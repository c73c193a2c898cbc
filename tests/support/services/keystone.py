"""A private Keystone: users, projects and the catalogue that a version 3 sign-in answers."""

import json
import subprocess
import urllib.error
import urllib.request

from . import process

MISSING = process.installed("keystone-manage", "keystone-wsgi-public")
MANAGE = "/usr/bin/keystone-manage"

CONFIGURATION = """
[DEFAULT]
log_dir = {directory}
[database]
connection = sqlite:///{directory}/keystone.db
[token]
provider = fernet
[fernet_tokens]
key_repository = {directory}/fernet
[credential]
key_repository = {directory}/credential
"""


class Keystone(process.Service):
    password = "keystone-secret"

    def __init__(self, directory):
        super().__init__(directory)
        (self.port,) = process.free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}/v3"
        self.project = None

    def manage(self, *words):
        subprocess.run([MANAGE, "--config-file", self.directory / "keystone.conf", *words],
                       check=True, capture_output=True, timeout=120)

    def start(self):
        (self.directory / "keystone.conf").write_text(
            CONFIGURATION.format(directory=self.directory))
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout.strip()
        self.manage("db_sync")
        for keys in ("fernet_setup", "credential_setup"):
            (self.directory / keys.split("_")[0]).mkdir(mode=0o700)
            self.manage(keys, "--keystone-user", user, "--keystone-group", group)
        self.manage("bootstrap", "--bootstrap-password", self.password,
                    "--bootstrap-public-url", self.url, "--bootstrap-region-id", "here")
        self.processes.start("keystone", ["/usr/bin/keystone-wsgi-public", "--host", "127.0.0.1",
                                          "--port", str(self.port)],
                             env={"OS_KEYSTONE_CONFIG_DIR": str(self.directory)})
        process.wait_until(self.usable, "Keystone")

    def request(self, path, body=None, token=None):
        """(headers, answer) of a question that succeeds."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["X-Auth-Token"] = token
        data = json.dumps(body).encode() if body else None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        asked = urllib.request.Request(self.url + path, data=data, headers=headers)
        with opener.open(asked, timeout=20) as answer:
            return answer.headers, json.load(answer)

    def sign_in(self):
        domain = {"name": "Default"}
        user = {"name": "admin", "domain": domain, "password": self.password}
        return self.request("/auth/tokens", {"auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "admin", "domain": domain}}}})

    def token(self):
        return self.sign_in()[0]["X-Subject-Token"]

    def usable(self):
        self.processes.check()
        try:
            self.project = self.sign_in()[1]["token"]["project"]["id"]
            return True
        except OSError:
            return False

    def add_object_store(self, url):
        token = self.token()
        _, service = self.request("/services", {"service": {
            "type": "object-store", "name": "swift"}}, token)
        self.request("/endpoints", {"endpoint": {
            "service_id": service["service"]["id"], "interface": "public", "region_id": "here",
            "url": url}}, token)
