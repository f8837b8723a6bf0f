"""Why a rule fired, piece by piece; what people wrote is not repeated."""

from core.rule_strategies import VOCABULARY
from tutela.core.rules.check import check
from tutela.core.rules.interpret import Part, explain
from tutela.core.rules.types import Type


def test_each_piece_is_told_with_what_it_came_to() -> None:
    """The whole first, then what stands in it; literals speak for themselves; an unknown is one."""
    source = 'not  event.urgent or count(by=author.id, within="1h") * 2 > 5 and labelled("a")'
    parts = explain(check(source, VOCABULARY), {"event.urgent": True, "author.labels": ("a", "b")}, [4])

    assert [(source[part.start : part.end], part.type, part.value) for part in parts] == [
        (source, Type.BOOLEAN, True),
        ("not  event.urgent", Type.BOOLEAN, False),
        ("event.urgent", Type.BOOLEAN, True),
        ('count(by=author.id, within="1h") * 2 > 5 and labelled("a")', Type.BOOLEAN, True),
        ('count(by=author.id, within="1h") * 2 > 5', Type.BOOLEAN, True),
        ('count(by=author.id, within="1h") * 2', Type.NUMBER, 8),
        ('count(by=author.id, within="1h")', Type.NUMBER, 4),
        ('labelled("a")', Type.BOOLEAN, True),
        ('labelled("a")', Type.TEXTS, ("a", "b")),
    ]
    assert parts[1].text == "not event.urgent"
    assert parts[-1].text == "author.labels"


def test_what_was_written_is_only_measured() -> None:
    """Also where a function made another text of it; what follows from it is told."""
    source = 'lower(text.body) == "sun" or author.id in text.links or words(text.body) > 1 or author.id == "a"'
    facts = {"text.body": "Rain and sun", "text.links": ("https://example.org/a",), "author.id": "a"}
    parts = {part.text: part for part in explain(check(source, VOCABULARY), facts, ())}

    assert parts["text.body"] == Part("text.body", 62, 71, Type.TEXT, None, 12)
    assert parts["lower(text.body)"].value is None
    assert parts["lower(text.body)"].length == 12
    assert parts["text.links"].value is None
    assert parts["text.links"].length == 1
    assert parts["words(text.body)"].value == 3
    assert parts["author.id"].value == "a"
    assert not any("Rain" in str(part) for part in parts.values())


def test_what_is_unknown_has_no_length() -> None:
    """Nothing was written, or it is not known what."""
    (_, part) = explain(check('text.body == "a"', VOCABULARY), {}, ())

    assert part == Part("text.body", 0, 9, Type.TEXT, None)
