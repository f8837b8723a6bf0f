"""Find what somebody has at hand, and go there. What is asked stands in no address: addresses are kept by browsers."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.responses import Response

from tutela.console.queue_filter import QueueFilter
from tutela.console.visits import Visit
from tutela.core.banks import SignalType
from tutela.core.ids import PREFIXES
from tutela.core.permissions import SCOPES
from tutela.flows.find_anything import Found
from tutela.flows.look_up_hashes import KnownSignal

ACCOUNT = "/console/account"
BANK = "/console/banks/{name}"
DECISION = "/console/decisions/{id}"
RULE = "/console/rules/{name}"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was found."""

    what: str  #: of `found` in the texts
    name: str
    address: str = ""  #: of its page; empty where there is none
    told: str = ""


def find_page(visit: Visit) -> Response:
    """Ask what is looked for."""
    return visit.page("find.html", rows=None, found=Found(), scopes_told=SCOPES)


def find(visit: Visit) -> Response:
    """Go to the one page that an identifier stands for, or show all that is known of it."""
    found = visit.house.find_anything(visit.principal, visit.said("q"))
    named = _named(found, visit.said("q").strip())
    rows = [*named, *_of_link(found), *_of_hashes(found)]
    if rows == named and len(named) == 1 and named[0].address and found.hashes is None:
        return visit.go(named[0].address)
    return visit.page("find.html", rows=rows, found=found, scopes_told=SCOPES)


def find_picture(visit: Visit) -> Response:
    """Show all that is known of a file: it is hashed, and nothing of it is kept."""
    if not visit.file:
        return visit.go("/console/find")
    found = visit.house.find_anything.by_content(visit.principal, visit.file)
    return visit.page("find.html", rows=_of_hashes(found), found=found, scopes_told=SCOPES)


def _page(path: str, name: str) -> str:
    """Return the address of the page of something."""
    return path.replace("{name}", quote(name, safe="")).replace("{id}", quote(name, safe=""))


def _named(found: Found, said: str) -> list[Row]:
    account, cases = found.cases.account, found.cases.cases
    rows = []
    is_meant = said == account or said.startswith(f"{PREFIXES['account']}_")
    # Where one case is open about what was posted, it is what is meant: its page leads on to the account.
    if account is not None and (is_meant or len(cases) != 1):
        rows.append(_account(account))
    if account is not None and len(cases) != 1:
        address = QueueFilter({"account": account}).address("/console/queue") if cases else ""
        rows.append(Row("cases_about", account, address, f"{len(cases)} open" if cases else "none is open"))
    else:
        about = f"about {account}" if account else ""
        rows += [Row("case", each, f"/console/cases/{each}", about) for each in cases]
    rows += [_account(each) for each in found.cases.beginning]
    rows += [Row("bank", each.name, _page(BANK, each.name), each.clause_id) for each in found.banks]
    if found.decision:
        rows.append(Row("decision", found.decision, _page(DECISION, found.decision)))
    if found.bank:
        rows.append(Row("bank", found.bank.name, _page(BANK, found.bank.name), found.bank.clause_id))
    if found.rule:
        rows.append(Row("rule", found.rule, _page(RULE, found.rule)))
    return rows


def _account(account: str) -> Row:
    return Row("account", account, f"{ACCOUNT}?{urlencode({'id': account})}")


def _of_link(found: Found) -> list[Row]:
    if found.link is None:
        return []
    rows = [
        Row("block", each.decision_id, _page(DECISION, each.decision_id), f"{each.subject.id}, {each.clause_id}")
        for each in found.link.blocks
    ]
    if found.link.spotted:
        rows += [Row("words", each.bank, "", each.clause_id) for each in found.link.spotted.spots]
    return rows


def _of_hashes(found: Found) -> list[Row]:
    if found.hashes is None:
        return []
    rows = [
        Row("known", each.bank.name, _page(BANK, each.bank.name), f"{_nearness(each)}, {each.bank.clause_id}")
        for each in found.hashes.known
    ]
    rows += [Row("case_of_copy", each, f"/console/cases/{each}") for each in found.hashes.cases]
    return rows


def _nearness(known: KnownSignal) -> str:
    if known.member.signal_type is not SignalType.PDQ:
        return f"identical by {known.member.signal_type.value}"
    return f"{known.distance_bits} of 256 bits apart, at most {known.threshold_bits}"
