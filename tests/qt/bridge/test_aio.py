"""The program's loop, in processes of its own: how it begins, and every way in which it ends."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

PRELUDE = """
import asyncio, logging, os, signal, sys
from PySide6 import QtCore, QtGui, QtWidgets
from heliograph.bridge.aio import Application, painted, run
logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")

def say(*words):
    print(*words, flush=True)
"""


def script(body: str, *, in_main: bool = True) -> str:
    lines = body.strip("\n").splitlines()
    indented = "\n".join(f"    {line}" for line in lines)
    main = f"async def main(application):\n{indented}\n" if in_main else body
    return f"{PRELUDE}\n{main}\nsys.exit(run(main))\n"


def run_script(body: str, *, in_main: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script(body, in_main=in_main)],
        capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip


def test_the_result_of_main_is_the_exit_code() -> None:
    done = run_script("return 3")
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize(
    "way",
    [
        "window.close()",
        "QtCore.QCoreApplication.quit()",
        "QtCore.QCoreApplication.postEvent(application, QtCore.QEvent(QtCore.QEvent.Type.Quit))",
        "application.request_quit()",
        "os.kill(os.getpid(), signal.SIGTERM)",
        "os.kill(os.getpid(), signal.SIGINT)",
    ],
)
def test_every_way_to_quit_lets_main_put_things_in_order(way: str) -> None:
    done = run_script(f"""
window = QtWidgets.QWidget()
window.show()
await painted(window)
asyncio.get_running_loop().call_later(0.01, lambda: {way})
await application.until_quit()
await asyncio.sleep(0.01)
say("in order")
return 0
""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "in order\n", "")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_from_outside_reaches_an_idle_program(number: signal.Signals) -> None:
    body = "say('ready')\nawait application.until_quit()\nsay('bye')\nreturn 0"
    with subprocess.Popen(
        [sys.executable, "-c", script(body)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        killer = threading.Timer(10, process.kill)
        killer.start()
        said, complained = process.communicate()
        killer.cancel()
    assert (process.returncode, said, complained) == (0, "bye\n", "")


def test_what_still_runs_is_cancelled_and_cleans_up() -> None:
    done = run_script("""
async def straggler():
    try:
        await asyncio.Event().wait()
    finally:
        say("cleaned")
task = asyncio.get_running_loop().create_task(straggler())
await asyncio.sleep(0)
return 0
""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "cleaned\n", "")


def test_an_error_in_main_is_not_lost() -> None:
    done = run_script("raise ZeroDivisionError")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_what_qt_says_is_logged() -> None:
    done = run_script("QtCore.qWarning('beware')\nreturn 0")
    assert done.stderr == "WARNING qt.default beware\n"


def test_a_window_that_is_never_shown_does_not_hold_up_the_start(tmp_path: Path) -> None:
    done = run_script("""
from heliograph.bridge import aio
aio.PAINT_WITHIN = 0.05
await painted(QtWidgets.QWidget())
say("on")
return 0
""")
    assert (done.returncode, done.stdout) == (0, "on\n")


def test_a_relay_is_hosted_and_ended_on_this_loop() -> None:
    done = run_script("""
from heliograph.services.relay_host import HostSettings, RelayHost
ended = asyncio.Event()
host = RelayHost(lambda code, words: ended.set())
before = await host.start(HostSettings(host="127.0.0.1", port=0))
os.kill(host.pid, signal.SIGKILL)
await ended.wait()
after = await host.restart()
say(after == before)
await host.stop()
return 0
""")
    assert (done.returncode, done.stdout) == (0, "True\n")
    assert done.stderr.startswith("ERROR heliograph.services.relay_host the relay has ended with code -9")
