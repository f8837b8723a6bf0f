"""A process that decides in bulk and says so after each chunk, until it is killed.

Arguments: folder, database URL. A line a thing, JSON.
"""

import json
import sys
from pathlib import Path

import make
from tutela.bootstrap import build, set_up_logs
from tutela.config import Settings
from tutela.core.bulks import BulkAsk, BulkMeasure
from tutela.core.findings import Decider, Facts
from tutela.core.ids import ClauseId
from tutela.core.measures import MeasureKind
from tutela.core.roles import Role
from tutela.flows.bulk import AskedInBulk
from tutela.flows.find_items import AskedFilter

ITEMS = 800
ASKED = AskedInBulk(
    BulkAsk(ClauseId("house.spam"), Facts("found"), (BulkMeasure(MeasureKind.REMOVE),), Role.ACTOR),
    Decider("key_ada"),
    where=AskedFilter(tag="bulk"),
)


def main() -> None:
    """Post, begin, and decide a chunk at a time."""
    house = build(Settings(var=Path(sys.argv[1]), database_url=sys.argv[2]))
    house.feed_indexes()
    home = make.Home(house, make.SetClock())
    for start in range(0, ITEMS, 200):
        home.submit_all(
            *[make.submission(f"i{n}", author=f"u{n % 40}", tags=("bulk",)) for n in range(start, start + 200)]
        )
    bulk = house.decide_in_bulk(ASKED, ITEMS)
    print(json.dumps({"bulk": bulk.id}), flush=True)  # noqa: T201  # this is how the test hears of it
    while house.run_bulks.step(bulk.id):
        print(json.dumps({"position": house.decide_in_bulk.find(bulk.id).position}), flush=True)  # noqa: T201  # as above


if __name__ == "__main__":
    set_up_logs("info")  # to standard error: the test reads what is printed
    main()
