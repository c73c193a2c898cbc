"""A private RabbitMQ broker, with an account for everything and one that may only submit."""

import base64
import hashlib
import json
import os
import pathlib
import socket

from . import process

MISSING = process.installed("rabbitmq-server", "epmd")


def password_hash(password):
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


class RabbitMq(process.Service):
    def __init__(self, directory, consumer_timeout_ms=None):
        self.consumer_timeout_ms = consumer_timeout_ms
        super().__init__(directory)
        self.port, self.distribution, self.epmd = process.free_ports(3)
        self.url = f"amqp://admin:all@127.0.0.1:{self.port}/"
        self.submit_url = f"amqp://submit:only@127.0.0.1:{self.port}/"

    def write_configuration(self):
        def user(name, password, tags):
            return {"name": name, "password_hash": password_hash(password), "tags": tags,
                    "hashing_algorithm": "rabbit_password_hashing_sha256"}

        def rights(name, configure, write, read):
            return {"user": name, "vhost": "/", "configure": configure, "write": write, "read": read}

        definitions = {
            "vhosts": [{"name": "/"}],
            "users": [user("admin", "all", "administrator"), user("submit", "only", "")],
            # autopkgtest 1.1: who submits may publish to queues that exist, and nothing else.
            "permissions": [rights("admin", ".*", ".*", ".*"),
                            rights("submit", "^$", r"^amq\.default$", "^$")],
        }
        (self.directory / "definitions.json").write_text(json.dumps(definitions))
        (self.directory / "plugins").write_text("[].\n")
        (self.directory / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"load_definitions = {self.directory}/definitions.json\n"
            "vm_memory_high_watermark.absolute = 512MiB\ndisk_free_limit.absolute = 50MB\n"
        )

        if self.consumer_timeout_ms:
            with open(self.directory / "rabbitmq.conf", "a") as file:
                file.write(f"consumer_timeout = {self.consumer_timeout_ms}\n")
            # Looked at once a minute otherwise.
            (self.directory / "advanced.config").write_text(
                "[{rabbit, [{channel_tick_interval, 500}]}].\n")

    def restart(self):
        """As an operator does: durable queues and persistent messages stay."""
        self.processes.stop()
        self.start()

    def greets(self):
        """A listener that is no broker yet does not answer the protocol header with a frame."""
        self.processes.check()
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as probe:
                probe.sendall(b"AMQP\0\0\x09\x01")
                return probe.recv(1) == b"\1"
        except OSError:
            return False

    def start(self):
        self.write_configuration()
        home = self.directory / "home"
        home.mkdir(exist_ok=True)
        env = {
            "HOME": str(home),
            "ERL_EPMD_PORT": str(self.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"sluice{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{self.directory}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{self.directory}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{self.directory}/plugins",
            "RABBITMQ_MNESIA_BASE": f"{self.directory}/mnesia",
            "RABBITMQ_LOG_BASE": f"{self.directory}/log",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{self.directory}/generated",
            "RABBITMQ_PID_FILE": f"{self.directory}/pid",
            # Busy waiting of idle schedulers would starve the other tests of the machine.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none "
                "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        # A name service of its own, so that stopping it disturbs no other broker.
        self.processes.start("epmd", ["epmd", "-address", "127.0.0.1", "-port", str(self.epmd)], env)
        process.wait_until(lambda: process.listens(self.epmd), "epmd")
        # Debian's wrapper in the PATH changes the user; the program behind it does not.
        server = sorted(pathlib.Path("/usr/lib/rabbitmq/lib").glob("*/sbin/rabbitmq-server"))[-1]
        self.processes.start("rabbitmq", [str(server)], env)
        process.wait_until(self.greets, "RabbitMQ")
