"""What is looked for is read in every way that it can be, and never guessed at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.core.banks import SignalType
from tutela.core.sought import MAX_NAME_CHARACTERS, Sought, sought

MD5, SHA1, SHA256, PDQ = SignalType.MD5, SignalType.SHA1, SignalType.SHA256, SignalType.PDQ


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("", Sought()),
        ("  \t", Sought()),
        ("a\0b", Sought()),
        ("x" * 2001, Sought()),
        (" cas_01 ", Sought(name="cas_01", noun="case")),
        ("dec_01", Sought(name="dec_01", noun="decision")),
        ("cas", Sought(name="cas")),
        ("user-7", Sought(name="user-7")),
        ("a_b", Sought(name="a_b")),
        ("A" * 32, Sought(name="A" * 32, signals=((MD5, "a" * 32),))),
        ("0" * 40, Sought(name="0" * 40, signals=((SHA1, "0" * 40),))),
        ("f" * 64, Sought(name="f" * 64, signals=((SHA256, "f" * 64), (PDQ, "f" * 64)))),
        ("g" * 32, Sought(name="g" * 32)),
        ("lakes.example", Sought(name="lakes.example", link="lakes.example")),
        ("https://lakes.example/a?b", Sought(name="https://lakes.example/a?b", link="https://lakes.example/a?b")),
        ("https://lakes.example/" + "a" * 300, Sought(link="https://lakes.example/" + "a" * 300)),
        ("see lakes.example", Sought(name="see lakes.example")),
    ],
)
def test_it_is_read_as_what_it_may_be(said: str, wanted: Sought) -> None:
    """Surrounding space is nothing, 64 digits are two kinds of hash, and a host may be an id of the platform."""
    assert sought(said) == wanted


@given(st.text(max_size=2100))
def test_any_text_is_read_or_is_nothing(said: str) -> None:
    """Never an exception; and what is read is what was said."""
    found = sought(said)
    assert found.name in {"", said.strip()}
    assert len(found.name) <= MAX_NAME_CHARACTERS
    assert found.link in {"", said.strip()}
