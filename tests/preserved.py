"""Evidence whose time is over, in a house with the machine's own clock: the table says that it was decided long ago.

And reports that were approved or finished in one, with what was written for them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from filed import PRODUCTION, a_package
from make import md5, photo, submission
from tutela.bootstrap import House
from tutela.core.content import Media
from tutela.core.filing.states import Environment, FileState, Filing, Phase, Receipt, Step
from tutela.core.ids import CaseId, EvidenceId, ReportId
from tutela.core.policy import Material, Verification
from tutela.flows.draw_up_report import CONTENT, seal_written
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.refer import MediaReference
from tutela.ports.filings import StepNote
from tutela.ports.reports import ReportAudit, ReportState, StoredFile, StoredReport
from tutela.ports.webhooks import Lease


def over(house: House, name: str, picture: str = "china", days: int = 400, quality: int = 90) -> Media:
    """Return sealed media that a person decided about so many days ago, and that was not reported."""
    with house.receive_media.open() as reception:
        reception.write(photo(picture, quality=quality))
        media = reception.finish()
    _list(house, media)
    house.submit([submission(name, MediaReference(media.id), author=f"{name}-author")], None)
    then_us = int((house.clock.now() - timedelta(days=days)).timestamp() * 1_000_000)
    with house.store.read() as reader:
        item = reader.item_ids([name])[name]
    decision = house.entropy.new_id("decision")
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO decisions (id, item_id, source, policy_version, is_automated, at_us, decided_by)"
                " VALUES (:id, :item, 'person', '1', :no, :at, 'ann')"
            ),
            {"id": decision, "item": item, "no": False, "at": then_us},
        )
        connection.execute(
            text(
                "INSERT INTO decision_answers (decision_id, item_id, answer, before)"
                " VALUES (:id, :item, 'quarantine', 'hold')"
            ),
            {"id": decision, "item": item},
        )
        connection.execute(
            text("UPDATE cases SET closed_by = :id, opened_us = :at WHERE closed_by IS NULL"),
            {"id": decision, "at": then_us},
        )
    with house.store.read() as reader:
        return reader.media_by_id([media.id])[media.id]


def _list(house: House, media: Media) -> None:
    with house.store.read() as reader:
        exists = reader.bank_by_name("moorings") is not None
    if not exists:
        house.keep_banks.create(
            NewBank("moorings", "cse.depiction", Material.APPARENT_CSAM, Verification.SEVERAL_ANALYSTS, "test")
        )
    house.keep_banks.add("moorings", [NewMember(*md5(media))])


def drafted(house: House, media: Sequence[Media] = (), written: Sequence[bytes] = ()) -> StoredReport:
    """Return a draft about the one open case, with *media*, and with what is written for it here."""
    with house.store.read() as reader:
        [case] = [each.case.id for each in reader.open_cases_page(None, 10)]
    return drafted_about(house, case, media, written)


def drafted_about(house: House, case: CaseId, media: Sequence[Media], written: Sequence[bytes] = ()) -> StoredReport:
    """Return a draft about *case*."""
    report_id = ReportId(house.entropy.new_id("report"))
    lies = [(str(each.id), each.digests.md5 or "") for each in media]
    manifests = [seal_written(house.vault, each, report_id) for each in written]
    lies += [(f"{CONTENT}{each.content_id}", each.digests.md5 or "") for each in manifests]
    plain = a_package([b""] * len(lies))
    files = tuple(replace(file, key=key, md5=of) for file, (key, of) in zip(plain.files, lies, strict=True))
    report = StoredReport(report_id, "ncmec", (case,), replace(plain, files=files), house.clock.now(), "ann")
    house.exports.pack.reported.book.add(report, ReportAudit("drawn_up", "ann"))
    return report


def approved(house: House, draft: StoredReport, environment: Environment = PRODUCTION) -> StoredReport:
    """Approve a draft: it is on its way."""
    now, files = house.clock.now(), draft.package.files
    with house.store.read() as reader:
        media = reader.media_by_id([each.key for each in files])  # type: ignore[misc]  # some are none
    lies = {str(key): each.content_id or "" for key, each in media.items()}
    after = replace(draft, state=ReportState.APPROVED, approved_by="ben", approved_at=now, environment=environment)
    stored = [
        StoredFile(draft.id, at, each.key, lies.get(each.key, each.key.removeprefix(CONTENT)), each.md5, 7)
        for at, each in enumerate(files)
    ]
    going = Filing(draft.id, environment, tuple(FileState(each.key, each.md5) for each in files))
    return house.exports.pack.reported.book.approve(draft, after, stored, going, ReportAudit("approved", "ben"))


def finish(house: House, report: StoredReport, environment: Environment = PRODUCTION) -> ReportId:
    """Have the authority say that a report is finished, and return its id."""
    now, filings = house.clock.now(), house.exports.pack.reported.filings
    held = filings.claim("ncmec", environment, Lease("test", now, now + timedelta(minutes=1)))
    assert held is not None
    receipt = Receipt("900000001", now, tuple(f"f{at}" for at in range(len(report.package.files))))
    done = replace(held.filing, phase=Phase.FINISHED, report_id="900000001", receipt=receipt)
    filings.store(held, done, StepNote(now, "finish.done", Step.FINISH, http_status=200, code=0))
    return report.id


def finished(house: House, media: Sequence[Media] = (), written: Sequence[bytes] = ()) -> ReportId:
    """Return a report about the one open case that was finished in production."""
    return finish(house, approved(house, drafted(house, media, written)))


def files_of(house: House, report_id: ReportId) -> dict[str, EvidenceId]:
    """Return what was written for an approved report, by where it lies in the vault."""
    with house.store.read() as reader:
        found = reader.evidence_of_reports([report_id])
    return {str(each.id): each.id for each in found if each.is_written}
