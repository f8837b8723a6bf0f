"""`tutela classifiers`: check a file of them, see how each stands, and try one."""

from pathlib import Path
from typing import Any

import click

from tutela.bootstrap.classifying import load_classifiers
from tutela.bootstrap.loading import load_policy
from tutela.cli import FAILED
from tutela.cli.opening import Where, placed, table
from tutela.core.classifying.spec import ClassifierSpec
from tutela.core.classifying.verdicts import Classification, Content, Image, Text
from tutela.errors import BadInput
from tutela.flows.tell_classifiers import figures_body, state_body

_COLUMNS = ("id", "kind", "version", "takes", "switched_on", "breaker", "calls", "cost_micro", "waiting")
_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif", b"RIFF": "image/webp"}


@click.group("classifiers")
def classifiers_command() -> None:
    """Check and try classifiers, and see how each stands. `check` needs no installation."""


@classifiers_command.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@placed
def check(where: Where, file: Path) -> None:
    """Say what is wrong with the classifiers of FILE, and what each may be sent. Nobody is asked."""
    settings = where.settings(classifiers_file=file)
    specs = load_classifiers(settings, load_policy(settings))
    told = [_described(each) for each in specs.values()]
    columns = ("id", "kind", "version", "takes", "channels", "goes_out")
    where.tell(told, table(told, columns, empty="there is no classifier in this"))


@classifiers_command.command("list")
@placed
def list_classifiers(where: Where) -> None:
    """List the classifiers that are set up, with breaker, budget of today, and what waits."""
    with where.house() as house:
        now = house.clock.now()
        found = [state_body(each, now) for each in house.read_classifiers.all()]
        missing = sorted(house.read_classifiers.missing())
    shown = [_row(each) for each in found]
    words = table(shown, _COLUMNS, empty="no classifier is set up: nobody is asked, and nothing goes out")
    lines = [words, *(f"[!] a rule asks `{name}`, which is not set up" for name in missing)]
    where.tell({"classifiers": found, "missing": missing}, "\n".join(lines))


@classifiers_command.command("show")
@click.argument("classifier_id", metavar="ID")
@placed
def show(where: Where, classifier_id: str) -> None:
    """Show how one stands, and how it agrees with what people found within 90 days."""
    with where.house() as house:
        state = state_body(house.read_classifiers.one(classifier_id), house.clock.now())
        agreement = [figures_body(each) for each in house.read_classifiers.agreement(classifier_id)]
    lines = [f"{name}: {value}" for name, value in state.items() if name != "labels"]
    lines += [f"label {each['name']}: {each['clause']}, threshold {each['threshold']}" for each in state["labels"]]
    lines += [
        f"agreement of {each['label']} ({each['version']}): precision {_share(each['precision'])}, "
        f"recall {_share(each['recall'])}, kappa {each['kappa']}"
        for each in agreement
    ]
    where.tell({**state, "agreement": agreement}, "\n".join(lines))


@classifiers_command.command("try")
@click.argument("classifier_id", metavar="ID")
@click.option("--text", "words", help="Ask about this text.")
@click.option("--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Ask about this picture.")
@placed
def try_one(where: Where, classifier_id: str, words: str | None, file: Path | None) -> None:
    """Ask one classifier about a harmless text or picture, once, now: it is counted and paid like any question.

    Nothing is stored, and no rule is told. The exit status is 1 when nothing is known.
    """
    content = _content(words, file)
    with where.house() as house:
        tried = house.classifying.try_one(classifier_id, content)
    verdict = tried.verdict
    if isinstance(verdict, Classification):
        signals = [
            {"label": each.label, "clause": each.clause, "score": each.score, "over": each.is_over}
            for each in tried.signals
        ]
        record = {
            "known": True, "version": verdict.version, "scores": dict(verdict.scores), "signals": signals,
            "cost_micro": verdict.cost_micro, "milliseconds": verdict.milliseconds,
        }  # fmt: skip
        shown = "\n".join(f"{name}: {score:.4f}" for name, score in verdict.scores.items())
        where.tell(record, f"{shown}\nversion {verdict.version}, {verdict.milliseconds} ms")
        return
    where.tell({"known": False, "reason": verdict.reason.value}, f"nothing is known: {verdict.reason.value}")
    click.get_current_context().exit(FAILED)


def _content(words: str | None, file: Path | None) -> Content:
    if (words is None) == (file is None):
        raise BadInput("this takes either --text or --file")
    if file is None:
        return Text(words or "")
    content = file.read_bytes()
    media_type = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)
    if media_type is None:
        raise BadInput("this file is no JPEG, PNG, GIF or WebP", place="--file")
    return Image(content, media_type)


def _described(spec: ClassifierSpec) -> dict[str, Any]:
    goes_out = "inside" if spec.sending.is_inside else f"on {spec.sending.basis}"
    return {
        "id": spec.id,
        "kind": spec.kind.value,
        "version": spec.version,
        "takes": ",".join(sorted(spec.takes)),
        "channels": ",".join(sorted(spec.channels)),
        "labels": [each.name for each in spec.labels],
        "goes_out": goes_out if spec.sending.is_allowed else "nothing: not switched on",
    }


def _row(state: dict[str, Any]) -> dict[str, Any]:
    today = state["today"]
    return {
        **state,
        "takes": ",".join(state["takes"]),
        "switched_on": "yes" if state["switched_on"] else "no",
        "breaker": state["breaker"]["state"],
        "calls": f"{today['calls']}/{today['calls_most']}",
        "cost_micro": f"{today['cost_micro']}/{today['cost_most_micro']}",
    }


def _share(share: dict[str, int]) -> str:
    return f"{share['agreed']}/{share['of']}"
