"""A signal as something else understands it, with nothing in it that could mean something there."""

import json
import shlex

import pytest

from heliograph.model.snippets import Rest, as_frame, as_mermaid, as_opentok_js, as_relayed, as_rest
from heliograph_relay.protocol import native
from heliograph_relay.protocol.model import SignalEntry

NASTY = 'it\'s "$(rm)" </script>\n`x` é 🙂'


def test_a_frame_is_what_a_relay_reads() -> None:
    request = native.decode_request(as_frame("chat", NASTY, "ana", n=7))
    assert isinstance(request, native.Signal)
    assert (request.n, request.type, request.data, request.to) == (7, "chat", NASTY, "ana")
    assert json.loads(as_frame(None, None, None)) == {"op": "signal", "n": 1}
    assert json.loads(as_frame(None, "", None))["data"] == ""


def test_a_relayed_frame_is_what_a_client_reads() -> None:
    text = as_relayed("poll", "[1]", None, sender=None, seq=3, at=5, json=True)
    entry = native.decode_message(text)
    assert isinstance(entry, SignalEntry)
    assert (entry.sender, entry.seq, entry.at, entry.data, entry.json) == (None, 3, 5, "[1]", True)


def test_rest_survives_a_shell() -> None:
    rest = Rest(session="2_MX4~ x", url="http://127.0.0.1:9000", api_key="42")
    words = shlex.split(as_rest("chat", NASTY, "a/b", rest))
    assert words[:5] == [
        "curl", "-i", "-X", "POST",
        "http://127.0.0.1:9000/v2/project/42/session/2_MX4~%20x/connection/a%2Fb/signal",
    ]  # fmt: skip
    assert json.loads(words[-1]) == {"type": "chat", "data": NASTY}
    assert "X-OPENTOK-AUTH: YOUR_SERVER_TOKEN" in words


def test_rest_to_everybody() -> None:
    words = shlex.split(as_rest(None, None, None, Rest(session="s")))
    assert words[4].endswith("/project/YOUR_API_KEY/session/s/signal")
    assert words[-1] == "{}"


def test_opentok_js() -> None:
    script = as_opentok_js("chat", NASTY, "ana")
    assert "</script>" not in script
    assert 'to: connections.get("ana")' in script
    assert script.startswith('session.signal({ type: "chat", data: "it\'s ')
    assert as_opentok_js(None, None, None).startswith("session.signal({}, ")


@pytest.mark.parametrize("words", ["a; b", "a: b->>c", "#1", "x\ny", "%% no", "[x]{y}"])
def test_mermaid_lines_stay_lines(words: str) -> None:
    line = as_mermaid("Ana", "every one", words)
    head, _, said = line.partition(": ")
    assert head == "Ana->>every one"
    assert "\n" not in said
    assert not set(said.replace(";", "")) & set(":<>{}[]%")
