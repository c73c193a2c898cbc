"""A private Swift store: one proxy and one server of each kind, one copy in one directory."""

import os
import subprocess
import urllib.error
import urllib.request

from . import process

KINDS = ("account", "container", "object")
MISSING = process.installed("memcached", "swift-ring-builder", "swift-proxy-server",
                            *(f"swift-{kind}-server" for kind in KINDS))
PYTHON = "/usr/bin/python3"  # the one that has Swift's modules

# Swift reads its secrets from one fixed directory when its modules are loaded; this puts ours there
# before a server starts.
LAUNCH = """
import runpy, sys
from swift.common import utils
utils.set_swift_dir(sys.argv[1])
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""

PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {etc}
user = {user}
workers = 0
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats tempurl {auth} proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
request_node_count = 1
conn_timeout = 30
node_timeout = 60
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{cache}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:tempurl]
use = egg:swift#tempurl
[filter:tempauth]
use = egg:swift#tempauth
user_ci_admin = admin-key .admin
"""

# For a proxy whose users are Keystone's.
KEYSTONE = """
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = {url}
auth_url = {url}
auth_type = password
interface = public
project_domain_id = default
user_domain_id = default
project_name = admin
username = admin
password = {password}
delay_auth_decision = True
include_service_catalog = False
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = admin
"""

BACKEND = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {etc}
user = {user}
devices = {devices}
mount_check = false
workers = 0
disable_fallocate = true
[pipeline:main]
pipeline = healthcheck {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
# On a busy machine an object would else be stored and not be listed until an updater comes, and here is none.
conn_timeout = 30
node_timeout = 30
container_update_timeout = 30
recon_cache_path = {devices}
[filter:healthcheck]
use = egg:swift#healthcheck
"""


def request(url, method="GET", headers=None, body=None):
    """(status, headers); no status is an exception."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    try:
        with opener.open(asked, timeout=20) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


class Swift(process.Service):
    def __init__(self, directory, listing_max=10_000, keystone=None):
        super().__init__(directory)
        self.etc, self.devices = self.directory / "etc", self.directory / "devices"
        self.etc.mkdir(parents=True)
        (self.devices / "d1").mkdir(parents=True)
        self.port, self.cache, *backends = process.free_ports(5)
        self.ports = dict(zip(KINDS, backends))
        self.listing_max = listing_max
        self.keystone = keystone
        account = keystone.project if keystone else "ci"
        self.url = f"http://127.0.0.1:{self.port}/v1/AUTH_{account}"
        self.auth_url = f"http://127.0.0.1:{self.port}/auth/v1.0"
        self.token = None

    def write_configuration(self):
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        places = {"etc": self.etc, "devices": self.devices, "user": user}
        (self.etc / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n"
            "[storage-policy:0]\nname = one\ndefault = yes\n"
            f"[swift-constraints]\ncontainer_listing_limit = {self.listing_max}\n"
        )
        auth, filters = "tempauth", ""
        if self.keystone:
            auth = "authtoken keystoneauth"
            filters = KEYSTONE.format(url=self.keystone.url, password=self.keystone.password)
        (self.etc / "proxy-server.conf").write_text(
            PROXY.format(port=self.port, cache=self.cache, auth=auth, **places) + filters)
        for kind, port in self.ports.items():
            (self.etc / f"{kind}-server.conf").write_text(
                BACKEND.format(kind=kind, port=port, **places))
            for words in (["create", "2", "1", "1"], ["add", f"r1z1-127.0.0.1:{port}/d1", "1"],
                          ["rebalance"]):
                subprocess.run(["swift-ring-builder", self.etc / f"{kind}.builder", *words],
                               check=True, capture_output=True)

    def usable(self):
        """Somebody can log in and make a container."""
        self.processes.check()
        try:
            if self.keystone:
                self.token = self.token or self.keystone.token()
            else:
                _, headers = request(self.auth_url, headers={"X-Auth-User": "ci:admin",
                                                             "X-Auth-Key": "admin-key"})
                self.token = headers.get("X-Auth-Token", "")
            return self.put("ready", public=False) in (201, 202)
        except OSError:
            return False

    def start(self):
        self.write_configuration()
        (self.directory / "launch.py").write_text(LAUNCH)
        self.processes.start("memcached", ["memcached", "-l", "127.0.0.1", "-p", str(self.cache),
                                           "-U", "0", *(["-u", "root"] if os.geteuid() == 0 else [])])
        for kind in KINDS:
            self.launch(kind)
        # Asked before these listen, the proxy notes ten errors within a second, and asks them
        # nothing for the next minute.
        for name, port in {"memcached": self.cache, **self.ports}.items():
            process.wait_until(lambda port=port: process.listens(port), name)
        self.launch("proxy")
        process.wait_until(self.usable, "Swift")

    def launch(self, kind):
        self.processes.start(f"swift-{kind}", [
            PYTHON, str(self.directory / "launch.py"), str(self.etc),
            f"/usr/bin/swift-{kind}-server", str(self.etc / f"{kind}-server.conf")])

    def put(self, container, public=True, name=None, body=b""):
        """Makes a container, or with a name an object in it; its status."""
        headers = {"X-Auth-Token": self.token}
        if public:
            headers["X-Container-Read"] = ".rlistings,.r:*"
        path = f"{self.url}/{container}" + (f"/{name}" if name else "")
        return request(path, "PUT", headers, body)[0]
