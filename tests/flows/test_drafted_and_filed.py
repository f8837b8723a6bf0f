"""The whole way over real HTTP: found, told, drawn up, approved, and filed with the stand-in."""

from core.filing import reports as drawn
from filing_office import ADA, FilingOffice
from flows.test_drafting import AUTHORITY, OTTO, working
from make import Home, photo_md5
from tutela.bootstrap.drafting import open_drafting
from tutela.core.filing.channel import ApprovalRule, ChannelChange
from tutela.core.filing.states import Environment, Phase
from tutela.sandbox.ncmec.server import Sandbox, listening

LONG = "a long text " * 4000


def test_what_was_drawn_up_arrives_as_it_was_sealed(home: Home) -> None:
    """Picture, conversation and long text with the digests that were sealed: one finished report."""
    home.clock.set(drawn.NOW)
    with listening(Sandbox()) as sandbox, working(home) as desk:
        office = FilingOffice(home, sandbox)
        home.house.__dict__["drafting"] = open_drafting(home.house)
        channel = office.set_up()
        rule = ApprovalRule(people=2, least_complete_percent=60)
        office.verbs.keep.set(ADA, AUTHORITY, ChannelChange(approval=rule))
        assert channel.is_enabled
        case = desk.found()
        around = [{"by": "carol", "at": "2026-01-02T00:00:00Z", "text": "a morning by the lake"}]
        desk.tell(profile_bio=LONG, items=[{"id": "post", "posted_at": "2026-01-02T00:02:00Z", "around": around}])
        report = desk.prepared(case)
        approved = desk.verbs.approve(OTTO, report.id, report.version)
        office.run(approved.id)

        filing = office.filing(approved.id)
        assert (filing.phase, filing.environment) == (Phase.FINISHED, Environment.TEST)
        assert filing.receipt is not None
        assert filing.receipt.is_verified
        [received] = office.finished()
        sent = sorted(file.md5 for file in received.files.values())
        assert sent == sorted(each.md5 for each in approved.package.files)
        assert photo_md5() in sent
        assert len(sent) == 3
        assert "<profileBio>a long text" in received.document.decode()
        assert desk.verbs.edit.find.book.files(approved.id)[-1].key.startswith("supplement:")
