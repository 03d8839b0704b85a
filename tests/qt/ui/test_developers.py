"""The Developers page: what it shows, hides and copies, by mouse and by key."""

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtTest import QTest

from heliograph.model.developer import Made, MadeSessions
from heliograph.ui.developers import DevelopersPage, open_developers
from heliograph.ui.facts import CodeView
from heliograph.ui.session_window import SessionWindow
from heliograph_relay.protocol.session_ids import make_session_id
from heliograph_relay.protocol.tokens import check_token
from tests.qt.bridge.fakes import FakeHosting, Heard, until
from tests.qt.ui.stage import Stage


class Page:
    """The page, as a person finds their way on it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        window = stage.find(SessionWindow)
        [action] = [a for a in window.actions() if a.shortcut() == QtGui.QKeySequence("Ctrl+D")]
        action.trigger()
        self.widget = stage.find(DevelopersPage)

    @property
    def hosting(self) -> FakeHosting:
        assert self.stage.reach.hosting is not None
        return self.stage.reach.hosting

    def field(self, name: str) -> QtWidgets.QLineEdit:
        [found] = [f for f in self.widget.findChildren(QtWidgets.QLineEdit) if f.accessibleName() == name]
        return found

    def button(self, name: str) -> QtWidgets.QAbstractButton:
        buttons = self.widget.findChildren(QtWidgets.QAbstractButton)
        [found] = [b for b in buttons if name in (b.accessibleName(), b.text()) and b.isVisible()]
        return found

    def press(self, name: str) -> None:
        self.button(name).click()

    def copied(self, name: str) -> str:
        """What a button leaves in the clipboard."""
        self.press(f"Copy {name}")
        return QtWidgets.QApplication.clipboard().text()

    def words(self) -> str:
        labels = self.widget.findChildren(QtWidgets.QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())


@pytest.fixture
async def page(stage: Stage) -> Page:
    await stage.hosting()
    return Page(stage)


async def test_everything_is_copied_whole_and_the_secret_is_dots_until_it_is_revealed(page: Page) -> None:
    access = page.hosting.access
    assert page.copied("API key") == access.key
    assert page.copied("API secret") == access.secret
    assert page.copied("API URL on this computer") == "http://127.0.0.1:8765"
    assert page.copied("Session id") == "s1"
    assert access.secret not in page.field("API secret").displayText()
    page.press("Show API secret")
    assert page.field("API secret").displayText() == access.secret
    page.press("Hide API secret")
    assert access.secret not in page.field("API secret").displayText()


async def test_code_hides_the_secret_on_screen_and_not_in_the_clipboard(page: Page) -> None:
    secret = page.hosting.access.secret
    page.press("Python")
    code = page.widget.findChild(CodeView)
    assert code is not None
    assert "import opentok" in code.toPlainText()
    assert secret not in code.toPlainText()
    assert secret in page.copied("the code")
    page.press("Show API secret")
    assert secret in code.toPlainText()
    page.press("OpenTok.js")
    assert 'OT.setProxyUrl("http://127.0.0.1:8765/opentok")' in code.toPlainText()


async def test_a_copy_button_says_that_it_has_copied(page: Page) -> None:
    button = page.button("Copy API key")
    button.click()
    assert button.accessibleName() == "Copied"


async def test_a_token_for_a_guest_is_what_was_chosen_and_goes_when_that_changes(page: Page) -> None:
    combos = {c.accessibleName(): c for c in page.widget.findChildren(QtWidgets.QComboBox)}
    combos["Role"].setCurrentText("Moderator")
    combos["Valid for"].setCurrentText("1 hour")
    page.field("Connection data").setText("name=Ana")
    assert not page.field("Token").isVisible()
    page.press("Make a token")
    now = page.stage.app._clock.wall() / 1_000  # noqa: SLF001 - the program's own clock
    claims = check_token(page.copied("Token"), page.hosting.access.project, now)
    assert (claims.session_id, claims.role.value, claims.data) == ("s1", "moderator", "name=Ana")
    assert 3_590 < claims.expires - now <= 3_600
    page.field("Connection data").setText("name=Bo")
    assert not page.field("Token").isVisible()


async def test_the_reach_is_changed_kept_and_explained(page: Page) -> None:
    assert "other computers are refused" in page.words()
    page.press("The network")
    await until(lambda: "Nothing is encrypted" in page.words())
    assert page.stage.app.settings.opentok == "all"
    assert page.copied("API URL on the network") == "http://10.0.0.1:8765"
    page.press("Nobody")
    await until(lambda: "get no answer here" in page.words())
    assert "API URL" not in page.words()


async def test_a_reach_that_cannot_be_changed_goes_back_and_says_why(page: Page) -> None:
    page.hosting.fails = True
    page.press("The network")
    await until(lambda: "The relay does not answer" in page.words())
    assert page.button("This computer").isChecked()


async def test_sessions_made_over_rest_are_listed_and_opened(page: Page) -> None:
    id = make_session_id("47000001", created=1_700_000_000_000, random="x")
    assert "None yet" in page.words()
    page.hosting.made = MadeSessions(count=9, connections=3, latest=(Made(session=id, connections=3),) * 7)
    await until(lambda: "and 3 older" in page.words())
    assert "3 connections, made" in page.words()
    page.stage.reach.session = id
    heard = Heard(page.stage.app, "aside_opened", "session_opened")
    opens = [b for b in page.widget.findChildren(QtWidgets.QAbstractButton) if id in b.accessibleName()]
    opens[0].click()
    await until(lambda: heard["aside_opened"])
    [destination] = page.stage.reach.destinations[-1:]
    assert (destination.hosts, destination.session) == (("127.0.0.1",), id)
    assert destination.credential.token is not None
    assert heard["session_opened"] == []
    await heard["aside_opened"][0].close()


async def test_a_wrong_id_is_answered_where_it_was_typed(page: Page) -> None:
    field = page.field("Id of a session to open")
    field.setText("no id")
    QTest.keyClick(field, QtCore.Qt.Key.Key_Return)
    assert "This is no session's id" in page.words()
    field.setText("x")
    assert "This is no session's id" not in page.words()


def stops(first: QtWidgets.QWidget) -> list[QtWidgets.QWidget]:
    """What Tab goes to in its window, from there on."""
    found = [first]
    while (following := found[-1].nextInFocusChain()) is not None and following is not first:
        found.append(following)
    tab = QtCore.Qt.FocusPolicy.TabFocus
    return [widget for widget in found if widget.isVisible() and widget.focusPolicy() & tab]


async def test_everything_has_a_name_and_tab_goes_from_top_to_bottom(page: Page) -> None:
    kinds = (QtWidgets.QAbstractButton, QtWidgets.QLineEdit, QtWidgets.QComboBox, QtWidgets.QPlainTextEdit)
    for widget in page.widget.findChildren(QtWidgets.QWidget):
        if isinstance(widget, kinds) and widget.isVisible():
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    page.press("The network")
    await until(lambda: "Nothing is encrypted" in page.words())
    names = [widget.accessibleName() for widget in stops(page.field("API key"))]
    order = [
        "API key", "Copy API key", "API secret", "Show API secret", "Copy API secret", "API URL on this computer",
        "API URL on the network", "Session id", "The network", "Role", "Connection data", "Copy the code",
    ]  # fmt: skip
    assert [name for name in dict.fromkeys(names) if name in order] == order


async def test_esc_closes_it_and_it_opens_once(page: Page) -> None:
    window = page.stage.find(SessionWindow)
    assert open_developers(window, page.stage.app, page.stage.session) is page.widget
    [key] = page.widget.findChildren(QtGui.QShortcut)
    key.activated.emit()
    await until(lambda: not page.stage.has(DevelopersPage))


async def test_a_guest_is_told_what_is_not_known_here(stage: Stage) -> None:
    stage.reach.session = make_session_id("47000001", created=1, random="x")
    await stage.joined()
    page = Page(stage)
    assert page.copied("API key") == "47000001"
    assert page.copied("API URL") == "http://10.0.0.1:8765"
    assert "is known on their computer only" in page.words()
    assert not [
        f for f in page.widget.findChildren(QtWidgets.QLineEdit) if f.accessibleName() == "API secret"
    ]


async def test_leaving_the_session_takes_the_page_along(page: Page) -> None:
    page.stage.session.leave()
    await until(lambda: not page.stage.has(DevelopersPage))
