"""The page of figures that everybody may read: with nothing, an edition, a correction; and what it never tells."""

import hashlib
import re
from collections.abc import Iterator

import pytest

from console.conftest import serving_pages
from core.transparency.histories import TABLE
from core.transparency.test_figures import HISTORY
from core.transparency.test_files import drawn
from public.conftest import Desk
from tutela.adapters.db.editions import DatabaseEditions
from tutela.core.ids import TransparencyId
from tutela.core.permissions import at_machine
from tutela.core.transparency import Period, csv_set, figures_of, packed, summary_of
from tutela.core.transparency.csv_set import unpacked
from tutela.core.transparency.edition import Edition, EditionState
from tutela.core.transparency.validator import flaws
from tutela.public.words import languages, texts

ANN = at_machine("ann")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve for this module: what is published is published for everybody."""
    with serving_pages(tmp_path_factory.mktemp("figures"), desk_is_open=True) as browser:
        yield Desk(browser.house, browser.port)


def published(desk: Desk, reason: str = "") -> Edition:
    """Publish the figures of the small history that was counted by hand, as an edition of last year."""
    house = desk.house
    editions = DatabaseEditions(house.engine, house.chain, house.clock)
    period = Period(house.clock.now().year - 1)
    version = 1 + len(editions.all())
    package = packed(csv_set(drawn(period=period.label, version=version, correction=reason)))
    edition = Edition(
        TransparencyId(house.entropy.new_id("transparency")), period, version, EditionState.DRAFT, house.clock.now(),
        "ann", hashlib.sha256(package).hexdigest(), len(package), correction=reason,
    )  # fmt: skip
    editions.add(edition, package, summary_of(period, figures_of(HISTORY, TABLE)).as_json())
    house.report_figures.publish(ANN, edition.id)
    return edition


def test_the_page_from_nothing_to_a_correction(desk: Desk) -> None:
    """Without an account, in every language; small numbers are hidden, drafts are not there, editions stay."""
    for language in languages():
        assert desk.get(f"/desk/{language}/transparency").status_code == 200
    assert "Nothing has been published" in desk.get("/transparency").text
    draft = desk.house.report_figures.draw_up(ANN, Period(desk.house.clock.now().year - 2))
    assert desk.get(f"/transparency?edition={draft.id}").status_code == 404
    assert desk.get(f"/transparency/{draft.id}/files").status_code == 404
    assert desk.get("/transparency?edition=trn_none").status_code == 404
    desk.house.report_figures.publish(ANN, draft.id)
    files = desk.get(f"/transparency/{draft.id}/files")
    assert files.headers["content-type"] == "application/zip"
    assert flaws(unpacked(files.content)) == ()

    first = published(desk)
    page = desk.get("/transparency").text
    assert f"figures of {first.period.label}" in page
    assert "fewer than 5" in page
    assert page.count("<svg") > 20
    assert re.findall(r"<script(?! src)", page) == []
    numbers = {int(each) for each in re.findall(r"<td>(\d+)</td>", page)}
    assert {each for each in numbers if 0 < each < 5} == set()
    second = published(desk, "a <late> appeal")
    corrected = desk.get("/transparency").text
    assert "a &lt;late&gt; appeal" in corrected
    assert f"edition={first.id}" in corrected
    assert second.id in corrected
    assert desk.get(f"/transparency?edition={first.id}").status_code == 200
    assert "Zahlen für" in desk.get("/desk/de/transparency").text
    assert desk.get("/desk/transparency").status_code == 200


def test_every_part_that_a_summary_can_tell_has_words() -> None:
    """In every language: nothing breaks a page in a year in which something new happened."""
    summary = summary_of(Period(2026), figures_of(HISTORY, TABLE)).as_json()
    for language in languages():
        told = texts(language)["figures"]
        for breakdown in summary["breakdowns"]:
            assert f"chart.{breakdown['id']}" in told
            assert {f"part.{key}" for key in breakdown["parts"]} <= told.keys()
        assert {f"share.{key}" for key in summary["shares"]} | {
            f"time.{key}" for key in summary["hours"]
        } <= told.keys()
