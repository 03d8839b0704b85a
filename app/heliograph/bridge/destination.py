"""Where a session is and what opens it, from whatever a person pasted or typed. No Qt, no I/O."""

from dataclasses import dataclass

from heliograph.client.credential import Credential
from heliograph_relay.protocol.invite import Address, BadInvite, Invite, parse_address, parse_invite


class MissingPin(BadInvite):
    """The place is clear; what opens it is not there."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """What a link needs. `invite` is what can be passed on and joined again; without a secret it needs a PIN."""

    hosts: tuple[str, ...]
    port: int
    session: str
    credential: Credential
    invite: Invite

    @property
    def where(self) -> str:
        """The place, for the eye."""
        return str(Address(host=self.hosts[0], port=self.port))


def read_destination(text: str, pin: str = "") -> Destination:
    """Read an invite, an address or a pasted link.

    Raises:
        BadInvite: it is none, or lacks what opens the session; the words are for a person.
    """
    if not text.strip():
        raise BadInvite("Paste an invite, or type an address such as 192.168.1.5:8765")
    invite = parse_invite(text) if "heliograph:" in text.lower() else _from_address(parse_address(text))
    return to_invite(invite, pin)


def to_invite(invite: Invite, pin: str = "") -> Destination:
    """Where an invite leads. Its secret goes before a PIN.

    Raises:
        MissingPin: there is neither.
    """
    pin = "".join(pin.split())
    if not invite.secret and not pin:
        raise MissingPin("Type the PIN of the session too: the host sees it beside the invite.")
    return Destination(
        hosts=invite.addresses, port=invite.port, session=invite.session, invite=invite,
        credential=Credential(secret=invite.secret) if invite.secret else Credential(pin=pin),
    )  # fmt: skip


def _from_address(address: Address) -> Invite:
    return Invite(addresses=(address.host,), port=address.port, session=address.session)
