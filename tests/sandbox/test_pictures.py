"""The harmless pictures and what is done to them."""

import io
import sys

import pytest
from PIL import Image

from tutela.sandbox import pictures
from tutela.sandbox.variants import Variant, encode, original, variants

SMALL = pictures.generated(3, (160, 112))


def test_no_picture_with_a_person_stands_in_for_known_material() -> None:
    """`camera` shows a photographer: he is among the unrelated ones only."""
    assert "camera" not in pictures.KNOWN
    assert {each.name for each in pictures.known()} == set(pictures.KNOWN)


def test_known_and_unrelated_pictures_have_nothing_in_common() -> None:
    """An unrelated picture that is banked would be no false alarm."""
    known, others = pictures.known(), pictures.unrelated(20)

    assert len({each.name for each in [*known, *others]}) == len(known) + 20
    assert len({each.image.tobytes() for each in [*known, *others]}) == len(known) + 20


def test_the_photographs_are_read_without_importing_what_has_them() -> None:
    """Their packages are installed without what they need, so an import would fail."""
    pictures.known()

    assert not {"skimage", "sklearn", "scipy"} & set(sys.modules)


def test_without_the_photographs_generated_scenes_take_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo runs on a machine that never had the network."""
    monkeypatch.setattr(pictures, "find_spec", lambda _: None)

    known, others = pictures.known(), pictures.unrelated(6)

    assert [each.name for each in known] == list(pictures.KNOWN)
    assert len(others) == 6
    assert not any(each.is_photograph for each in [*known, *others])
    assert len({each.image.tobytes() for each in [*known, *others]}) == len(known) + 6


def test_a_generated_scene_is_the_same_for_the_same_seed() -> None:
    """So that two runs of the demo compare."""
    assert pictures.generated(7).tobytes() == pictures.generated(7).tobytes()
    assert pictures.generated(7).tobytes() != pictures.generated(8).tobytes()


def test_the_wide_picture_has_the_size_that_is_measured_elsewhere() -> None:
    """1600x1004, as in the table of numbers."""
    assert pictures.wide().size == (1600, 1004)


@pytest.mark.parametrize("variant", variants(), ids=lambda each: each.name)
def test_every_variant_is_a_picture_of_its_own(variant: Variant) -> None:
    """It opens, and only the untouched one has the bytes that are banked."""
    content = variant.make(SMALL)

    with Image.open(io.BytesIO(content)) as image:
        image.load()
    assert (content == original(SMALL)) is variant.is_untouched


def test_variants_have_names_of_their_own() -> None:
    """Each is a row of the table."""
    names = [variant.name for variant in variants()]

    assert len(set(names)) == len(names)
    assert names[0] == "untouched"


def test_a_variant_is_made_the_same_each_time() -> None:
    """A digest that changes from run to run would recognise nothing."""
    assert original(SMALL) == original(SMALL)
    assert encode(SMALL, quality=40) != encode(SMALL, quality=60)
