"""Starting the program: what is checked, what is made in which order, and what ends it."""

import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from heliograph import __version__

# ruff: noqa: PLC0415 - the first paint does not wait for what it does not need

if TYPE_CHECKING:
    from heliograph.bridge.aio import Application
    from heliograph.bridge.app_controller import AppController
    from heliograph.ui.main_window import MainWindow

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line said."""

    invite: str | None = None
    captures: tuple[Path, ...] = ()
    pin: str = ""
    host: bool = False
    session_name: str = ""
    port: int | None = None
    name: str = ""
    data_dir: Path | None = None


def start(options: Options) -> int:
    """Run the program until its window is closed; returns the exit code."""
    from heliograph.services.logs import log_to

    began = time.perf_counter()
    log_to(_log_directory(options))
    logger.info("Heliograph %s, Python %s on %s", __version__, sys.version.split()[0], sys.platform)
    try:
        from heliograph.bridge.aio import run
    except ImportError as error:
        _no_window(str(error))
        return 1
    return run(lambda application: _main(application, options, began), on_fatal=_no_window)


def _no_window(qts_words: str) -> None:
    """Say why no window can be shown."""
    from heliograph.no_window import why_no_window

    words = why_no_window(qts_words)
    logger.info("no window: %s", words)
    if sys.stderr is not None:
        sys.stderr.write(f"heliograph: {words}\n")


async def _main(application: "Application", options: Options, began: float) -> int:
    from heliograph.bridge.aio import painted
    from heliograph.bridge.app_controller import AppController
    from heliograph.bridge.real_reach import RealReach
    from heliograph.model.problem import Problem
    from heliograph.services.tasks import Tasks
    from heliograph.ui.main_window import MainWindow

    def on_error(what: str, error: Exception) -> None:
        words = f"{what}: {type(error).__name__}. The log has the details."
        controller.problem.emit(Problem("Something went wrong in this program", words))

    tasks = Tasks(on_error)
    controller = AppController(_data_directory(options), tasks, RealReach(tasks))
    window = MainWindow(controller)
    window.show()
    await painted(window)
    logger.info("first paint after %.0f ms", (time.perf_counter() - began) * 1_000)
    await controller.open()
    _begin(controller, window, options)
    await application.until_quit()
    window.hide()
    await controller.close()
    await tasks.close()
    return 0


def _begin(controller: "AppController", window: "MainWindow", options: Options) -> None:
    """Do at once what the command line asks for."""
    if options.name:
        controller.save_settings(name=options.name)
    if options.captures:
        controller.captures.open(options.captures[0], beside=next(iter(options.captures[1:]), None))
    elif options.invite is not None:
        window.offer(options.invite, options.pin)  # whatever is wrong with it can be put right there
        controller.join(options.invite, options.pin, options.name)
    elif options.host:
        controller.host(options.name, options.session_name, options.pin or None, options.port)


def _data_directory(options: Options) -> Path:
    if options.data_dir is not None:
        return options.data_dir
    from platformdirs import user_data_path

    return user_data_path("heliograph", appauthor=False)


def _log_directory(options: Options) -> Path:
    if options.data_dir is not None:
        return options.data_dir / "log"
    from platformdirs import user_log_path

    return user_log_path("heliograph", appauthor=False)
