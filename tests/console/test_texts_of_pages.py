"""Every sentence of a page as it is sent stands in a file of texts and in no template: a translation is files.

What scripts say later (`static/*.js`: keys, what is blanked, a server that is not reached) stands in them, and is not
looked at here: it is not translated yet.
"""

import re
import string
from collections.abc import Iterator
from importlib import resources

import pytest
from jinja2 import Environment, nodes

from tutela.console.words import messages, tell

PLACE = resources.files("tutela.console").joinpath("templates")
TEMPLATES = {each.name: each.read_text(encoding="utf-8") for each in PLACE.iterdir() if each.name.endswith(".html")}
TEXTS = PLACE.parent.joinpath("texts", "en")  # type: ignore[attr-defined]  # a folder of the package
SECTIONED = {
    "appealing.toml", "due_values.toml", "filing.toml", "notice_values.toml", "ordering.toml", "preserving.toml",
    "reporting.toml", "values.toml",
}  # fmt: skip
"""Files of words for values; each of the others is a page."""
PAGES = {each.name.removesuffix(".toml") for each in TEXTS.iterdir() if each.name not in SECTIONED}

NO_SENTENCES = {"base.html": {"Tutela"}}
"""Letters that stand in a template itself: a name. Keys, commands and codes stand in `<kbd>` and `<code>`."""

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"</?[a-z!][^>]*>", re.IGNORECASE)
KEYS_AND_CODE = re.compile(r"<(kbd|code)\b[^>]*>.*?</\1>", re.DOTALL)
OF_MAIN = re.compile(r"\{% block main %\}.*?\{% endblock %\}")  # what stands in the tag of the page's main part
OF_A_FIELD = re.compile(r'\baria-(?:invalid|describedby)="[^"]*"')  # what a macro puts into the tag of a field
READ_ALOUD = re.compile(r'\s(?:aria-label|title|placeholder|alt|label|data-unreached|data-ended)="([^"]*)"')
IN_ATTRIBUTE = re.compile(r'="\{\{ tell\("([\w.]+)"')
TOLD = "TOLD"
"""Stands for a message where a test looks at what is around it."""
LETTER = re.compile(r"[^\W\d_]")
PLAIN_TAGS = re.compile(r"</?(?:strong|em|code|b|i)>")


def without_jinja(template: str) -> str:
    """Return a template without what is computed, and without keys and code."""
    return OF_A_FIELD.sub("", KEYS_AND_CODE.sub("", JINJA.sub("", OF_MAIN.sub("", TEMPLATES[template]))))


def calls(template: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each message that a template tells, with the parts that it puts in."""
    for call in Environment(autoescape=True).parse(TEMPLATES[template]).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "tell":
            [name] = call.args
            assert isinstance(name, nodes.Const)
            yield str(name.value), frozenset(each.key for each in call.kwargs)


def parts(message: str) -> frozenset[str]:
    """Return the names of what is put into a message."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(message) if name is not None)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_holds_a_sentence_of_its_own(template: str) -> None:
    """No letters outside tags and expressions, nor in what is read aloud."""
    left = {word for word in TAG.sub(" ", without_jinja(template)).split() if LETTER.search(word)}
    assert left == NO_SENTENCES.get(template, set()) & left
    assert [said for said in READ_ALOUD.findall(without_jinja(template)) if LETTER.search(said)] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_expression_holds_words(template: str) -> None:
    """What it chooses between is told as well: a string with a blank or a capital letter is a sentence."""
    strings = (found for code in JINJA.findall(TEMPLATES[template]) for found in re.findall(r'"([^"]*)"', code))
    words = {each for each in strings if re.match(r"[A-Z][a-z]", each) or re.search(r"[a-z] ", each)}
    assert words <= {"line 1"}  # a place of an error


def test_every_message_is_told_somewhere_with_its_parts_and_no_other_is_kept() -> None:
    """What nobody tells is not translated for nothing; what a page puts in has a place."""
    told = {name: given for template in TEMPLATES for name, given in calls(template)}
    kept = {f"{page}.{key}": parts(message) for page in PAGES for key, message in messages(page).items()}
    assert told.keys() - kept.keys() == set()
    assert kept.keys() - told.keys() == set()
    for template in TEMPLATES:
        for name, given in calls(template):
            assert given == kept[name], name


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_message_is_a_value_of_a_form_a_class_or_an_address(template: str) -> None:
    """Whoever translates changes no more than what is read: nothing that a browser or a page compares."""
    tags = TAG.findall(JINJA.sub(_word_or_none, TEMPLATES[template]))
    held = {name for tag in tags for name, said in re.findall(r'([\w-]+)="([^"]*)"', tag) if TOLD in said}
    assert held <= {"aria-label", "title", "placeholder", "alt", "label", "data-unreached", "data-ended"}
    for compared in Environment(autoescape=True).parse(TEMPLATES[template]).find_all(nodes.Compare):
        called = {call.node.name for call in compared.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
        assert "tell" not in called


def _word_or_none(code: re.Match[str]) -> str:
    return TOLD if "tell(" in code.group() else ""


def test_messages_hold_plain_words_and_nothing_that_could_break_a_page() -> None:
    """Whoever translates keeps parts and some plain tags; what stands in an attribute has neither tags nor quotes."""
    in_attributes = {name for text in TEMPLATES.values() for name in IN_ATTRIBUTE.findall(text)}
    assert in_attributes
    for page in PAGES:
        for key, message in messages(page).items():
            rest = message if f"{page}.{key}" in in_attributes else PLAIN_TAGS.sub("", message).replace('"', "")
            assert not re.search(r'[<>"]', rest), (page, key)
            for tag in ("strong", "em", "code", "b", "i"):
                assert message.count(f"<{tag}>") == message.count(f"</{tag}>"), (page, key)


def test_what_a_page_puts_into_a_message_is_text() -> None:
    """Markup in a name stays what it is: text."""
    assert str(tell("first.hello", name="<b>'&")) == "Hello, &lt;b&gt;&#39;&amp;"
    with pytest.raises(KeyError):
        tell("first.hello")
