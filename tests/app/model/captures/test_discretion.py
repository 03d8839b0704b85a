"""Secrets are in no file, whatever was said."""

import pytest

from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.discretion import LEFT_OUT, without_secrets
from heliograph.model.captures.formats import FORMATS, Format
from heliograph_relay.protocol.invite import Invite
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt, mint_t1

from .recording import extract, joined, say

PROJECT = Project("12345678", "0123456789abcdef0123456789abcdef01234567")
CLAIMS = Claims(session_id="S", role=Role.MODERATOR, data="", expires=4e9)
INVITE = Invite(
    addresses=("10.0.0.1", "fe80::1"), port=8765, session="s1", secret="mJ2k-very_SECRET", name="Choir"
)
SECRETS = {
    "invite": (INVITE.line(), "very_SECRET"),
    "invite in a sentence": (f"Join: <{INVITE.line().upper().replace('SECRET=MJ2K-VERY_SECRET', 'Secret=mJ2k-very_SECRET')}>!", "very_SECRET"),
    "JWT": (mint_jwt(PROJECT, CLAIMS, now=0, nonce="1"), mint_jwt(PROJECT, CLAIMS, now=0, nonce="1").split(".")[1]),
    "T1": (mint_t1(PROJECT, CLAIMS, now=0, nonce="1"), mint_t1(PROJECT, CLAIMS, now=0, nonce="1")[10:40]),
}  # fmt: skip


@pytest.mark.parametrize("format", FORMATS, ids=[format.name for format in FORMATS])
@pytest.mark.parametrize("name", SECRETS)
def test_they_are_left_out(name: str, format: Format) -> None:
    text, secret = SECRETS[name]
    assert secret in text
    capture = Capture()
    say(capture, 2, "ana", "chat", f"look {text} there")
    capture.note(Kind.STATUS, text, 3)
    written = joined(format.write(extract(capture)))
    assert secret.encode() not in written
    assert LEFT_OUT.encode() in written
    assert b"look" in written


@pytest.mark.parametrize(
    "text", ["hello", "https://example.org/?secret=of-a-page", "eyJust a word.", "T1==short", ""]
)
def test_other_text_stays(text: str) -> None:
    assert without_secrets(text) == text
