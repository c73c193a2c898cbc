#!/usr/bin/python3
"""Mails of the gate through a real SMTP server, Debian's python3-aiosmtpd.

migration 1.3, 4.5.13, 8.7, 8.8
"""

import email
import email.policy
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.services import process  # noqa: E402

try:
    from aiosmtpd.controller import Controller
except ImportError:
    Controller = None

CONFIG = """TESTING = t
UNSTABLE = u
NONINST_STATUS = o/noninst
EXCUSES_OUTPUT = o/excuses.html
HEIDI_OUTPUT = o/Heidi
STATE_DIR = s
ARCHITECTURES = amd64
NOBREAKALL_ARCHES = amd64
BREAK_ARCHES =
NEW_ARCHES =
OUTOFSYNC_ARCHES =
MINDAYS_MEDIUM = 0
DEFAULT_URGENCY = medium
PIUPARTS_ENABLE = no
SMOOTH_UPDATES = libs
HINTSDIR = h
ADT_ENABLE = no
EMAIL_ENABLE = yes
"""
PROBE = pathlib.Path(os.environ["SLUICE_BIN"]).parent / "tests/sluice_probe"


class Mailbox:
    """Takes mail, but none for addresses at gone.example, and none at all when it is full."""

    def __init__(self):
        self.full = False
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.endswith("@gone.example"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        if self.full:
            return "452 no room"
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 kept"


@unittest.skipIf(Controller is None, "not installed: python3-aiosmtpd")
class MailTest(unittest.TestCase):
    def setUp(self):
        self.box = Mailbox()
        port, self.unused = process.free_ports(2)
        server = Controller(self.box, hostname="127.0.0.1", port=port)
        server.start()
        self.addCleanup(server.stop)
        self.address = f"127.0.0.1:{port}"

    def send(self, *recipients):
        done = subprocess.run([PROBE, "mail", self.address, *recipients], capture_output=True, text=True)
        return done.returncode, done.stderr

    def test_a_mail_arrives_as_it_was_meant(self):
        # migration 4.5.13
        self.assertEqual(self.send("jo@example.org", "ada@example.org"), (0, ""))
        (sender, recipients, content), = self.box.mails
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.assertEqual(sender, "noreply+proposed-migration@ubuntu.com")
        self.assertEqual(recipients, ["jo@example.org", "ada@example.org"])
        self.assertEqual(mail["Subject"],
                         "[proposed-migration] grün 2-1 stuck in noble-proposed for 3 days.")
        self.assertEqual(mail["X-Proposed-Migration"], "notice")
        self.assertEqual(mail["To"], "jo@example.org, ada@example.org")
        self.assertEqual(mail.get_content().splitlines()[0],
                         "grün 2-1 has been waiting in noble-proposed for 3 days now.")
        self.assertFalse(mail.defects)

    def test_who_is_gone_does_not_cost_the_others_their_mail(self):
        self.assertEqual(self.send("jo@gone.example", "ada@example.org")[0], 0)
        self.assertEqual(self.box.mails[0][1], ["ada@example.org"])

    def test_refusals_are_told(self):
        self.assertEqual(self.send("jo@gone.example")[0], 1)
        self.box.full = True
        code, error = self.send("ada@example.org")
        self.assertEqual(code, 1)
        self.assertIn(f"cannot send mail through {self.address}", error)

    def migrate(self, *arguments):
        """A run in which foo 2 has a bug for a week; its cache knows jo, so that Launchpad is not asked."""
        files = {"c": CONFIG + f"EMAIL_HOST = {self.address}\n",
                 "s/age-policy-dates": f"foo 2 {int(time.time()) - 7 * 86400 - 3600}\n",
                 "s/rc-bugs-unstable": "foo 1\n", "s/rc-bugs-testing": "",
                 "u/SourcePPA": '{"foo": {"2": ""}}',
                 "u/EmailCache": '{"foo": {"2": [["jo@example.org"], 1]}}'}
        for suite, version in (("t", "1"), ("u", "2")):
            text = f"Package: foo\nVersion: {version}\nSection: misc\n"
            files[f"{suite}/Sources"] = text
            files[f"{suite}/Packages_amd64"] = text + "Architecture: amd64\n"
        with tempfile.TemporaryDirectory() as place:
            for name, text in files.items():
                path = pathlib.Path(place, name)
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
            done = subprocess.run([os.environ["SLUICE_BIN"], "migrate", "-c", "c", "-v", "--series",
                                   "noble", *arguments], cwd=place, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return pathlib.Path(place, "u/EmailCache").read_text(), done.stdout

    def test_a_run_writes_to_the_uploaders_and_notes_it(self):
        # migration 4.5.13, 8.7
        cache, _ = self.migrate()
        self.assertEqual(len(self.box.mails), 1)
        self.assertEqual(self.box.mails[0][1], ["jo@example.org"])
        self.assertIn(b"foo 2 stuck in noble-proposed for 7 days.", self.box.mails[0][2])
        self.assertEqual(cache, '{"foo": {"2": [["jo@example.org"], 7]}}')

    def test_a_run_whose_server_refuses_or_is_not_there_notes_nothing(self):
        # migration 4.5.13
        self.box.full = True
        cache, log = self.migrate()
        self.assertIn("1]", cache)
        self.assertIn("Cannot send a mail about foo 2", log)
        self.address = f"127.0.0.1:{self.unused}"
        cache, log = self.migrate()
        self.assertIn("1]", cache)
        self.assertIn("and no other in this run", log)

    def test_a_dry_run_writes_to_nobody(self):
        cache, log = self.migrate("--dry-run")
        self.assertEqual(self.box.mails, [])
        self.assertIn("Not sent: a mail about foo 2", log)
        self.assertIn("1]", cache)

    def test_nobody_there(self):
        self.address = f"127.0.0.1:{self.unused}"
        self.assertEqual(self.send("ada@example.org")[0], 1)


if __name__ == "__main__":
    unittest.main()
