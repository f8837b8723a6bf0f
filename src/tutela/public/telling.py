"""Tell something: help first, then one question a page, then a receipt. The form carries what was answered, sealed."""

import re
from dataclasses import replace

from starlette.responses import Response

from tutela.core.notices.branches import BRANCHES, Branch
from tutela.core.notices.draft import AGES_SAID
from tutela.core.notices.validity import missing
from tutela.core.paging import checked_email
from tutela.errors import BadInput, IdempotencyMismatch, NoPage, Unavailable
from tutela.flows.take_notice import Receipt, Teller
from tutela.public.drafting import TooMuch, cleaned, digests_of, draft_of, links_of, names_of, too_much
from tutela.public.front import address_of
from tutela.public.steps import CHECK, FIELDS, STEPS, Telling, telling_of
from tutela.public.visits import GOES_BACK, KEEPS_NOTHING, Visit
from tutela.public.words import texts
from tutela.statuses import status_of

_REGION = re.compile(r"[a-z]{2,3}-([A-Z]{2})\b")
_COUNTRY = re.compile(r"[A-Z]{2}")


def help_page(visit: Visit) -> Response:
    """Say who helps, before anything is asked."""
    branch = _branch(visit.part("branch").replace("-", "_"))
    signed, country = visit.asked("c"), _country(visit)
    context = visit.house.public_desk.forms.read_link(signed)
    return visit.page(
        "help.html", branch=branch.value, way=address_of(branch), country=country, signed=signed, context=context,
        help=visit.house.public_desk.help.of(country), countries=_named(visit),
        is_about_child=BRANCHES[branch].is_about_child, back_link=context.back,
    )  # fmt: skip


def go_on(visit: Visit) -> Response:
    """Take the answers of one page and show the next; the last one hands the notice in."""
    carried = visit.house.public_desk.forms.carried(visit.said("carried")) if visit.said("carried") else None
    if carried is None:
        return _begin(visit)
    telling = telling_of(carried)
    if not visit.is_from_here:  # another site sent it: nobody is told off, and nothing is sent in their name
        return _step(visit, replace(telling, step=CHECK))
    given = {name: cleaned(visit.said(name)) for name in FIELDS[telling.step]}
    telling = telling.answered(given)
    go = visit.said("go")
    if (much := too_much(telling.told)) is not None and go != "back":
        return _step(visit, telling, much=much)
    if telling.step == CHECK and go not in {"back", *telling.steps}:
        return _hand_in(visit, telling)
    return _step(visit, telling.moved(go))


def begin_again(visit: Visit) -> Response:
    """Lead whoever reloads the address of a form to the first page."""
    return visit.go(visit.at())


def _begin(visit: Visit) -> Response:
    """Show the first question of a way in; the first page where nothing says which."""
    named = visit.said("branch")
    if named not in {each.value for each in Branch}:
        # What the form carried cannot be read any more: said once, plainly, with the way to begin again.
        return visit.page("lost.html", 200, keeps=KEEPS_NOTHING)
    branch, forms = Branch(named), visit.house.public_desk.forms
    context = forms.read_link(visit.said("c"))
    country = visit.said("country") if _COUNTRY.fullmatch(visit.said("country")) else ""
    told = {"links": cleaned(context.item_link)} if context.item_link else {}
    return _step(visit, Telling(branch, forms.nonce(), STEPS[branch][0], country, context.back, told))


def _step(
    visit: Visit, telling: Telling, *, much: TooMuch | None = None, status: int = 200, said: str = ""
) -> Response:
    desk = visit.house.public_desk
    draft = draft_of(telling, visit.language)
    shows = any(telling.told.get(name) for name in FIELDS[telling.step]) or telling.step == CHECK
    return visit.page(
        f"step-{'answer' if telling.step == 'contact' else telling.step}.html",
        422 if much is not None else status,
        keeps=KEEPS_NOTHING if shows else GOES_BACK,
        telling=telling, told=telling.told, step=telling.step, branch=telling.branch.value,
        carried=desk.forms.carry(telling.as_state()), much=much, said=said, draft=draft, missing=missing(draft),
        is_odd=_is_odd(telling.told.get("email", "")),
        help=desk.help.of(telling.country), ages=_ages(telling.branch), links=links_of(telling.told),
        names=names_of(telling.told), digests=digests_of(telling.told), back_link=telling.back,
        is_anybody_there=telling.step != "emergency" or is_anybody_there(visit),
    )  # fmt: skip


def _hand_in(visit: Visit, telling: Telling) -> Response:
    draft, take = draft_of(telling, visit.language), visit.house.notices.take
    try:
        try:
            receipt = take(draft, Teller(visit.place), telling.nonce)
        except IdempotencyMismatch:  # sent before, then gone back to and changed: it is heard as well
            telling = replace(telling, nonce=visit.house.public_desk.forms.nonce())
            receipt = take(draft, Teller(visit.place), telling.nonce)
    except (Unavailable, BadInput) as error:
        said = "not_now" if isinstance(error, Unavailable) else "not_taken"
        return _step(visit, telling, status=status_of(error), said=said)
    return receipt_page(visit, telling, receipt)


def receipt_page(visit: Visit, telling: Telling, receipt: Receipt) -> Response:
    """Show the code, once."""
    desk, is_promised = visit.house.public_desk, not telling.is_danger or is_anybody_there(visit)
    return visit.page(
        "receipt.html", keeps=KEEPS_NOTHING, receipt=receipt, branch=telling.branch.value, telling=telling,
        is_about_child=BRANCHES[telling.branch].is_about_child, help=desk.help.of(telling.country),
        answer_by=desk.answer_by(receipt.notice_id), is_anybody_there=is_promised,
        back_link=telling.back, has_email=bool(telling.told.get("email")),
    )  # fmt: skip


def is_anybody_there(visit: Visit) -> bool:
    """Return whether somebody of the house is on call: nobody is told to wait for people who are not there."""
    return visit.house.on_call.who.is_anybody()


def _is_odd(address: str) -> bool:
    """Return whether this is hardly an address of mail: it is said, and taken all the same."""
    try:
        checked_email(address)
    except BadInput:
        return bool(address)
    return False


def _named(visit: Visit) -> list[tuple[str, str]]:
    """Return the countries that have help of their own, by name; one of an operator's own may have no name here."""
    names = texts(visit.language)["countries"]
    countries = [(code, names.get(code, code)) for code in visit.house.public_desk.help.named]
    return sorted(countries, key=lambda each: each[1])


def _ages(branch: Branch) -> tuple[str, ...]:
    """Return which ages are offered: of an adult's picture first the one that is most likely."""
    children = AGES_SAID[1:-1]
    return (AGES_SAID[-1], *reversed(children)) if branch is Branch.ADULT_INTIMATE else AGES_SAID[1:]


def _branch(named: str) -> Branch:
    if named not in {each.value for each in Branch}:
        raise NoPage
    return Branch(named)


def _country(visit: Visit) -> str:
    """Return the country that somebody chose, or the one that their browser is set to; only for the help lines."""
    chosen = visit.asked("country")
    if _COUNTRY.fullmatch(chosen):
        return chosen
    found = _REGION.search(visit.request.headers.get("accept-language", "")[:200])
    named = found[1] if found else ""
    return named if named in visit.house.public_desk.help.named else ""
