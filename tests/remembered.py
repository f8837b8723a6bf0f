"""What is the same in every house is made once in a process of tests: a house is opened in nearly each of them.

Nothing that is remembered here changes after it was made, and nothing is answered from it that was asked otherwise.
"""

import atexit
import shutil
import ssl
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tutela.adapters.db import engine as engines
from tutela.adapters.db import migrate
from tutela.bootstrap import loading, opening, ruling
from tutela.core.rules import book
from tutela.core.rules.book import CheckedRule
from tutela.core.rules.facts import Vocabulary
from tutela.core.rules.rule import Rule
from tutela.core.rules.rule_effects import Bounds
from tutela.core.rules.shipped import ShippedRule

STATEMENTS = 5000
"""How many compiled statements are kept for all tests together."""


def remember() -> None:
    """Remember files that ship, the rules in them, what statements look like in SQL, an empty database, and trust."""
    loading._shipped = cache(loading._shipped)
    ruling.load_shipped_rules = _rules_read_once(ruling.load_shipped_rules)
    book.check_rule = _rules_checked_once(book.check_rule)
    engines.create_engine = _statements_compiled_once(engines.create_engine)
    opening.upgrade = _migrated_once(migrate.upgrade)
    ssl.create_default_context = _trust_loaded_once(ssl.create_default_context)


@cache
def migrated_file() -> Path:
    """Return an SQLite file of the newest schema, to be copied: migrating takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="tutela-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "tutela.db"
    engine = engines.open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


def _migrated_once(upgrade: Callable[[Engine], None]) -> Callable[[Engine], None]:
    """Begin a house's new file as a copy of one that was migrated. Migrations themselves are tested without this."""

    def upgraded(engine: Engine) -> None:
        path = Path(engine.url.database or "")
        if engine.name == "sqlite" and not path.exists():
            try:
                shutil.copy(migrated_file(), path)
            except OSError:  # a full disk, or a folder that takes nothing: what the product says of it is tested
                path.unlink(missing_ok=True)
        upgrade(engine)

    return upgraded


def _trust_loaded_once(create: Callable[..., ssl.SSLContext]) -> Callable[..., ssl.SSLContext]:
    """Load whom to trust once for each file that says it: 40 ms, as long as three requests with all that they do."""
    known = cache(create)

    def created(*purpose: ssl.Purpose, **more: Any) -> ssl.SSLContext:
        return create(*purpose, **more) if purpose or more.keys() - {"cafile"} else known(**more)

    return created


def _rules_read_once(load: Callable[[Bounds], dict[str, ShippedRule]]) -> Callable[[Bounds], dict[str, ShippedRule]]:
    known: list[tuple[tuple[object, ...], dict[str, ShippedRule]]] = []

    def found(bounds: Bounds) -> dict[str, ShippedRule]:
        asked = (bounds.policy, bounds.ceiling, bounds.vocabulary)
        for key, rules in known:
            if key == asked:
                return dict(rules)
        known.append((asked, load(bounds)))
        return dict(known[-1][1])

    return found


def _rules_checked_once(check: Callable[[Rule, Vocabulary], CheckedRule]) -> Callable[[Rule, Vocabulary], CheckedRule]:
    known: dict[str, list[tuple[Rule, Vocabulary, CheckedRule]]] = {}

    def found(rule: Rule, vocabulary: Vocabulary) -> CheckedRule:
        alike = known.setdefault(rule.when, [])
        for key, words, checked in alike:
            if (key is rule or key == rule) and (words is vocabulary or words == vocabulary):
                return checked
        alike.append((rule, vocabulary, check(rule, vocabulary)))
        return alike[-1][2]

    return found


def _statements_compiled_once(create: Callable[..., Engine]) -> Callable[..., Engine]:
    """Give each engine the dialect of the first of its kind, once that has met a server, and so what it compiled."""
    first: dict[str, Engine] = {}

    def made(url: Any, **more: Any) -> Engine:
        engine = create(url, query_cache_size=STATEMENTS, **more)
        known = first.get(engine.name)
        if known is None or getattr(known.dialect, "server_version_info", None) is None:
            first[engine.name] = engine
        else:
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    return made
