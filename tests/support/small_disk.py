"""A file system of a few megabytes, to be full in a test. It needs the right to mount."""

import contextlib
import errno
import pathlib
import subprocess


class SmallDisk:
    """A file system that can be filled."""

    def __init__(self, path, size):
        self.path, self.ballast = pathlib.Path(path), pathlib.Path(path, "ballast")
        self.path.mkdir()
        self.is_there = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path],
                                       capture_output=True, check=False).returncode == 0

    def fill(self):
        with open(self.ballast, "ab", buffering=0) as file:
            for piece in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * piece)

    def make_room(self):
        self.ballast.unlink()

    def is_full(self):
        try:
            with open(self.path / "try", "wb", buffering=0) as file:
                file.write(b"x" * 4096)
        except OSError as error:
            return error.errno == errno.ENOSPC
        finally:
            with contextlib.suppress(OSError):
                (self.path / "try").unlink()
        return False

    def unmount(self):
        if self.is_there:
            subprocess.run(["umount", "-l", self.path], check=False)
