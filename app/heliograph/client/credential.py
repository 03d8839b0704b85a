"""What a client shows a relay when it joins. Pure."""

from dataclasses import dataclass, field

from msgspec import UNSET

from heliograph_relay.protocol.model import (
    MAX_CLIENT_CHARACTERS,
    MAX_CONNECTION_DATA_BYTES,
    MAX_NAME_CHARACTERS,
    utf8_length,
)
from heliograph_relay.protocol.native import Join, Resume
from heliograph_relay.protocol.problems import InvalidSignal


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What opens the session: exactly one of the three."""

    secret: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if len(self._given()) != 1:
            raise ValueError("a credential is one of secret, pin and token")

    @property
    def kind(self) -> str:
        """Which of them it is."""
        return next(iter(self._given()))

    @property
    def value(self) -> str:
        """The secret, PIN or token itself."""
        return self._given()[self.kind]

    def _given(self) -> dict[str, str]:
        three = {"secret": self.secret, "pin": self.pin, "token": self.token}
        return {kind: value for kind, value in three.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Introduction:
    """Everything that is said when joining. Raises `InvalidSignal` for what no relay takes."""

    credential: Credential
    name: str
    data: str
    client: str

    def __post_init__(self) -> None:
        for what in ("name", "data", "client"):
            check_text(what, getattr(self, what))
        check_text(self.credential.kind, self.credential.value)
        _check_length("name", len(self.name), MAX_NAME_CHARACTERS, "characters")
        _check_length("client", len(self.client), MAX_CLIENT_CHARACTERS, "characters")
        _check_length("data", utf8_length(self.data), MAX_CONNECTION_DATA_BYTES, "bytes")

    def join(self, resume: Resume | None) -> Join:
        """The first frame on a transport."""
        return Join(
            name=self.name, data=self.data, client=self.client, resume=UNSET if resume is None else resume,
            **{self.credential.kind: self.credential.value},
        )  # fmt: skip


def check_text(what: str, text: str) -> None:
    """Raise `InvalidSignal` if `text` cannot be written as UTF-8."""
    try:
        utf8_length(text)
    except UnicodeEncodeError:
        raise InvalidSignal(f"{what} holds a lone surrogate, which is no text") from None


def _check_length(what: str, size: int, limit: int, unit: str) -> None:
    if size > limit:
        raise InvalidSignal(f"{what} is {size} {unit} long, {limit} are allowed")
