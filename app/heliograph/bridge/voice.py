"""How what I type is said: in which dialect, to whom once more in another one, and how large that is. No Qt, no I/O."""

from heliograph.bridge.changes import Outgoing
from heliograph.bridge.state import SessionState
from heliograph.client.events import Rejected
from heliograph.model.conversation import EVERYONE, Message
from heliograph.model.dialects import Author, Dialect, say
from heliograph.model.people import OPENTOK
from heliograph.model.voices import Voices, Way
from heliograph_relay.protocol.model import MAX_DATA_BYTES
from heliograph_relay.protocol.problems import NoSuchConnection, TooLarge


class Voice:
    """See the module. `chosen` is what the person wants it to be; None leaves it to the session."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self.chosen: Dialect | None = None
        self._voices = Voices()
        self._ways: dict[str, Way] = {}
        self._copies: dict[str, str] = {}

    def heard(self, page: str, dialect: Dialect) -> None:
        """A page of OpenTok said a line."""
        self._voices.heard(page, dialect)

    def remembered(self, message: Message) -> None:
        """A line of the past; it teaches how that page speaks where it is not heard itself."""
        if message.sender is not None and message.sender_client == OPENTOK:
            self._voices.remembered(message.sender, message.dialect, message.place)

    def way(self, key: str) -> Way:
        """How a line would go there now."""
        return Way(self.chosen) if self.chosen is not None else self._voices.way_to(self._pages(key))

    def deaf(self, key: str) -> tuple[str, ...]:
        """The pages there that would not show a line in the dialect that the person chose."""
        return self._voices.deaf_to(self.chosen, self._pages(key)) if self.chosen is not None else ()

    def _pages(self, key: str) -> tuple[str, ...]:
        people = self._state.people
        return people.pages(people.others() if key == EVERYONE else (key,))

    def size(self, text: str, key: str) -> int:
        """Bytes of data that `text` would take there. Raises UnicodeEncodeError for half a character."""
        return self.way(key).size(text, self._author())

    def check(self, text: str, key: str) -> None:
        """Raise TooLarge for a text that cannot go there in one signal."""
        size = self.size(text, key)
        if size > MAX_DATA_BYTES:
            raise TooLarge("data", limit=MAX_DATA_BYTES, size=size)

    def settle_on(self, message: Message) -> None:
        """It goes now: this is the way. Raises what `check` raises."""
        self.check(message.text, message.conversation)
        way = self.way(message.conversation)
        self._ways[message.ref] = way
        message.dialect = way.dialect

    def signals(self, message: Message) -> list[Outgoing]:
        """The signals by which a message of mine goes: itself, then the copies."""
        way = self._ways.pop(message.ref, Way(message.dialect))
        copies = [self._signal(message, dialect, to) for to, dialect in way.copies]
        self._copies.update((copy.ref, copy.to or "") for copy in copies)
        return [self._signal(message, way.dialect, message.conversation or None, message.ref), *copies]

    def _signal(self, message: Message, dialect: Dialect, to: str | None, ref: str = "") -> Outgoing:
        data = say(dialect, message.text, self._author(), message.at)
        return Outgoing(ref or self._state.new_ref(), dialect.value, data, to)

    def is_copy(self, ref: str) -> bool:
        """Whether that signal repeats a line to one page. Its fate is known now, and asked for once."""
        return self._copies.pop(ref, None) is not None

    def refused(self, event: Rejected) -> None:
        """A signal was not relayed. That a page did not get its copy is told, unless it has left."""
        to = self._copies.pop(event.ref, None)
        person = self._state.people.get(to) if to is not None else None
        if person is not None and event.error != NoSuchConnection.error:
            self._state.notice(f"{person.name} ({person.short_id}) did not get your last message.")

    def _author(self) -> Author:
        me = self._state.people.me
        return Author(me.id, me.name) if me is not None else Author("", "")
