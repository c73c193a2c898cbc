"""A testbed for real tests: sessions of schroot over a minimal Debian, where the machine lets us.

open_schroot(cache, ...) makes a root with mmdebstrap below `cache` (kept: the next call takes a second), names
it to schroot under a name of its own, and tries a session. Anything that this machine refuses is a Refused
that says why in a line. A session is an overlay on the root; where overlays are refused it is an unpacked
archive. At the end close() removes the name and what is left of sessions; what a killed process has left is
removed by the next call for the same cache.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading

TIME_LIMIT = 120  # seconds for the root; after that the machine itself is the better choice
CHROOTS = pathlib.Path("/etc/schroot/chroot.d")
PROFILES = pathlib.Path("/etc/schroot")
# What autopkgtest uses in a testbed; eatmydata halves the time that dpkg takes there.
INCLUDE = ["dpkg-dev", "eatmydata"]
# Of the machine's apt settings those that the mirror may need. A script is not there in the root.
APT_SETTINGS = ("acquire::http::", "acquire::https::", "acquire::check-", "acquire::retries", "acquire::forceipv")
FSTAB = """/proc /proc none rw,bind 0 0
/sys /sys none rw,bind 0 0
/dev/pts /dev/pts none rw,bind 0 0
tmpfs /dev/shm tmpfs defaults 0 0
"""
TRIAL = "mountpoint -q /proc && true > /dev/null && touch /a-file && apt-get --version > /dev/null"


class Refused(Exception):
    """Why there is no such testbed on this machine, in one line."""


def run(words, limit=60):
    """Exit code and all output; a command that takes too long, or is not there, fails."""
    try:
        done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return 124, f"{words[0]} took longer than {limit} s"
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


def mirror():
    """(address, release) from which apt takes this machine's own release."""
    release = ""
    with open("/etc/os-release", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("VERSION_CODENAME="):
                release = line.split("=", 1)[1].strip().strip('"')
    _, text = run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages"])
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[1:] == [release, "main"]:
            return words[0], release
    raise Refused(f"apt knows no source of the release {release or 'of this machine'} (apt-get update may help)")


def apt_settings():
    _, text = run(["apt-config", "dump", "--no-empty"])
    return "".join(line + "\n" for line in text.splitlines()
                   if line.lower().startswith(APT_SETTINGS) and "auto" not in line.lower())


@contextlib.contextmanager
def tried_mount(directory, *words):
    """Whether a mount on `directory` works; for as long as the block lasts."""
    code, said = run(["mount", *words, directory])
    try:
        yield code == 0, last_line(said)
    finally:
        if code == 0:
            run(["umount", directory])


def union_of_machine(cache):
    """"overlay" or "none"; Refused where nothing at all may be mounted."""
    with tempfile.TemporaryDirectory(dir=cache, prefix="trial-") as place:
        for name in ("lower", "upper", "work", "union"):
            os.mkdir(f"{place}/{name}")
        with tried_mount(f"{place}/union", "--bind", f"{place}/lower") as (works, said):
            if not works:
                raise Refused(f"nothing can be mounted here ({said})")
        options = f"lowerdir={place}/lower,upperdir={place}/upper,workdir={place}/work"
        with tried_mount(f"{place}/union", "-t", "overlay", "-o", options, "overlay") as (works, _):
            return "overlay" if works else "none"


def unmount_below(directory):
    """What a killed program has mounted there, the innermost first."""
    inside = f"{os.path.realpath(directory)}/"
    with open("/proc/self/mounts", encoding="utf-8", errors="replace") as lines:
        places = [line.split()[1] for line in lines]
    for place in sorted(places, reverse=True):
        if place.startswith(inside):
            run(["umount", place])


def is_free(path):
    """Whether no process holds the lock file."""
    try:
        with open(path, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


class Cache:
    """`place` has the roots, one for each recipe, and a lock file for each process that uses one."""

    def __init__(self, place, say):
        self.place, self.say = pathlib.Path(place).resolve(), say
        (self.place / "users").mkdir(parents=True, exist_ok=True)
        self.prefix = "sluice-" + hashlib.sha256(os.fsencode(self.place)).hexdigest()[:8]

    @contextlib.contextmanager
    def locked(self):
        with open(self.place / "lock", "ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.say("another process makes the testbed; waiting for it")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def remove_stale(self):
        """Names and sessions whose process is gone. With the lock."""
        names = {path.name for path in CHROOTS.glob(self.prefix + "-*")}
        names |= {path.name for path in (self.place / "users").iterdir()}
        for name in sorted(names):
            if is_free(self.place / "users" / name):
                self.say(f"removing {name}, which a run that was killed has left")
                forget(name)
                (self.place / "users" / name).unlink(missing_ok=True)

    def in_use(self):
        return any(not is_free(path) for path in (self.place / "users").iterdir())

    def root(self):
        """The root of this machine's release, made if it is not there. With the lock."""
        uri, release = mirror()
        settings = apt_settings()
        recipe = "\n".join([uri, release, *INCLUDE, settings])
        root = self.place / f"root-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"
        if root.is_dir():
            return root
        if not self.in_use():
            for old in self.place.glob("root-*"):
                remove_tree(old)
        new = self.place / "new"
        remove_tree(new)
        (self.place / "apt.conf").write_text(settings)
        # Without dpkg's fsync: a root that a crash has damaged has the wrong name and goes away.
        command = ["mmdebstrap", "--variant=apt", "--dpkgopt=force-unsafe-io", "--include=" + ",".join(INCLUDE),
                   f"--aptopt={self.place}/apt.conf", release, str(new), uri]
        try:
            said = watch(command, TIME_LIMIT, lambda text: self.say("testbed: " + text))
        except BaseException:
            remove_tree(new)
            raise
        if said is not None:
            remove_tree(new)
            raise Refused(said)
        new.rename(root)
        return root

    def archive_of(self, root):
        """The root as a tar archive, for machines without overlays. With the lock."""
        archive = root.with_suffix(".tar")
        if not archive.exists():
            code, said = run(["tar", "-C", root, "--numeric-owner", "--one-file-system", "-cf", f"{archive}.new", "."], 120)
            if code != 0:
                raise Refused(f"the root cannot be packed ({last_line(said)})")
            os.rename(f"{archive}.new", archive)
        return archive


def remove_tree(path):
    """Of a root, nothing of what is mounted in it."""
    if path.is_dir():
        unmount_below(path)
        run(["rm", "-rf", "--one-file-system", path])
    else:
        path.unlink(missing_ok=True)


def watch(command, limit, say):
    """Runs a command and repeats its lines that tell what it does; why it failed, or None."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", start_new_session=True) as process:
        late = threading.Event()

        def stop():
            late.set()
            end_group(process)

        timer = threading.Timer(limit, stop)
        timer.start()
        last = "no output"
        try:
            for line in process.stdout:
                last = line.strip() or last
                if line.startswith("I: ") and line.rstrip().endswith("..."):
                    say(line[3:].strip().rstrip("."))
            code = process.wait()
        except BaseException:
            end_group(process)
            raise
        finally:
            timer.cancel()
        if late.is_set():
            return f"the testbed was not made within {limit} s"
        return None if code == 0 else f"{command[0]} failed ({last})"


def end_group(process):
    """Gently, so that the program unmounts what it has mounted; then not."""
    for number, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def forget(name):
    """Ends the sessions of a name of ours and removes it from schroot's configuration."""
    _, text = run(["schroot", "--list", "--all-sessions"])
    for line in text.splitlines():
        session = line.strip().removeprefix("session:")
        # The sessions of schroot are called NAME-UUID.
        if line.startswith("session:") and session.startswith(name + "-"):
            run(["schroot", "--end-session", "--force", "--chroot", "session:" + session])
    (CHROOTS / name).unlink(missing_ok=True)
    shutil.rmtree(PROFILES / name, ignore_errors=True)


class Schroot:
    """A name that schroot knows; `virt` is for autopkgtest. Until close()."""

    def __init__(self, cache, sources, binds):
        self.cache, self.sources, self.binds = cache, sources, binds
        number = 1
        while True:
            self.name = f"{cache.prefix}-{os.getpid()}-{number}"
            self.user = open(cache.place / "users" / self.name, "ab")  # pylint: disable=consider-using-with
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self.user, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            self.user.close()
            number += 1
        self.virt, self.kind = f"schroot {self.name}", ""

    def register(self, kind, lines):
        self.kind = kind
        profile = PROFILES / self.name
        profile.mkdir(mode=0o755, exist_ok=True)
        binds = "".join(f"{host} {inside} none ro,bind 0 0\n" for host, inside in self.binds.items())
        (profile / "fstab").write_text(FSTAB + binds)
        (profile / "sources.list").write_text(self.sources)
        (profile / "copyfiles").write_text(f"/etc/resolv.conf\n{profile}/sources.list /etc/apt/sources.list\n")
        (profile / "nssdatabases").write_text("")
        text = "\n".join([f"[{self.name}]", "description=testbed of a run of sluice, removed at its end", *lines,
                          f"profile={self.name}", "users=root", "root-users=root", "message-verbosity=quiet"])
        # schroot reads a file of this directory even if it is half written; so it comes whole.
        new = profile / "new"
        new.write_text(text + "\n")
        new.chmod(0o644)
        new.rename(CHROOTS / self.name)

    def trial(self):
        """None, or why a session does not work."""
        code, said = run(["schroot", "--chroot", self.name, "--directory", "/", "--user", "root", "--", "sh", "-ec", TRIAL])
        return None if code == 0 else last_line(said)

    def sessions(self):
        """Sessions of this name that are open now."""
        _, text = run(["schroot", "--list", "--all-sessions"])
        return [line.strip() for line in text.splitlines() if line.startswith(f"session:{self.name}-")]

    def close(self):
        forget(self.name)
        (self.cache.place / "users" / self.name).unlink(missing_ok=True)
        self.user.close()


def open_schroot(place, sources, binds, say):
    """`sources` is the testbed's sources.list, `binds` has directory -> place in the testbed, `say` takes lines."""
    if os.geteuid() != 0:
        raise Refused("only root may set up schroot")
    for tool in ("schroot", "mmdebstrap", "mount"):
        if shutil.which(tool) is None:
            raise Refused(f"{tool} is not installed")
    cache = Cache(place, say)
    with cache.locked():
        cache.remove_stale()
        union = union_of_machine(cache.place)
        root = cache.root()
        testbed = Schroot(cache, sources, binds)
        try:
            problem = None
            if union == "overlay":
                overlay = cache.place / "overlay"
                overlay.mkdir(exist_ok=True)
                testbed.register("overlay", ["type=directory", f"directory={root}", "union-type=overlay",
                                             f"union-overlay-directory={overlay}"])
                problem = testbed.trial()
            if union != "overlay" or problem:
                testbed.register("archive", ["type=file", f"file={cache.archive_of(root)}"])
                problem = testbed.trial()
        except BaseException:
            testbed.close()
            raise
        if problem:
            testbed.close()
            raise Refused(f"schroot opens no session here ({problem})")
    return testbed
