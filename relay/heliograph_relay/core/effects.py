"""What the core wants done; the shell does it, in order.

A signal to everybody is one `ToAll`, however many members there are: the shell encodes it once and
shares the bytes. An effect names a dialogue or a session and never touches a socket.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from heliograph_relay.protocol import raptor
from heliograph_relay.protocol.native import Message
from heliograph_relay.protocol.problems import Goodbye

if TYPE_CHECKING:
    from heliograph_relay.core.dialogue import Dialogue
    from heliograph_relay.core.session import Session


class ToAll(Struct, frozen=True, gc=False):
    """Send to every dialogue that is admitted to the session's room at this moment."""

    session: "Session"
    message: Message


class ToOne(Struct, frozen=True, gc=False):
    """Send to one dialogue, in words of its own wire or words that every wire knows."""

    dialogue: "Dialogue"
    message: Message | raptor.Message


class Admit(Struct, frozen=True, gc=False):
    """From here on the dialogue is reached by `ToAll` of its session."""

    dialogue: "Dialogue"
    session: "Session"


class Close(Struct, frozen=True):
    """Take the dialogue out of its room and close its transport.

    With a goodbye: as its wire says it (`bye` and its close code); without one: close 1000. A goodbye that was
    raised knows the frames that hold this, so that the garbage collector has to see it.
    """

    dialogue: "Dialogue"
    goodbye: Goodbye | None


class Replay(Struct, frozen=True, gc=False):
    """The dialogue has entries to catch up with: call `Hub.replay` when its transport can take more."""

    dialogue: "Dialogue"


Effect = ToAll | ToOne | Admit | Close | Replay
