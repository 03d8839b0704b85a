"""What screens need to know of the protocol they share with the relay; nothing else of it reaches them."""

from heliograph_relay.protocol.invite import BadInvite, Invite, parse_invite
from heliograph_relay.protocol.model import MAX_DATA_BYTES, MAX_NAME_CHARACTERS
from heliograph_relay.protocol.problems import Refusal

__all__ = ["MAX_DATA_BYTES", "MAX_NAME_CHARACTERS", "BadInvite", "Invite", "Refusal", "parse_invite"]
