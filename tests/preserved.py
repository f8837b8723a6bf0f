"""Evidence whose time is over, in a house with the machine's own clock: the table says that it was decided long ago."""

from datetime import timedelta

from sqlalchemy import text

from make import md5, photo, submission
from tutela.bootstrap import House
from tutela.core.content import Media
from tutela.core.policy import Material, Verification
from tutela.flows.keep_banks import NewBank, NewMember
from tutela.flows.refer import MediaReference


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
        connection.execute(text("UPDATE cases SET closed_by = :id"), {"id": decision})
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
