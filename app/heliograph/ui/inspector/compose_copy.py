"""The menu that copies a signal in the forms that other programs understand."""

from collections.abc import Callable

from PySide6 import QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.model.capture import Capture, Row
from heliograph.model.snippets import Rest, as_frame, as_mermaid, as_opentok_js, as_rest
from heliograph.model.templates import Draft
from heliograph.model.text import one_line
from heliograph.ui import theme


def fill_copy_menu(menu: QtWidgets.QMenu, draft: Draft, controller: SessionController | None) -> None:
    """Entries that copy this signal as a frame, a REST call, a call of OpenTok.js."""
    signal = (draft.type, draft.data, draft.to)
    forms: tuple[tuple[str, str, Callable[[], str]], ...] = (
        ("bolt", "Frame of heliograph.v1", lambda: as_frame(*signal)),
        ("server", "REST call (curl)", lambda: as_rest(*signal, rest_of(controller))),
        ("file", "Call of OpenTok.js", lambda: as_opentok_js(*signal)),
    )
    data = draft.data
    if data is not None:
        menu.addAction(theme.icon("copy"), "Data, as it is").triggered.connect(lambda: _copy(data))
    for picture, words, make in forms:
        action = menu.addAction(theme.icon(picture), words)
        action.triggered.connect(lambda _checked=False, make=make: _copy(make()))


def add_mermaid(menu: QtWidgets.QMenu, capture: Capture, row: Row) -> None:
    """An entry that copies a row as a line of a sequence diagram."""

    def line() -> str:
        to = capture.full_name(row.to) if row.to is not None else "everyone"
        said = " ".join(part for part in (row.type or row.kind.value, one_line(row.data or "", 40)) if part)
        return as_mermaid(capture.full_name(row.sender), to, said)

    action = menu.addAction(theme.icon("sequence"), "Line of a Mermaid diagram")
    action.triggered.connect(lambda: _copy(line()))


def rest_of(controller: SessionController | None) -> Rest:
    """Where a server would send it: the relay that this app runs, else what a person has to fill in."""
    session = controller.session if controller is not None else None
    if controller is None or session is None:
        return Rest(session="YOUR_SESSION_ID")
    access = controller.composing.access
    if access is None or access.reach == "off":
        return Rest(session=session.id)
    return Rest(session=session.id, url=access.url, api_key=access.key)


def _copy(text: str) -> None:
    QtWidgets.QApplication.clipboard().setText(text)
