"""Who is typing: what I tell, and what others told. Pure; times are monotonic seconds."""

#: I say that I type at most this often in one conversation, in seconds.
NOTICE_EVERY = 3.0
#: Somebody who said so is believed for this long, in seconds.
BELIEVED_FOR = 6.0
#: Most people believed to type at once in one conversation.
MAX_TYPISTS = 200


class TypingNotices:
    """Turns key presses into few notices."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def typed(self, conversation: str, now: float) -> bool:
        """A key was pressed; True when it is time to say so."""
        if now - self._told.get(conversation, float("-inf")) < NOTICE_EVERY:
            return False
        self._told[conversation] = now
        return True

    def stopped(self, conversation: str) -> bool:
        """Sent, emptied or left; True when others think that I type."""
        return self._told.pop(conversation, None) is not None

    def stop_all(self) -> list[str]:
        """I type nowhere any more; the conversations where others think so."""
        told = list(self._told)
        self._told.clear()
        return told


class Typists:
    """Who types in which conversation, until they stop or fall silent."""

    def __init__(self) -> None:
        self._until: dict[str, dict[str, float]] = {}

    def told(self, conversation: str, person: str, typing: bool, now: float) -> bool:
        """`person` said so; True if that changes what is shown."""
        people = self._until.setdefault(conversation, {})
        if not typing:
            return people.pop(person, None) is not None
        known = person in people
        if known or len(people) < MAX_TYPISTS:
            people[person] = now + BELIEVED_FOR
        return not known

    def left(self, person: str) -> set[str]:
        """`person` is gone; the conversations that this changes."""
        return {key for key, people in self._until.items() if people.pop(person, None) is not None}

    def typing(self, conversation: str, now: float) -> list[str]:
        """Connection ids of who types there, who began first at the front."""
        return [person for person, until in self._until.get(conversation, {}).items() if until > now]

    def expire(self, now: float) -> set[str]:
        """Forget who fell silent; the conversations that this changes."""
        changed = set()
        for key, people in self._until.items():
            silent = [person for person, until in people.items() if until <= now]
            for person in silent:
                del people[person]
            if silent:
                changed.add(key)
        return changed

    def next_expiry(self) -> float | None:
        """When somebody falls silent next; None while nobody types."""
        return min((until for people in self._until.values() for until in people.values()), default=None)

    def clear(self) -> set[str]:
        """Nobody types; the conversations that this changes."""
        changed = {key for key, people in self._until.items() if people}
        self._until.clear()
        return changed
