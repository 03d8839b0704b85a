"""What can be done with a message, and what is known of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.model.conversation import Message, State
from heliograph.model.dialects import CHAT
from heliograph.model.people import Person
from heliograph.model.text import delivery_words, plural
from heliograph.ui import theme
from heliograph.ui.chat.bubble import AGAIN, USUAL, Remedy, clock_words, sentence

#: People in a tooltip; the rest is counted.
_MOST_PEOPLE = 40
_NO_PROOF = (
    "Whoever comes back after a restart of the relay, or joins again, is somebody new to it. Anybody can take any name:"
    " send this only if you know that it is the person whom you mean."
)


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What the pane does when something is chosen."""

    copy: Callable[[], None]
    retry: Callable[[Message], None]
    redirect: Callable[[Message, str], None]
    write_to: Callable[[str], None]
    show_signal: Callable[[Message], None]


def message_menu(
    parent: QtWidgets.QWidget, controller: SessionController, message: Message, acts: Acts
) -> QtWidgets.QMenu:
    """The menu of a message; it goes away by itself."""
    menu = QtWidgets.QMenu(parent)
    menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(picture: str, words: str, act: Callable[[], object], tint: str = "text") -> None:
        # A lambda, because `triggered` tells whether it is checked, and only what takes nothing is done.
        words = words.replace("&", "&&")  # a name's own, and no mark for a key
        menu.addAction(theme.icon(picture, tint), words).triggered.connect(lambda _checked: act())

    add("copy", "Copy text", acts.copy)
    if message.may_send_receipt:
        add("read", "Send read receipt", lambda: controller.send_read_receipt(message.ref))
    if message.may_go_again and controller.is_reachable(message):
        add("retry", "Send again" if message.reached_nobody else "Retry", lambda: acts.retry(message))
    for namesake in controller.namesakes(message):
        add("send", redirect_words(namesake), partial(acts.redirect, message, namesake.id))
    if message.state.may_retry or message.state is State.WAITING:
        add("trash", "Discard", lambda: controller.discard(message.ref), "danger")
    person = controller.people.get(message.sender) if message.sender and not message.mine else None
    if person is not None and not person.gone:
        menu.addSeparator()
        add("message", f"Private message to {person.name}", lambda: acts.write_to(person.id))
        add("ping", f"Ping {person.name}", lambda: controller.ping(person.id))
    if message.seq is not None:
        menu.addSeparator()
        add("inspector", "Show in the inspector", lambda: acts.show_signal(message))
    return menu


def remedies(controller: SessionController, message: Message) -> Sequence[Remedy]:
    """What is offered for a message that did not go, or reached nobody in the present life of the session."""
    if message.reached_nobody:
        return AGAIN if controller.people.others() and message.epoch == controller.epoch else ()
    if controller.is_reachable(message):
        return USUAL
    found = controller.namesakes(message)
    offers = [Remedy("redirect", redirect_words(person), person.name, _NO_PROOF) for person in found[:1]]
    if len(found) > 1:
        words = f"Send to one of {len(found)} called {found[0].name}…"
        offers = [Remedy("redirect", words, found[0].name, _NO_PROOF)]
    return (*offers, *(remedy for remedy in USUAL if remedy.action != "retry"))


def redirect_words(person: Person) -> str:
    """Offers to send to somebody what was meant for one of the same name."""
    return f"Send to {person.name} ({person.short_id}), who is here now"


def tip_words(controller: SessionController, message: Message) -> str:
    """A message of mine: how it fared with each who got it. Of others: as it is read out."""
    if not message.mine or message.state is not State.ON_RELAY:
        return sentence(message)
    lines = [_fared(controller, message, id) for id in message.recipients[:_MOST_PEOPLE]]
    more = len(message.recipients) - _MOST_PEOPLE
    if more > 0:
        lines.append(plural(more, "other"))
    lines += [_fared(controller, message, id) for id in message.silent[: max(0, _MOST_PEOPLE - len(lines))]]
    if message.dialect is not CHAT:
        lines.append(f"said in the format {message.dialect}")
    return "\n".join([delivery_words(*message.counts, len(message.silent)), *lines])


def _fared(controller: SessionController, message: Message, id: str) -> str:
    person = controller.people.get(id)
    name = f"{person.name} ({person.short_id})" if person else id
    if id in message.silent:
        return f"{name}: OpenTok, sends no receipts"
    if id in message.read:
        return f"{name}: read {clock_words(message.read[id])}"
    if id in message.delivered:
        return f"{name}: delivered {clock_words(message.delivered[id])}"
    return f"{name}: not yet"
