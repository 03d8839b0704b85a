"""The chat of a session: what I type, what becomes of it, and what others say. No Qt, no I/O."""

from heliograph.bridge.changes import Outgoing
from heliograph.bridge.homecoming import Held
from heliograph.bridge.state import SessionState
from heliograph.bridge.voice import Voice
from heliograph.client.farewells import sentence
from heliograph.model.conversation import EVERYONE, Message, State
from heliograph.model.dialects import CHAT, ChatLine, chat_line, dialect_of
from heliograph.model.people import Person
from heliograph.model.text import display_name
from heliograph.services.store import History, Page
from heliograph_relay.protocol.model import SignalEntry
from heliograph_relay.protocol.problems import InvalidSignal, NoSuchConnection, NotAllowed, TooLarge

SERVER_NAME = "server"
#: Names that mean something else here.
_OWN_WORDS = frozenset({SERVER_NAME, "you", "me", "everyone", "host"})
NOT_CONFIRMED = "It was on its way when the connection ended; nobody knows whether it arrived."


class PersonGone(NoSuchConnection):
    """Somebody who is written to has left."""

    def __init__(self, id: str, name: str) -> None:
        super().__init__(id)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name} has left the session."


class ChatDesk:
    """Writes and reads the conversations of a session."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._chat = state.chat
        self.voice = Voice(state)
        self._fresh: list[Message] = []

    # ---- what the store remembers

    def restore(self, history: History) -> None:
        """Put the past of this session before everything; what was on the wire at its end is not confirmed."""
        self.voice.chosen = history.dialect
        for id, name in history.people.items():
            self._state.people.remember(id, name)
        for page in history.pages:
            waiting = [m for m in history.waiting if m.conversation == page.conversation]
            self.restore_page(Page(page.conversation, [*page.messages, *waiting], page.has_older))
        for message in history.waiting:
            if message.handed:
                self._chat.settle(message, State.NOT_CONFIRMED, NOT_CONFIRMED)
                self._state.changed(message)
        for key, text in history.drafts.items():
            self._chat.set_draft(key, text)
            self._state.changes.conversations.add(key)

    def restore_page(self, page: Page) -> None:
        """Put earlier messages before those that are here."""
        for message in page.messages:
            if message.sender is not None:
                self._state.people.remember(message.sender, message.sender_name, message.sender_client)
                name, client = message.sender_name, message.sender_client
                _dress(message, self._state.people.get(message.sender))
                message.sender_name, message.sender_client = name, client
                self.voice.remembered(message)
        self._chat.restore(page.conversation, page.messages, has_older=page.has_older)
        self._state.changes.conversations.add(page.conversation)

    # ---- what I type

    def typed(self, text: str, key: str) -> Message:
        """A new message of mine; it goes as soon as there is a relay.

        Raises:
            Refusal: it can never go, in words for a person.
        """
        self.check(text, key)
        message = Message(
            ref=self._state.new_ref(), conversation=key, text=text, at=self._state.clock.wall(), mine=True,
            state=State.WAITING,
        )  # fmt: skip
        _dress(message, self._state.people.me)
        self._chat.add(message)
        self._go(message)
        return message

    def check(self, text: str, key: str) -> None:
        """Raise what keeps `text` from being sent to `key`."""
        if not text.strip():
            raise InvalidSignal("There is nothing to send.")
        try:
            self.voice.check(text, key)
        except UnicodeEncodeError:
            raise InvalidSignal("This text holds half a character. Type it again.") from None
        if self._state.is_over:
            raise NotAllowed("You are no longer in this session.")
        if self._state.people.me is not None and not self._state.my_role.may_signal:
            raise NotAllowed("You may only listen in this session.")
        person = self._state.people.get(key)
        if key != EVERYONE and (person is None or person.gone):
            raise PersonGone(key, person.name if person else "This person")

    def retry(self, ref: str) -> None:
        """Send a failed or unconfirmed message again, as the newest."""
        message = self._chat.get(ref)
        if message is None or not message.may_go_again:
            return
        self.check(message.text, message.conversation)
        self._chat.again(message, self._state.clock.wall())
        self._go(message)

    def redirect(self, ref: str, to: str) -> Message | None:
        """Say a failed or unconfirmed message anew, to somebody else; None where there is nothing to say.

        Raises what `typed` raises; the message then stays where it is.
        """
        message = self._chat.get(ref)
        if message is None or not message.state.may_retry:
            return None
        anew = self.typed(message.text, to)
        self.discard(ref)
        return anew

    def discard(self, ref: str) -> bool:
        """Let go of a message of mine; the caller has made sure that it is not on the wire."""
        message = self._chat.get(ref)
        if message is None or not (message.state is State.WAITING or message.state.may_retry):
            return False
        self._chat.discard(message)
        self._state.changes.conversations.add(message.conversation)
        return True

    def _go(self, message: Message) -> None:
        message.handed = self._state.connected and not self._is_held(message)
        self._state.changed(message)
        if not message.handed:
            return
        try:
            self.voice.settle_on(message)
        except TooLarge as refusal:
            self.failed(message.ref, _too_large(refusal))
        else:
            self._state.work.handover.append(message)

    # ---- what becomes of it

    def new_life(self) -> None:
        """A new connection: what was heard before cannot be acknowledged any more.

        Who is still here, and said something before this program began, has their colour of now.
        """
        keys = self._chat.keys()
        for key in keys:
            for message in self._chat.messages(key):
                person = self._state.people.get(message.sender) if message.sender else None
                message.sender_hue = person.hue if person is not None else message.sender_hue
        for message in self._fresh:
            message.fresh = False
            self._state.changes.states.add(message.ref)
        self._fresh.clear()

    def hand_over(self) -> None:
        """There is a relay: what waits goes, in the order of typing, unless it waits for others to come back."""
        self._wait_no_longer()
        for message in self._chat.waiting():
            if message.handed:
                continue
            if message.conversation != EVERYONE and not self._state.people.is_here(message.conversation):
                self.failed(message.ref, "This person has left the session.")
            else:
                self._go(message)

    def _is_held(self, message: Message) -> bool:
        """What is to everybody waits until those are back who were here before the relay began anew."""
        state = self._state
        return message.conversation == EVERYONE and state.homecoming.holds(
            state.clock.now(), bool(state.people.others())
        )

    @property
    def held(self) -> Held | None:
        """What waits for others to come back; None for nothing."""
        state = self._state
        count = sum(self._is_held(message) for message in self._chat.waiting())
        until = state.homecoming.until
        if not count or until is None or not state.connected:
            return None
        left = until - state.clock.now()
        return Held(count, state.homecoming.missing, left if left > 0 else None)

    def somebody_came(self, id: str) -> None:
        """Somebody joined: perhaps all are back now."""
        person = self._state.people.get(id)
        if person is not None:
            self._state.homecoming.came(person.name)
            self.release()

    def release(self, *, at_once: bool = False) -> None:
        """What waited for others goes, where it need not wait any more; `at_once` whoever is missing."""
        if at_once:
            self._state.homecoming.end()
        if self._state.connected:
            self.hand_over()

    def _wait_no_longer(self) -> None:
        """Those who are not back in time are missed no more; but an empty session stays one that is waited in."""
        state = self._state
        if not state.homecoming.holds(state.clock.now(), bool(state.people.others())):
            state.homecoming.end()

    def ended(self) -> None:
        """Nothing will be sent any more: what was never written waits for the next time."""
        for message in self._chat.waiting():
            if message.handed:
                message.handed = False
                self._state.changed(message)

    def acknowledged(
        self, outgoing: Outgoing, seq: int, at: int | None, recipients: tuple[str, ...]
    ) -> Message | None:
        """The relay took a signal of mine; the message that it is, None for one that is no chat line."""
        message = self._chat.get(outgoing.ref)
        if message is None:
            line = _line(outgoing, seq)
            if line is None:
                return None
            message = Message(
                ref=outgoing.ref, conversation=outgoing.to or EVERYONE, text=line.text, mine=True,
                at=self._state.clock.wall(), state=State.WAITING, dialect=dialect_of(outgoing.type) or CHAT,
            )  # fmt: skip
            self._chat.add(message)
        _dress(message, self._state.people.me)
        message.seq, message.epoch = seq, self._state.epoch
        message.silent = self._state.people.pages(recipients)
        message.recipients = tuple(id for id in recipients if id not in message.silent)
        # Its receipts will bear the relay's time; where it does not say when it took the message, that is now.
        message.at = self._state.capture.relay_time(self._state.clock.wall()) if at is None else at
        self._chat.settle(message, State.ON_RELAY)
        self._state.changed(message)
        return message

    def failed(self, ref: str, words: str) -> None:
        """It was refused, or can never go."""
        self._settle(ref, State.FAILED, sentence(words))

    def not_confirmed(self, ref: str) -> None:
        """Nobody knows."""
        self._settle(ref, State.NOT_CONFIRMED, NOT_CONFIRMED)

    def _settle(self, ref: str, state: State, words: str) -> None:
        message = self._chat.get(ref)
        if message is not None:
            self._chat.settle(message, state, words)
            self._state.changed(message)

    # ---- what others say

    def heard(self, entry: SignalEntry, line: ChatLine) -> Message | None:
        """Somebody said something to me, or to all; None for what is here already."""
        key = EVERYONE if entry.to is None or entry.sender is None else entry.sender
        person = self._state.people.get(entry.sender) if entry.sender else None
        is_page = person is not None and person.is_page
        message = Message(
            ref=f"{self._state.epoch}:{entry.seq}", conversation=key, text=line.text, at=entry.at,
            sender=entry.sender, sender_name=SERVER_NAME, seq=entry.seq, epoch=self._state.epoch,
            fresh=not is_page, dialect=dialect_of(entry.type) or CHAT,
        )  # fmt: skip
        _dress(message, person, self._believed(person, line.alias))
        if not self._chat.add(message):
            return None
        if person is not None and is_page:
            self.voice.heard(person.id, message.dialect)
        if message.fresh:
            self._fresh.append(message)
        self._state.changed(message)
        self._state.changes.added.append(message)
        return message

    def _believed(self, person: Person | None, alias: str) -> str:
        """What the sender's application calls them, where it may count: "" otherwise.

        It is a claim of each message anew. So it stands in for a missing name only, and never for that of
        somebody else who is here, nor for this program's own words.
        """
        if person is None or not person.nameless or not alias.strip():
            return ""
        name = display_name(alias)
        if self._state.people.called_themselves(person.id, name):
            self._state.changes.people = True
        if name.casefold() in _OWN_WORDS or self._state.people.is_taken(name, but=person.id):
            return ""
        return name

    # ---- what I read

    def see(self, key: str) -> list[Message]:
        """All that is unread there is read now; returns it."""
        unread = self._chat.unread_messages(key)
        for message in unread:
            self._chat.seen(message)
            self._state.changed(message)
        return unread

    def unacknowledged(self, key: str) -> list[Message]:
        """What I could still send read receipts for."""
        return [m for m in self._fresh if m.conversation == key and m.may_send_receipt]


def _dress(message: Message, person: Person | None, alias: str = "") -> None:
    """Give a message the looks of who sent it; `alias` is fit for display and stands in for the name."""
    if person is not None:
        message.sender, message.sender_hue, message.sender_short_id = person.id, person.hue, person.short_id
        message.sender_name, message.sender_client = alias or person.name, person.client


def _too_large(refusal: TooLarge) -> str:
    """Of what was typed when it still fitted."""
    return (
        f"For those who are here now it takes {refusal.size:,} bytes, and {refusal.limit:,} may go."
        " Shorten it, or choose another chat format."
    )


def _line(outgoing: Outgoing, seq: int) -> ChatLine | None:
    """A chat line that was sent as a bare signal, for example from the inspector."""
    return chat_line(SignalEntry(seq=seq, at=0, sender="", n=0, type=outgoing.type, data=outgoing.data))
