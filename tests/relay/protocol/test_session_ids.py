"""Session ids that OpenTok's server SDKs can take apart."""

import re
from base64 import urlsafe_b64decode

import pytest

from heliograph_relay.protocol.session_ids import make_session_id


@pytest.mark.parametrize("key", ["47000001", "my.key_-", "k" * 120])
@pytest.mark.parametrize("location", ["", "12.34.56.78"])
def test_an_id_holds_its_key_and_stands_in_a_path(key: str, location: str) -> None:
    id = make_session_id(key, created=1_739_538_894_959, random="r" * 22, location=location)
    assert re.fullmatch(r"[A-Za-z0-9_\-]{1,255}", id)
    fields = urlsafe_b64decode(id[2:] + "=" * (-len(id[2:]) % 4)).decode().split("~")
    assert fields[:5] == ["1", key, location, "1739538894959", "r" * 22]
