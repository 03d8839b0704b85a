"""Signals that are kept to be sent again, and what may stand for something else in their data. Pure.

`{{n}}` is the number of a repetition, from 1, and `{{time}}` the milliseconds since the epoch when it is sent.
`{{epoch}}` and `{{seq}}` are put in as soon as a template is taken: the epoch of the session's log, and the seq of the
row that was selected.
"""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from heliograph.model.dialects import CHAT
from heliograph.model.receipts import RECEIPT, TYPING

#: Longest name of a template, in characters.
MAX_NAME = 60

_PLACE = re.compile(r"\{\{(n|time)\}\}")


class Draft(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signal as it is written: None for what is left out; `to` None for everybody.

    `fills` says that `{{n}}` and `{{time}}` in the data stand for something; else they are sent as they are.
    """

    type: str | None = None
    data: str | None = None
    to: str | None = None
    fills: bool = False


class Template(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signal with a name. To whom it goes is chosen when it is sent; `to_sender`: to the sender of the selected row."""

    name: str
    type: str | None = None
    data: str | None = None
    to_sender: bool = False


BUILT_IN = (
    Template(name="Chat line", type=CHAT, data="Hello"),
    Template(name="Ping"),
    Template(
        name="Read receipt", type=RECEIPT, to_sender=True,
        data='{"state": "read", "epoch": "{{epoch}}", "ranges": [[{{seq}}, {{seq}}]]}',
    ),
    Template(name="Typing", type=TYPING, data="1"),
    Template(name="Numbered", type="load", data='{"n": {{n}}, "time": {{time}}}'),
)  # fmt: skip


def taken(template: Template, values: Mapping[str, str], sender: str | None) -> Draft:
    """A draft from a template. `values` are what `epoch` and `seq` stand for; those unknown stay to be written.

    A `sender` is whom it goes to where the template is for the sender of the selected row.
    """
    data = template.data
    if data is not None:
        for name, value in values.items():
            data = data.replace(f"{{{{{name}}}}}", value)
    to = sender if template.to_sender else None
    return Draft(type=template.type, data=data, to=to, fills=has_places(data))


def has_places(data: str | None) -> bool:
    """Whether `{{n}}` or `{{time}}` stands in it."""
    return data is not None and _PLACE.search(data) is not None


def stood_in(data: str) -> str:
    """The data with a number of the same length in every place: JSON, if it will be JSON."""
    return _PLACE.sub(lambda found: "1" * len(found[0]), data)


def filled(draft: Draft, n: int, time: int) -> Draft:
    """The draft as it goes out as the `n`th, at that time in milliseconds since the epoch."""
    if not draft.fills or draft.data is None:
        return draft
    values = {"n": str(n), "time": str(time)}
    return replace(draft, data=_PLACE.sub(lambda found: values[found[1]], draft.data))


def with_template(kept: Iterable[Template], template: Template) -> tuple[Template, ...]:
    """The list with this one, in the place of one of its name, or last."""
    found = {known.name: known for known in kept}
    found[template.name] = template
    return tuple(found.values())


def without_template(kept: Iterable[Template], name: str) -> tuple[Template, ...]:
    """The list without the one of that name."""
    return tuple(template for template in kept if template.name != name)
