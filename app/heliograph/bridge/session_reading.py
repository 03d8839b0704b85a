"""What is shown of a session: who is here, what was said, how it stands. Nothing here changes anything."""

from heliograph.bridge.homecoming import Held
from heliograph.bridge.parts import Parts
from heliograph.bridge.session_core import SessionCore
from heliograph.bridge.session_signals import SessionSignals
from heliograph.bridge.state import CaptureLike, SessionState
from heliograph.client.events import Status
from heliograph.model.conversation import EVERYONE, Conversations, Message
from heliograph.model.dialects import Dialect
from heliograph.model.people import People, Person
from heliograph.model.session_ids import short_session
from heliograph.model.settings import Switches
from heliograph.model.voices import Way
from heliograph_relay.protocol.invite import Invite
from heliograph_relay.protocol.native import SessionInfo


class SessionReading(SessionSignals):
    """See the module; `SessionController` fills it."""

    _parts: Parts
    _state: SessionState
    _core: SessionCore
    _invite: Invite | None

    @property
    def people(self) -> People:
        """Who is here, and who was."""
        return self._state.people

    @property
    def chat(self) -> Conversations:
        """What was said."""
        return self._state.chat

    @property
    def capture(self) -> CaptureLike:
        """The inspector's model."""
        return self._state.capture

    @property
    def invite(self) -> Invite | None:
        """What lets others in; None where it is not known here."""
        return self._invite

    @property
    def pin(self) -> str:
        """What guests may type instead of the invite; "" where there is none, or it is not known here."""
        return self._parts.hosting.pin if self._parts.hosting is not None else ""

    @property
    def hosting(self) -> bool:
        """Whether this app runs the relay."""
        return self._parts.hosting is not None

    @property
    def session(self) -> SessionInfo | None:
        """What the relay says of the session; None before the first join."""
        return self._state.session

    @property
    def epoch(self) -> str:
        """Names the life of the session's log in which `seq` counts; "" before the first join."""
        return self._state.epoch

    @property
    def rate(self) -> float:
        """Signals a second that the session takes from one connection; 0 for any number."""
        return self._state.limits.rate

    @property
    def status(self) -> Status:
        """How it stands with the relay."""
        return self._state.status

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection to the relay now: without one nobody knows who is here."""
        return self._state.connected

    @property
    def switches(self) -> Switches:
        """What this app tells others by itself."""
        return self._state.switches

    @property
    def inspected(self) -> bool:
        """Whether somebody sees every signal of the session."""
        return bool(self._core.inspectors)

    @property
    def inspectors(self) -> frozenset[str]:
        """Ids of those who do; "" stands for one who did before I came."""
        return self._core.inspectors

    @property
    def may_moderate(self) -> bool:
        """Whether I may disconnect others and inspect the whole session."""
        return self._state.my_role.may_moderate

    @property
    def may_signal(self) -> bool:
        """Whether I may say anything here; listeners may not."""
        return self._state.my_role.may_signal

    @property
    def title(self) -> str:
        """The session's name for the eye."""
        invite, session = self._invite, self._state.session
        named = (session and session.name) or (invite and invite.name)
        return named or (short_session(session.id) if session is not None else "Session")

    def waiting(self) -> int:
        """How many messages of mine wait for the relay."""
        return len(self.chat.waiting())

    @property
    def held(self) -> Held | None:
        """Messages of mine to everybody that wait until others are back; None for none."""
        return self._core.chat.held

    def is_reachable(self, message: Message) -> bool:
        """Whether a message of mine could go again to whom it was for."""
        return message.conversation == EVERYONE or self.people.is_here(message.conversation)

    def namesakes(self, message: Message) -> list[Person]:
        """Who is here now under the name of whom a message did not reach; a person decides whether that is them."""
        if not message.state.may_retry or message.conversation == EVERYONE:
            return []
        return self.people.namesakes(message.conversation)

    def typing(self, conversation: str = EVERYONE) -> list[Person]:
        """Who is typing there now."""
        ids = self.chat.typing(conversation, self._state.clock.now())
        return [person for id in ids if (person := self.people.get(id)) is not None]

    def draft(self, conversation: str = EVERYONE) -> str:
        """What was typed there and not sent; kept over restarts."""
        return self.chat.draft(conversation)

    def people_cut_off(self) -> list[Person]:
        """Whom closing would cut off: everybody else who is here while this app hosts."""
        return [person for person in self.people.present() if not person.is_me] if self.hosting else []

    # ---- how I am heard

    @property
    def dialect(self) -> Dialect | None:
        """In which dialect the person wants to be heard here; None leaves it to who is here."""
        return self._core.chat.voice.chosen

    def way(self, conversation: str = EVERYONE) -> Way:
        """How a line would go there now."""
        return self._core.chat.voice.way(conversation)

    def deaf(self, conversation: str = EVERYONE) -> list[Person]:
        """Who there uses an application that would not show a line in the dialect that the person chose."""
        return [person for id in self._core.chat.voice.deaf(conversation) if (person := self.people.get(id))]

    def chat_size(self, text: str, conversation: str = EVERYONE) -> int:
        """Bytes of data that `text` would take there; 8,192 may go. Half a character counts as a whole one."""
        return self._core.chat.voice.size(
            text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), conversation
        )
