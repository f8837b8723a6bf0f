"""An ordinary day of a crowd: friends, families, a club and a school, and among them three whom the rules must find.

The same on every machine. What is written is harmless throughout: these rules see who does what to whom, and how often.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tutela.sandbox.happenings import FOLLOW, LOGIN, POST, Happening, comment, gift, invitation, message
from tutela.sandbox.people import ADULT, UNKNOWN, WITHOUT_BASIS, Somebody, population

CROWD = 300
SEED = 8420
FAMILIES = 36
FIRST_WORDS = 60
DAY_MINUTES = 16 * 60.0
"""From getting up until now."""

WEEKS_AGO_MINUTES = 22 * 24 * 60.0

TEXTS = (
    "see you at the lake", "the soup was good", "who has the key of the boat house?", "our team won", "rain again",
    "new strings for the guitar", "look at these clouds", "chess on thursday?", "the bakery opens at six",
    "my bicycle is mended", "a heron in the garden", "good luck tomorrow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Those who are there for a reason."""

    contacts_many: Somebody  #: writes to many minors within a day
    invites_away: Somebody  #: asks minors to another platform soon after first contact
    offers_gifts: Somebody  #: gives something to minors soon after first contact
    teacher: Somebody  #: of a registered school
    coach: Somebody  #: writes to four young players: below every threshold
    grandmother: Somebody  #: gives something to a grandchild known for weeks
    support: Somebody  #: a desk that answers whoever asks

    @property
    def sought(self) -> tuple[Somebody, Somebody, Somebody]:
        """Return the three who are to be found."""
        return self.contacts_many, self.invites_away, self.offers_gifts


CAST = Cast(
    contacts_many=Somebody("konrad.falk", ADULT, "DE"),
    invites_away=Somebody("bruno.moos", ADULT, "DE"),
    offers_gifts=Somebody("cord.ruhe", ADULT, "FR"),
    teacher=Somebody("ilse.kern", ADULT, "DE"),
    coach=Somebody("jonas.brandt", ADULT, "DE"),
    grandmother=Somebody("hedwig.holm", ADULT, "FR"),
    support=Somebody("help.desk", UNKNOWN, "DE"),
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people, and what they do."""

    people: Sequence[Somebody]  #: all of them
    earlier: Sequence[Happening]  #: weeks ago: who knows whom
    day: Sequence[Happening]  #: in order
    evening: Sequence[Happening]  #: after the day
    first_words: Sequence[Happening]  #: in the evening as well: each of an adult to a minor whom they did not know

    @property
    def ordinary(self) -> frozenset[str]:
        """Return everybody but the three, and the teacher, who has a queue of her own."""
        return frozenset(each.id for each in self.people) - {each.id for each in (*CAST.sought, CAST.teacher)}


def crowd() -> Crowd:
    """Return the crowd and its day."""
    random = np.random.default_rng(SEED)
    cast = (*CAST.sought, CAST.teacher, CAST.coach, CAST.grandmother, CAST.support)
    people = population(CROWD - len(cast), random)
    made = _Days(random, people)
    earlier = [*made.families_met(), *made.friends_met(), *(_login(WEEKS_AGO_MINUTES, each) for each in cast)]
    day = [
        *made.logins(), *made.posts(), *made.follows(), *made.talk(), *made.home(), *made.desk(), *made.club(),
        *made.school(), *made.contacts_many(), *made.invites_away(), *made.offers_gifts(),
    ]  # fmt: skip
    return Crowd(
        (*people, *cast), _in_order(earlier), _in_order(day), _in_order(made.evening()), tuple(made.first_words())
    )


def _in_order(happenings: Iterable[Happening]) -> list[Happening]:
    return sorted(happenings, key=lambda each: -each.minutes_ago)


def _login(minutes_ago: float, who: Somebody) -> Happening:
    return Happening(minutes_ago, LOGIN, who, attributes={"is_new_device": False})


class _Days:
    """What everybody does; each method makes one strand of it."""

    def __init__(self, random: np.random.Generator, people: Sequence[Somebody]) -> None:
        self._random = random
        self._people = people
        self._adults = [each for each in people if each.is_adult]
        self._minors = [each for each in people if each.is_minor]
        # The three are found where a basis lets rules look; in the other region nobody does (P12).
        self._reachable = [each for each in self._minors if each.region != WITHOUT_BASIS]
        self._families = list(zip(self._adults[:FAMILIES], self._minors[:FAMILIES], strict=True))
        self._friends = [*self._among(self._minors), *self._among(self._adults)]

    def _among(self, people: Sequence[Somebody]) -> list[tuple[Somebody, Somebody]]:
        """Return who is whose friend: everybody has the two who come next, and one further on."""
        count = len(people)
        return [(each, people[(place + step) % count]) for place, each in enumerate(people) for step in (1, 2, 7)]

    def _minute(self) -> float:
        return float(self._random.uniform(1, DAY_MINUTES))

    def families_met(self) -> Iterator[Happening]:
        """Parents have written to their children before, and so has the grandmother."""
        for parent, child in (*self._families, (CAST.grandmother, self._reachable[0])):
            yield message(WEEKS_AGO_MINUTES + self._minute(), parent, child)

    def friends_met(self) -> Iterator[Happening]:
        """Friends know each other."""
        for one, other in self._friends:
            yield message(WEEKS_AGO_MINUTES + self._minute(), one, other)

    def logins(self) -> Iterator[Happening]:
        """Everybody comes in."""
        for each in self._people:
            yield _login(DAY_MINUTES + self._minute() / 100, each)

    def posts(self) -> Iterator[Happening]:
        """Half of them post something."""
        for each in self._people[::2]:
            yield Happening(self._minute(), POST, each, text=str(self._random.choice(TEXTS)))

    def follows(self) -> Iterator[Happening]:
        """Everybody begins to follow somebody, and some a second one."""
        for step, some in ((11, self._people), (29, self._people[::3])):
            for place, each in enumerate(some):
                yield Happening(self._minute(), FOLLOW, each, some[(place + step) % len(some)])

    def talk(self) -> Iterator[Happening]:
        """Friends write to each other, and mostly get an answer."""
        for one, other in self._friends:
            at = self._minute()
            yield message(at, one, other)
            if self._random.random() < 0.7:  # noqa: PLR2004  # most
                yield message(at * 0.9, other, one)
        for one, other in self._friends[::9]:
            yield comment(self._minute(), one, other, str(self._random.choice(TEXTS)))

    def home(self) -> Iterator[Happening]:
        """Families write a lot, to and fro; some use another platform together, and a grandmother gives something."""
        for place, (parent, child) in enumerate(self._families):
            at = self._minute()
            for answered in range(3):
                yield message(at * (1 - answered / 10), parent, child)
                yield message(at * (0.95 - answered / 10), child, parent)
            if place % 6 == 0:
                yield invitation(self._minute(), parent, child, is_elsewhere=True)
        yield gift(self._minute(), CAST.grandmother, self._reachable[0], 20)

    def desk(self) -> Iterator[Happening]:
        """Many ask the support desk, grown-ups and children, and it answers all of them."""
        for each in self._people[::5]:
            at = self._minute()
            yield message(at, each, CAST.support)
            yield message(at * 0.97, CAST.support, each)

    def club(self) -> Iterator[Happening]:
        """A coach writes to four young players, who answer."""
        for player in self._reachable[4:8]:
            at = self._minute()
            yield message(at, CAST.coach, player)
            yield message(at * 0.9, player, CAST.coach)

    def school(self) -> Iterator[Happening]:
        """A teacher tells her class where to meet, in the open."""
        for place, pupil in enumerate(self._reachable[20:34]):
            yield comment(400 - place, CAST.teacher, pupil, "tomorrow we meet at the gate at nine")

    def contacts_many(self) -> Iterator[Happening]:
        """One of the three: eight children whom he does not know, one after the other."""
        for place, child in enumerate(self._reachable[40:48]):
            yield message(300 - 30 * place, CAST.contacts_many, child)

    def invites_away(self) -> Iterator[Happening]:
        """Another one: a few words, and an hour later an invitation to somewhere else, three times."""
        for place, child in enumerate(self._reachable[50:53]):
            at = 280.0 - 25 * place
            yield message(at, CAST.invites_away, child)
            yield message(at - 20, child, CAST.invites_away)
            yield invitation(at - 60, CAST.invites_away, child, is_elsewhere=True)

    def offers_gifts(self) -> Iterator[Happening]:
        """The third: a few words, and a gift on the same day, to two children."""
        for place, child in enumerate(self._reachable[60:62]):
            at = 350.0 - 60 * place
            yield message(at, CAST.offers_gifts, child)
            yield gift(at - 120, CAST.offers_gifts, child, 15)

    def evening(self) -> Iterator[Happening]:
        """Friends go on talking."""
        for place, (one, other) in enumerate(self._friends[:120]):
            yield message(10.0 - place / 20, one, other)

    def first_words(self) -> Iterator[Happening]:
        """Each of many grown-ups writes to one young neighbour, for the first time."""
        neighbours = [each for each in self._adults[FAMILIES:] if each.region != WITHOUT_BASIS]
        for place, neighbour in enumerate(neighbours[:FIRST_WORDS]):
            yield message(5.0, neighbour, self._reachable[(place * 5 + 3) % len(self._reachable)])
