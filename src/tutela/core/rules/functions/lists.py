"""Functions of lists, and what is short for a question to one."""

from tutela.core.rules.functions.function import Form, Function, Parameter
from tutela.core.rules.types import Type

_A, _B = Parameter("a", (Type.TEXTS,)), Parameter("b", (Type.TEXTS,))
_NAME = Parameter("name", (Type.TEXT,))


def _overlap(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    return len(frozenset(a).intersection(b))


def _any_of(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return not frozenset(a).isdisjoint(b)


def _member(name: str, texts: tuple[str, ...]) -> bool:
    return name in texts


def _short(name: str, of: str, fact: str, says: str) -> Function:
    parameters = (_NAME, Parameter(of, (Type.TEXTS,), fact=fact))
    return Function(name, parameters, Type.BOOLEAN, says, _member, Form.MEMBER)


LISTS = (
    Function("overlap", (_A, _B), Type.NUMBER, "how many different texts are in both lists", _overlap),
    Function("any_of", (_A, _B), Type.BOOLEAN, "whether any text is in both lists", _any_of),
    _short("labelled", "labels", "author.labels", "whether the label is in force on the account"),
    _short("in_bank", "banks", "item.banks", "whether media was found in the bank"),
    _short("detected", "clauses", "item.clauses", "whether media was found in a bank of the clause"),
)
