"""Read what the product ships as data, with the operator's own beside it."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from tutela.config import Settings, read_toml
from tutela.core.aims import Aims
from tutela.core.appeals.rules import AppealRules, parse_appeal_rules
from tutela.core.effects_file import overlaid
from tutela.core.filing.duty import DutyTable
from tutela.core.filing.duty_file import parse_duties
from tutela.core.filing.hand_form import HandForm
from tutela.core.filing.hand_form_file import parse_hand_forms
from tutela.core.filing.retention import RetentionTable
from tutela.core.filing.retention_file import parse_retention
from tutela.core.help_lines import HelpTable, parse_help
from tutela.core.ids import ClauseId
from tutela.core.message_texts import MessageTexts, parse_message_texts
from tutela.core.names.exemptions import Exemptions, parse_exemptions
from tutela.core.policy import Ceilings, Policy, merge
from tutela.core.policy_file import parse_ceilings, parse_ordinary, parse_policy, parse_quotas
from tutela.core.quotas import Quotas
from tutela.core.reasons.table import ReasonTable
from tutela.core.reasons.table_file import parse_reason_table
from tutela.core.reasons.wording import Words
from tutela.core.reasons.words_file import parse_words
from tutela.core.units import Duration
from tutela.flows.word_secrets import folded_words
from tutela_client.table import EffectTable, shipped_source, shipped_table


def load_policy(settings: Settings) -> Policy:
    """Return the twelve clauses, the ordinary ones that ship, and the operator's own."""
    policy = parse_policy(_shipped("zero-tolerance.toml"), place="zero-tolerance.toml")
    version, clauses = parse_ordinary(_shipped("ordinary.toml"), place="ordinary.toml")
    policy = merge(policy, clauses, version=version)
    if settings.policy_file is not None:
        parsed = read_toml(settings.policy_file, "the operator's policy")
        version, clauses = parse_ordinary(parsed, place=str(settings.policy_file))
        policy = merge(policy, clauses, version=version)
    return policy


def load_quotas() -> Quotas:
    """Return how much a machine may do in a day because of one source."""
    return parse_quotas(_shipped("quotas.toml"), place="quotas.toml")


def load_duties() -> DutyTable:
    """Return the table of what must be told to which authority."""
    return parse_duties(_shipped("duties.toml"), place="duties.toml")


def load_hand_forms() -> Mapping[str, HandForm]:
    """Return in which order authorities without an interface ask."""
    return parse_hand_forms(_shipped("hand_forms.toml"), place="hand_forms.toml")


def load_retention() -> RetentionTable:
    """Return how long each kind of thing is kept."""
    return parse_retention(_shipped("retention.toml"), place="retention.toml")


def load_help(desk_file: Path | None) -> HelpTable:
    """Return where somebody finds help by country, with the operator's own rows laid over it.

    Raises:
        tutela.errors.Misconfigured: The operator's file has a row that is none.
    """
    shipped = parse_help(_shipped("help.toml"), place="help.toml")
    own = read_toml(desk_file, "the file of the desk").get("help", {}) if desk_file is not None else {}
    return shipped.overlaid(parse_help(own, place=f"{desk_file}: help")) if own else shipped


def load_appeal_rules(file: Path | None) -> AppealRules:
    """Return how long somebody may appeal, what counts as misuse, and which bodies decide outside the house."""
    if file is None:
        return parse_appeal_rules(_shipped("appeals.toml"), place="appeals.toml")
    return parse_appeal_rules(read_toml(file, "the operator's rules of appeals"), place=str(file))


def load_exemptions() -> Exemptions:
    """Return what leaves the name of a known victim out: people who name themselves, and official searches."""
    return parse_exemptions(_shipped("names.toml"), fold=folded_words, place="names.toml")


def load_ceilings() -> Ceilings:
    """Return the table of what a machine may do before a person looks."""
    return parse_ceilings(_shipped("ceilings.toml"), place="ceilings.toml")


def load_effects(file: Path | None) -> EffectTable:
    """Return the table of what each kind of measure does, with the operator's own rows in *file* laid over it."""
    if file is None:
        return shipped_table()
    return overlaid(shipped_source(), read_toml(file, "the operator's table of effects"), place=str(file))


def _shipped(name: str) -> Mapping[str, object]:
    return tomllib.loads(resources.files("tutela.policy").joinpath(name).read_text(encoding="utf-8"))


def load_reasons() -> ReasonTable:
    """Return what each clause means to the law and to the EU Transparency Database.

    A clause of the operator's own has no row: it breaks the terms of the service, and speaks for itself.
    """
    return parse_reason_table(_shipped("statements.toml"), place="statements.toml", clauses=_clauses_that_ship())


def load_reason_words() -> Mapping[str, Words]:
    """Return the sentences of statements by language; English is always among them."""
    clauses = _clauses_that_ship()
    folder = resources.files("tutela.policy").joinpath("statements")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            words = parse_words(tomllib.loads(file.read_text(encoding="utf-8")), place=file.name, clauses=clauses)
            found[words.language] = words
    return found


def aims_of(settings: Settings) -> Aims:
    """Return what the operator aims at, as the settings say."""
    return Aims(
        danger=Duration(minutes=settings.desk_target_danger_minutes),
        child=Duration(hours=settings.desk_target_child_hours),
        other=Duration(hours=settings.desk_target_other_hours),
        appeal=Duration(days=settings.desk_target_appeal_days),
    )


def load_message_texts() -> Mapping[str, MessageTexts]:
    """Return what messages to people outside say, by language; English is always among them."""
    folder = resources.files("tutela.policy").joinpath("messages")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            texts = parse_message_texts(tomllib.loads(file.read_text(encoding="utf-8")), place=file.name)
            found[texts.language] = texts
    return found


def _clauses_that_ship() -> list[ClauseId]:
    shipped = parse_policy(_shipped("zero-tolerance.toml"), place="zero-tolerance.toml").clauses
    return [*shipped, *parse_ordinary(_shipped("ordinary.toml"), place="ordinary.toml")[1]]
