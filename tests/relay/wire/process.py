"""The relay as a real process: started, listened to and ended the way a person or a service manager does it."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import IO, Any

START_TIMEOUT = 20.0
STOP_TIMEOUT = 10.0
NOTHING: Mapping[str, str] = MappingProxyType({})


def command(*flags: str, machine: bool = True, port: bool = True) -> list[str]:
    """The command line of a relay on a free port of this machine; `machine` asks for JSON lines."""
    ours = ["--host", "127.0.0.1", *(["--port", "0"] if port else []), *(["--json"] if machine else [])]
    return [sys.executable, "-m", "heliograph_relay", *ours, *flags]


def environment(home: str, extra: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """This environment without any HELIOGRAPH_ setting, and with an empty home, so that no setting leaks in."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HELIOGRAPH_", "XDG_"))}
    return {**kept, "HOME": home, **extra}


class Lines:
    """Everything that a stream says, line by line, read by a thread so that nobody blocks on a full pipe."""

    def __init__(self, stream: IO[str]) -> None:
        self.all: list[str] = []
        self._first: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self.all.append(line.rstrip("\n"))
            if len(self.all) == 1:
                self._first.put(self.all[0])
        if not self.all:
            self._first.put("")

    def first(self) -> str:
        """The first line, or "" if the stream ended without one."""
        return self._first.get(timeout=START_TIMEOUT)

    def rest(self) -> list[str]:
        """All lines, once the stream has ended."""
        self._thread.join(STOP_TIMEOUT)
        return self.all


class Relay:
    """A relay process that is listening. `event` is its listening line."""

    def __init__(
        self,
        *flags: str,
        env: Mapping[str, str] = NOTHING,
        stdin: bool = False,
        under: Sequence[str] = (),
    ) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="relay-")
        self.process = subprocess.Popen(
            [*under, *command(*flags)],
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment(self._home.name, env),
            cwd=self._home.name,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.stdout = Lines(self.process.stdout)
        self.stderr = Lines(self.process.stderr)
        try:
            self.event: dict[str, Any] = json.loads(self.stdout.first())
        except ValueError:
            self.process.kill()
            raise AssertionError(f"no listening line: {self.stdout.rest()} {self.stderr.rest()}") from None

    @property
    def host(self) -> str:
        return str(self.event["host"])

    @property
    def port(self) -> int:
        return int(self.event["port"])

    @property
    def session(self) -> str:
        return str(self.event["session"])

    @property
    def secret(self) -> str:
        return str(self.event["secret"])

    @property
    def host_secret(self) -> str:
        return str(self.event["host_secret"])

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, without waiting."""
        self.process.send_signal(how)

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def wait(self, timeout: float = STOP_TIMEOUT) -> int:
        """Its exit code; a process that does not end is killed and fails the test."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the relay did not end within {timeout} s: {self.stderr.all}") from None
        finally:
            self._home.cleanup()

    def verify(self) -> None:
        """After the end: exit code 0, only JSON objects on stdout, no traceback on stderr."""
        code = self.wait()
        said, complained = self.stdout.rest(), self.stderr.rest()
        assert not [line for line in complained if "Traceback" in line], "\n".join(complained)
        assert code == 0, f"exit code {code}: {complained}"
        assert all(isinstance(json.loads(line), dict) for line in said), said
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextlib.contextmanager
def running(
    *flags: str, env: Mapping[str, str] = NOTHING, stdin: bool = False, under: Sequence[str] = ()
) -> Iterator[Relay]:
    """A relay for the length of a block; afterwards it must have ended cleanly. `under`: a command that starts it."""
    relay = Relay(*flags, env=env, stdin=stdin, under=under)
    try:
        yield relay
    finally:
        if relay.running:
            relay.end()
        relay.verify()


def refused_start(
    *flags: str, env: Mapping[str, str] = NOTHING, port: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a relay that is expected to end at once because its settings are wrong; `port` false gives no --port."""
    with tempfile.TemporaryDirectory(prefix="relay-") as home:
        return subprocess.run(
            command(*flags, port=port),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment(home, env),
            cwd=home,
            timeout=START_TIMEOUT,
            check=False,
        )
