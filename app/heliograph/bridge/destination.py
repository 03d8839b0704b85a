"""Where a session is and what opens it, from whatever a person pasted or typed. No Qt, no I/O."""

from dataclasses import dataclass, replace

from heliograph.client.credential import Credential
from heliograph.model.pasted_token import BadToken, looks_like_token, read_token
from heliograph_relay.protocol.invite import (
    DEFAULT_SESSION,
    Address,
    BadInvite,
    Invite,
    parse_address,
    parse_invite,
)


class MissingPin(BadInvite):
    """The place is clear; what opens it is not there."""


class UselessToken(BadInvite):
    """A token was given, and opens nothing there."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """What a link needs. `invite` is what can be passed on and joined again; without a secret it needs `pin`,
    which is what the person typed: a PIN, or a token that expires at `expires` (seconds since the epoch).
    """

    hosts: tuple[str, ...]
    port: int
    session: str
    credential: Credential
    invite: Invite
    expires: float | None = None

    @property
    def where(self) -> str:
        """The place, for the eye."""
        return str(Address(host=self.hosts[0], port=self.port))

    @property
    def typed(self) -> str:
        """The PIN or token by which it is opened; "" where a secret does."""
        return self.credential.pin or self.credential.token or ""


def read_destination(text: str, pin: str = "") -> Destination:
    """Read an invite, an address or a pasted link; `pin` may be a token.

    Raises:
        BadInvite: it is none, or lacks what opens the session; the words are for a person.
    """
    if not text.strip():
        raise BadInvite("Paste an invite, or type an address such as 192.168.1.5:8765")
    if looks_like_token(text):
        raise BadInvite(
            "A token does not say where its relay is. Type the address here, and paste the token beside it."
        )
    invite = parse_invite(text) if "heliograph:" in text.lower() else _from_address(parse_address(text))
    return to_invite(invite, pin)


def to_invite(invite: Invite, pin: str = "") -> Destination:
    """Where an invite leads. A token goes before its secret, and that before a PIN.

    Raises:
        MissingPin: there is none of them.
        UselessToken: the token is damaged, or one of another session.
    """
    pin = "".join(pin.split())
    if looks_like_token(pin):
        return _by_token(invite, pin)
    if not invite.secret and not pin:
        raise MissingPin(
            f"Type the PIN of the session at {_place(invite)} too: the host sees it beside the invite."
            " A token does as well."
        )
    return Destination(
        hosts=invite.addresses, port=invite.port, session=invite.session, invite=invite,
        credential=Credential(secret=invite.secret) if invite.secret else Credential(pin=pin),
    )  # fmt: skip


def _by_token(invite: Invite, text: str) -> Destination:
    """A token names its session, so an address alone is enough."""
    try:
        token = read_token(text)
        invite = replace(invite, session=_agreed(invite.session, token.session), secret="")
    except BadToken as bad:
        raise UselessToken(str(bad)) from None
    return Destination(
        hosts=invite.addresses, port=invite.port, session=invite.session, invite=invite,
        credential=Credential(token=token.text), expires=token.expires,
    )  # fmt: skip


def _agreed(named: str, opened: str) -> str:
    if named not in (DEFAULT_SESSION, opened):
        raise BadToken(
            "This token opens another session than the one in the address. Leave that away, or correct it."
        )
    return opened


def _place(invite: Invite) -> str:
    """How an address was understood: a word that was meant otherwise is taken for a host."""
    return str(Address(host=invite.addresses[0], port=invite.port))


def _from_address(address: Address) -> Invite:
    return Invite(addresses=(address.host,), port=address.port, session=address.session)
