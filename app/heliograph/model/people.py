"""Who is in the session, as a person sees them. Pure.

Names are not identities: anybody may call themselves anything. Colour (`hues.py`)
and short id come from the connection id, which the relay gives, so two people of one name stay distinguishable.
"""

import json
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from heliograph.model.calling import called, skeleton
from heliograph.model.hues import Hues
from heliograph.model.short_ids import ShortIds
from heliograph.model.text import display_name
from heliograph_relay.protocol.model import Connection, Role

#: Connection data by which the app that runs the relay tells that it is the host's own.
HOST_DATA = '{"host": true}'


class Person(Struct, frozen=True, kw_only=True):
    """One connection, for the eye.

    `name` is fit for display and never empty; `hue` is 0 to 11; `rtt_ms` is the last measured round trip
    in milliseconds; `away` while the transport is lost; `gone` after leaving for good. `data` is the
    connection data as the relay has it; `created` is in milliseconds since the epoch, 0 where not known.
    `alias` is how their app last called them in a chat line: their own word, for the detail only.
    """

    id: str
    name: str
    short_id: str
    hue: int
    role: Role
    client: str
    is_me: bool = False
    is_host: bool = False
    nameless: bool = False
    away: bool = False
    gone: bool = False
    rtt_ms: float | None = None
    data: str = ""
    created: int = 0
    alias: str = ""

    @property
    def is_page(self) -> bool:
        """Whether they are in an application of OpenTok, which knows neither receipts nor typing."""
        return self.client == OPENTOK

    @property
    def badges(self) -> tuple[str, ...]:
        """Words beside the name: "you", "host", "moderator", "listener", "browser", "OpenTok"."""
        words = []
        if self.is_me:
            words.append("you")
        if self.is_host:
            words.append("host")
        elif self.role.may_moderate:
            words.append("moderator")
        if not self.role.may_signal:
            words.append("listener")
        if badge := client_badge(self.client):
            words.append(badge)
        return tuple(words)


#: `Connection.client` of who comes over OpenTok's own wire.
OPENTOK = "opentok"
_CLIENT_BADGES = {"browser": "browser", OPENTOK: "OpenTok"}


def client_badge(client: str) -> str:
    """By what somebody has come, where that makes a difference: "browser", "OpenTok"; else ""."""
    return _CLIENT_BADGES.get(client, "")


class People:
    """Everybody who is or was in the session; who has gone is remembered for their messages."""

    def __init__(self) -> None:
        self._all: dict[str, Person] = {}
        #: The inspector of the session tells people apart by the same ones.
        self.short_ids, self.hues = ShortIds(), Hues()
        self._me: str | None = None
        self._recipients: tuple[str, ...] | None = None

    @property
    def me(self) -> Person | None:
        """My own present connection; None before the first join."""
        return self._all[self._me] if self._me is not None else None

    def get(self, id: str) -> Person | None:
        """That person, also when gone; None for somebody never seen."""
        return self._all.get(id)

    def present(self) -> list[Person]:
        """Who is here, also those away for a moment: me first, then by order of joining."""
        here = [person for person in self._all.values() if not person.gone]
        return sorted(here, key=lambda person: person.id != self._me)

    def others(self) -> tuple[str, ...]:
        """Connection ids of everybody here but me: who receives what I send to all."""
        if self._recipients is None:
            self._recipients = tuple(p.id for p in self._all.values() if not p.gone and p.id != self._me)
        return self._recipients

    def is_here(self, id: str) -> bool:
        """Whether that connection is in the session now."""
        person = self._all.get(id)
        return person is not None and not person.gone

    def joined(self, me: Connection, connections: Iterable[Connection], *, resumed: bool) -> None:
        """I joined. After a resume the list is kept, for the entries that follow tell the rest."""
        self._me = me.id
        if resumed:
            for connection in connections:
                self._set(connection.id, away=connection.away)
            return
        for person in list(self._all.values()):
            self.destroyed(person.id)
        for connection in sorted((c for c in connections if c.id != me.id), key=lambda c: c.created):
            self.created(connection)
        self.created(me)

    def created(self, connection: Connection) -> None:
        """Somebody joined."""
        known = self._all.pop(connection.id, None)
        self._recipients = None
        name = called(connection)
        self._all[connection.id] = Person(
            id=connection.id, name=display_name(name), nameless=not name, data=connection.data,
            created=connection.created, alias=known.alias if known else "",
            short_id=self.short_ids[connection.id], hue=self.hues.come(connection.id),
            role=connection.role, client=connection.client, is_me=connection.id == self._me,
            is_host=_is_host(connection), away=connection.away, rtt_ms=known.rtt_ms if known else None,
        )  # fmt: skip

    def destroyed(self, id: str) -> None:
        """Somebody left, for good."""
        self.hues.left(id)
        self._set(id, gone=True, away=False)

    def away(self, id: str) -> None:
        """Somebody lost their transport."""
        self._set(id, away=True)

    def back(self, id: str) -> None:
        """Somebody has resumed."""
        self._set(id, away=False)

    def measured(self, id: str, ms: float) -> None:
        """A round trip to `id` took `ms` milliseconds."""
        self._set(id, rtt_ms=ms)

    def called_themselves(self, id: str, name: str) -> bool:
        """Their app called them so (fit for display) in a chat line; True if it did not do so before."""
        person = self._all.get(id)
        if person is None or person.alias == name:
            return False
        self._set(id, alias=name)
        return True

    def is_taken(self, name: str, but: str) -> bool:
        """Whether somebody here, other than `but`, goes by that name or one that looks like it."""
        sought = skeleton(name)
        return any(skeleton(p.name) == sought for p in self._all.values() if not p.gone and p.id != but)

    def namesakes(self, id: str) -> list[Person]:
        """Who is here, other than me, under the very name of somebody who is not any more.

        It may be them on a new connection, as after a restart of the relay; but a name proves nothing.
        """
        gone = self._all.get(id)
        if gone is None or not gone.gone or gone.nameless:
            return []
        return [
            p for p in self._all.values() if not (p.gone or p.nameless or p.is_me) and p.name == gone.name
        ]

    def pages(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those among them who are in an application of OpenTok."""
        return tuple(id for id in ids if (person := self._all.get(id)) is not None and person.is_page)

    def remember(self, id: str, name: str, client: str = "") -> None:
        """Somebody of the past, from the history: known by name, not here."""
        known = self._all.get(id)
        if known is None or (known.gone and client and not known.client):
            self._all[id] = Person(
                id=id, name=display_name(name), nameless=not name.strip(), short_id=self.short_ids[id],
                hue=self.hues[id], role=Role.PUBLISHER, client=client, gone=True,
            )  # fmt: skip

    def _set(self, id: str, **changes: object) -> None:
        person = self._all.get(id)
        if person is not None:
            self._all[id] = replace(person, **changes)
            self._recipients = None if "gone" in changes else self._recipients


def _is_host(connection: Connection) -> bool:
    """A moderator who says so. Guests cannot: their secret makes them publishers."""
    if not connection.role.may_moderate or not connection.data:
        return False
    try:
        data = json.loads(connection.data)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("host") is True
