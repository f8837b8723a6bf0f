"""The codes that a browser computes of pictures: the server's own, and no byte of a file leaves the browser."""

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from browser.chromium import Tab, installed
from make import PICTURES, photo
from public.conftest import Desk
from tutela.core.signals.pdq import distance_bits, fingerprint, luma_of_rgb
from tutela.core.signals.sampling import Picture
from tutela.public.words import tell

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium here (Debian: apt install chromium)")

MOST_BITS = 4
"""That may differ: browsers decode a little otherwise. Near copies are looked for up to 31 bits away."""

WIDTHS = (320, 1600)
"""A small picture, and one of which the blur takes many pixels to a point."""


def pdq_of(content: bytes) -> bytes:
    """Return the server's own hash of a picture."""
    with Image.open(io.BytesIO(content)) as opened:
        rgb = np.asarray(opened.convert("RGB"), np.float32)
    return fingerprint(Picture.of_luma(luma_of_rgb(rgb))).value


def choose(tab: Tab, *files: Path) -> None:
    """Choose files in the field, as somebody does."""
    field = tab.call("Runtime.evaluate", expression="document.getElementById('file')")["result"]["objectId"]
    tab.call("DOM.setFileInputFiles", files=[str(each) for each in files], objectId=field)


def at_the_picture(desk: Desk, tab: Tab) -> None:
    """Go to the question about pictures."""
    tab.go(f"{desk.origin}/desk/en/tell/it-shows-me")
    tab.press(str(tell("en", "help.start")))
    for step in ("danger", "links", "names"):
        tab.title(str(tell("en", f"steps.{step}.title", "it_shows_me")))
        tab.press(str(tell("en", "common.continue")))
    tab.title(str(tell("en", "steps.picture.title")))


def computed(tab: Tab, count: int) -> list[dict[str, str]]:
    """Wait for so many codes, and return them."""
    tab.says(str(tell("en", "steps.picture.done", count=count)))
    return json.loads(str(tab.run("document.getElementById('digests').value")))  # type: ignore[no-any-return]  # a list


@pytest.mark.parametrize("width", WIDTHS)
def test_a_browser_computes_what_the_server_computes(desk: Desk, tab: Tab, tmp_path: Path, width: int) -> None:
    """The digest to the letter, the hash within a few bits, of several photographs at each size."""
    at_the_picture(desk, tab)
    contents = {name: photo(name, width=width) for name in PICTURES}
    for name, content in contents.items():
        (tmp_path / f"{name}.jpg").write_bytes(content)
    choose(tab, *(tmp_path / f"{name}.jpg" for name in contents))
    found = {each["sha256"]: bytes.fromhex(each["pdq"]) for each in computed(tab, len(contents))}
    bits = {}
    for name, content in contents.items():
        bits[name] = distance_bits(found[hashlib.sha256(content).hexdigest()], pdq_of(content))
    assert max(bits.values()) <= MOST_BITS, bits


def test_no_request_carries_the_bytes_and_no_script_could_send_them(desk: Desk, tab: Tab, tmp_path: Path) -> None:
    """All that went out until the receipt is looked at, and a script that tries to send something is kept back."""
    content, name = photo("china", width=700), "my-own-name-for-it.jpg"
    (tmp_path / name).write_bytes(content)
    at_the_picture(desk, tab)
    tab.requests.clear()
    choose(tab, tmp_path / name)
    [codes] = computed(tab, 1)
    assert tab.requests == []
    for sends in ("fetch('/desk/en', {method: 'POST', body: 'x'})", "fetch('https://elsewhere.example/')"):
        assert tab.run(f"{sends}.then(() => 'out', () => 'kept')") == "kept"
    assert tab.run("navigator.sendBeacon('/desk/en', 'x') && 0") == 0
    for step in ("words", "age", "answer", "check"):
        tab.press(str(tell("en", "common.continue")))
        tab.title(str(tell("en", f"steps.{step}.title", "it_shows_me")))
    tab.press(str(tell("en", "steps.check.send")))
    tab.title(str(tell("en", "receipt.title")))
    out = "".join(each.get("postData", "") for each in tab.requests if each["url"].startswith(desk.origin))
    posted = [each for each in tab.requests if each["method"] == "POST" and each["url"].endswith("/desk/en/tell")]
    assert len(posted) == 5
    assert codes["sha256"] in out, "the code did go out, so that what goes out is seen here"
    middle = content[len(content) // 2 :][:300]
    for shape in (middle.decode("latin-1"), base64.b64encode(middle).decode()[4:-4], middle.hex(), name):
        assert shape not in out
    assert sum(len(each.get("postData", "")) for each in posted) < len(content) / 4
    follow = desk.house.notices.follow
    told = _told(desk, follow.id_of(str(tab.run("document.getElementById('code').innerText")), "a test"))
    assert [(each.sha256, each.pdq) for each in told.digests] == [(codes["sha256"], codes["pdq"])]


def _told(desk: Desk, notice_id: Any) -> Any:
    with desk.house.store.read() as reader:
        sealed = reader.sealed_notice(notice_id)
    return desk.house.notices.take.secrets.read_told(notice_id, sealed)[0]


def test_a_file_that_is_no_picture_has_a_digest_and_the_codes_can_be_removed(
    desk: Desk, tab: Tab, tmp_path: Path
) -> None:
    """A broken picture, a picture turned by its metadata and one with holes: none of them ends anything."""
    broken, turned, holed = tmp_path / "broken.jpg", tmp_path / "turned.jpg", tmp_path / "holed.png"
    broken.write_bytes(b"\xff\xd8\xff" + bytes(5000))
    with Image.open(io.BytesIO(photo("china", width=400))) as opened:
        exif = Image.Exif()
        exif[0x0112] = 6
        opened.save(turned, "JPEG", quality=95, exif=exif)
        opened.convert("RGBA").save(holed)
    at_the_picture(desk, tab)
    choose(tab, broken, turned, holed)
    found = computed(tab, 3)
    assert [("pdq" in each) for each in found] == [False, True, True]
    with Image.open(turned) as opened:
        shown = np.asarray(opened.convert("RGB").rotate(-90, expand=True), np.float32)
    shown_pdq = fingerprint(Picture.of_luma(luma_of_rgb(shown))).value
    assert distance_bits(bytes.fromhex(found[1]["pdq"]), shown_pdq) <= MOST_BITS
    tab.press(str(tell("en", "steps.picture.remove")))
    assert tab.run("document.getElementById('digests').value") == ""
