"""The inspector's filter: plain words and a few operators, compiled to one question to many rows. Pure."""

from heliograph.model.capture import Capture
from heliograph.model.filter_code import Filter, Memo, Piece, Values, generate
from heliograph.model.filter_operators import OPERATORS, RELATIONS, SERVER, Asked, Operator
from heliograph.model.filter_syntax import BadFilter, Fault, Term, parse
from heliograph.model.rows import Kind
from heliograph.model.safe_regex import BadExpression

__all__ = ["OPERATORS", "BadFilter", "Fault", "Filter", "Operator", "compile_filter"]


def compile_filter(text: str, capture: Capture) -> Filter | None:
    """One question for the whole text; None for an empty one, which lets everything through.

    Raises:
        BadFilter: an operator that there is not, a quote that is not closed, a value that makes no sense, …
    """
    parsed = parse(text, RELATIONS)
    faults, values = list(parsed.faults), Values()

    def piece(term: Term) -> Piece:
        made = _piece(term, capture, values)
        if isinstance(made, Piece):
            return made
        faults.append(made)
        return Piece("r")

    whole = generate(parsed.tree, piece) if parsed.tree is not None else None
    if faults:
        raise BadFilter(*faults)
    return Filter(whole, values) if whole is not None else None


def _piece(term: Term, capture: Capture, values: Values) -> Piece | Fault:
    if not term.operator:
        return _plain(term.value, capture, values)
    found = next((op for op in OPERATORS if op.word == term.operator), None)
    if found is None:
        known = ", ".join(op.word for op in OPERATORS)
        return Fault(term.position, term.end, f"There is no operator {term.operator}: (there are {known}).")
    try:
        return found.make(Asked(term.value, term.relation, capture, values))
    except BadExpression as error:
        # Quotes stand before the expression, and double ones in it count twice: only the place of the term is sure.
        return Fault(term.value_at, term.end, str(error))
    except ValueError as error:
        return Fault(term.position, term.end, str(error))


def _plain(word: str, capture: Capture, values: Values) -> Piece:
    """Looked for in type, data, note, names and kind, whatever the case."""
    needle = word.lower()
    text = values.name(needle)
    types = values.name(Memo(lambda name: needle in name.lower(), lasting=True))
    people = values.name(Memo(lambda who: needle in capture.name(who).lower(), lasting=False))
    parts = [f"{types}[r.type]", f"{people}[r.sender]", f"{people}[r.to]"]
    parts += [f"r.kind is {values.name(kind)}" for kind in Kind if needle in kind.value]
    if needle in capture.name(None).lower():
        parts.append(SERVER)
    parts += [f"r.data is not None and {text} in r.data.lower()", f"r.note and {text} in r.note.lower()"]
    return Piece(f"({' or '.join(f'({part})' for part in parts)})", cost=1)
