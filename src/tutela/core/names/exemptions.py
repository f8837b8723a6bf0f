"""How people name themselves, and what an official search for a missing person looks like. Read from a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tutela.core.file_table import FileTable
from tutela.core.names.entry import Fold
from tutela.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Exemptions:
    """Phrases as folded words, and hosts in lower case."""

    introductions: frozenset[tuple[str, ...]] = frozenset()  #: "my name is": stand right before the name
    alerts: frozenset[tuple[str, ...]] = frozenset()  #: "missing person": stand anywhere in the message
    hosts: frozenset[str] = frozenset()  #: of authorities and organisations that search for people

    def is_official(self, hosts: Iterable[str]) -> bool:
        """Return whether one of the hosts of a message is official, or lies below one that is."""
        return any(parent in self.hosts for host in hosts for parent in _domains(host.lower().rstrip(".")))


def parse_exemptions(parsed: Mapping[str, object], *, fold: Fold, place: str) -> Exemptions:
    """Return what a file says.

    Args:
        parsed: The file, as a TOML reader returns it.
        fold: How the words of messages are folded.
        place: The name of the file, for messages.

    Raises:
        tutela.errors.Misconfigured: Something is missing, unknown, or no phrase.
    """
    table = FileTable(parsed, place)
    table.text("version")
    hosts = frozenset(host.strip().lower() for host in table.texts("official_hosts"))
    introductions = _phrases(table, "introductions", fold)
    alerts = _phrases(table, "alerts", fold)
    table.close()
    return Exemptions(introductions, alerts, hosts)


def _phrases(table: FileTable, key: str, fold: Fold) -> frozenset[tuple[str, ...]]:
    """Return the phrases of all languages: a name is left out in whichever it is told."""
    languages = table.raw_table(key, is_needed=True)
    inner = FileTable(languages, f"{table.place}: {key}")
    phrases = {tuple(fold(phrase)): phrase for language in languages for phrase in inner.texts(language)}
    if () in phrases:
        raise Misconfigured("there is no word in a phrase", place=f"{table.place}: {key}")
    return frozenset(phrases)


def _domains(host: str) -> Iterable[str]:
    labels = host.split(".")
    return (".".join(labels[first:]) for first in range(len(labels)))
