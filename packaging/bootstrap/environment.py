"""`.venv`: made from the hashed lock files, brought up to date when they change, left alone when they did not."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bootstrap import debian, native
from bootstrap.console import SetupError, run, say

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "packaging" / "lock"

#: What may be installed; a later one contains the earlier ones, in the same versions (packaging/lock.py).
SETS = ("relay", "app", "test")

PIP_ENVIRONMENT = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
    "PIP_USER": "0",
}

#: pip's lines that tell how far it is.
_PIP_PROGRESS = re.compile(
    r"\s*(?:Downloading (?P<file>[^/\s]+?)-\d\S* (?P<size>\(.*\))|(?P<done>Installing) )"
)


@dataclass
class Stamp:
    """What is in the environment: compared with the checkout at each start. Its presence says that we made the folder."""

    root: str = ""
    python: str = ""
    project: str = ""
    sets: dict[str, str] = field(default_factory=dict)


class Environment:
    """The virtual environment of this checkout."""

    def __init__(self) -> None:
        self.folder = Path(os.environ.get("HELIOGRAPH_VENV") or ROOT / ".venv").absolute()
        self.python = self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        self.system = self.folder / "system"  # private copies of what the system lacks (debian.py)
        self._stamp_file = self.folder / "heliograph.json"
        self._here = Stamp(root=str(ROOT), python=f"{sys.version_info.major}.{sys.version_info.minor}")

    def prepare(self, name: str) -> None:
        """Makes one of `SETS` usable; does nothing, and needs no network, where it is so already.

        Raises `SetupError` with what is wrong, in words.
        """
        with _one_at_a_time():
            stamp = self._read()
            if not self._usable(stamp):
                stamp = self._create()
            wanted = {each: _digest(LOCKS / f"{each}.txt") for each in SETS}
            if stamp.sets.get(name) != wanted[name]:
                self._install_set(name)
                stamp.sets |= {each: wanted[each] for each in SETS[: SETS.index(name) + 1]}
                self._write(stamp)
            project = _digest(ROOT / "pyproject.toml")
            if stamp.project != project:
                self._install_project()
                stamp.project = project
                self._write(stamp)

    def command(self, module: str, *arguments: str) -> list[str]:
        """How to run a module in the environment."""
        return [str(self.python), "-m", module, *arguments]

    # ------------------------------------------------------------------------------------------ its parts

    def _usable(self, stamp: Stamp) -> bool:
        """A checkout that was moved, and a Python that was replaced, leave a folder of broken links."""
        return stamp.root == self._here.root and stamp.python == self._here.python and self.python.exists()

    def _read(self) -> Stamp:
        try:
            return Stamp(**json.loads(self._stamp_file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            if self.folder.exists() and any(self.folder.iterdir()):
                raise SetupError(
                    f"{self.folder} was not made by this program, so it is not touched. Move it away, "
                    "or name another folder in HELIOGRAPH_VENV."
                ) from None
        except (ValueError, TypeError):
            pass  # cut short while it was written: made anew
        return Stamp()

    def _write(self, stamp: Stamp) -> None:
        draft = self._stamp_file.with_suffix(".new")
        draft.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
        draft.replace(self._stamp_file)

    def _create(self) -> Stamp:
        say(f"making {_short(self.folder)} with Python {sys.version.split()[0]}")
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self._write(Stamp())  # ours from now on, even if it is interrupted
        pip = importlib.util.find_spec("ensurepip") is not None or native.install_ensurepip()
        options = [] if pip else ["--without-pip"]
        run([sys.executable, "-m", "venv", *options, self.folder], doing="Making the environment")
        if not pip:
            where = "import sysconfig; print(sysconfig.get_path('purelib'))"
            packages = run([self.python, "-c", where], doing="Looking into the environment")
            debian.install_pip(Path(packages), self.system)
        return Stamp(root=self._here.root, python=self._here.python)

    def _install_set(self, name: str) -> None:
        say(f"installing the libraries in packaging/lock/{name}.txt (each file is checked against its hash)")
        options = ["--require-hashes", "--only-binary=:all:", "--progress-bar=off"]
        command = self.command("pip", "install", *options, "--requirement", str(LOCKS / f"{name}.txt"))
        run(command, doing="Installing the libraries", env=PIP_ENVIRONMENT, show=_pip_progress)
        native.forget(self.system)

    def _install_project(self) -> None:
        options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--editable"]
        run(
            self.command("pip", "install", *options, str(ROOT)),
            doing="Installing Heliograph itself",
            env=PIP_ENVIRONMENT,
        )


def _pip_progress(line: str) -> str | None:
    if "WARNING: Retrying" in line:
        return "the network does not answer; trying again"
    match = _PIP_PROGRESS.match(line)
    if match is None:
        return None
    return "unpacking" if match["done"] else f"{match['file']} {match['size']}"


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise SetupError(
            f"{file} cannot be read ({error.strerror}): the checkout is not complete."
        ) from error


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


@contextmanager
def _one_at_a_time() -> Generator[None]:
    """Two starts at once would write into one folder: the second waits for the first."""
    try:
        import fcntl  # noqa: PLC0415 (not on Windows, where two first starts at once are left to luck)
    except ImportError:
        yield
        return
    with (ROOT / "packaging" / "run.py").open("rb") as program:
        try:
            fcntl.flock(program, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting: another start is preparing the environment")
            fcntl.flock(program, fcntl.LOCK_EX)
        yield


def start(command: list[str], env: dict[str, str]) -> int:
    """Runs what was prepared: in our place where the system can do that, so that signals reach it directly."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(command[0], command, {**os.environ, **env})
    return subprocess.run(command, env={**os.environ, **env}, check=False).returncode
