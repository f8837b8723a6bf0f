"""The demo: a real server, a pretend platform, several hundred harmless pictures and people, and what came of it."""

import json
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tutela.sandbox import fifth_act, fourth_act, operator, second_act, seventh_act, sixth_act, third_act
from tutela.sandbox.findings import Findings, say
from tutela.sandbox.pictures import Harmless, known, unrelated
from tutela.sandbox.platform import Platform, Post
from tutela.sandbox.serving import CUSTOMARY_PORT, DemoError, Server, clean_folder, free_port
from tutela.sandbox.staff import logins_told
from tutela.sandbox.stand_in import StandIn
from tutela.sandbox.table import Posted, by_variant, indented, speed, table
from tutela.sandbox.variants import encode, original, variants
from tutela_client import Client, Exposure, TutelaClientError

UNRELATED_PICTURES = 60
POSTING_AT_ONCE = 4
LATE_WITHIN_SECONDS = 30.0
VISIBILITY_ITEMS = 500
SURFACES = ("feed", "search", "recommendations", "profile", "detail", "messages", "notifications", "media", "embed")
KEY_SCOPES = (
    "submit",
    "read",
    "detections",
    "lookup",
    "banks",
    "operate",
    "cases",
    "rules",
    "words",
    "decide",
    "statements",
    "transparency",
)


def run(*, once: bool, port: int | None, var: Path) -> int:
    """Play the demo and return the status to exit with: 0 only when everything happened as it must.

    Args:
        once: End after playing; otherwise the server stays up until it is interrupted.
        port: Where to listen; the customary port or a free one when absent.
        var: The folder in which the demo makes its own, `demo`, anew each time.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(once=once, port=port, folder=var / "demo")
    except (DemoError, TutelaClientError) as error:
        say(f"\nThe demo stopped: {error}")
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; the server was stopped.")
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _run(*, once: bool, port: int | None, folder: Path) -> int:
    say("Tutela demo. Harmless photographs stand in for known material; nothing leaves this machine.\n")
    began, findings = time.monotonic(), Findings()
    found = free_port(port)  # before the folder is cleared, in which the demo that has this port may be running
    is_rerun = clean_folder(folder)
    say(f"folder    {folder}: database, vault and keys" + (" (an earlier demo's were removed)" if is_rerun else ""))
    with Server(folder, found) as server:
        key = make_key(server)
        is_moved = port is None and server.port != CUSTOMARY_PORT
        moved = f" (port {CUSTOMARY_PORT} is taken)" if is_moved else ""
        say(f"server    {server.url}{moved}, ready after {server.start():.1f} s")
        with StandIn(server) as stand_in, StandIn(server, "transparency", "", "statements") as database:
            with Client(server.url, key, timeout_seconds=30) as client:
                console = play(server, client, (stand_in, database), findings)
            say(f"\nPlayed in {time.monotonic() - began:.0f} s.")
            for sentence in findings.wrong:
                say(f"WRONG: {sentence}")
            if not once:
                stay(server, key, console)
    return 1 if findings.wrong else 0


def make_key(server: Server) -> str:
    """Make an API key with the command line, as an operator does."""
    scopes = [word for scope in KEY_SCOPES for word in ("--scope", scope)]
    made = json.loads(server.command("key", "create", "demo-platform", "--json", *scopes))
    return str(made["secret"])


def play(server: Server, client: Client, stand_ins: tuple[StandIn, StandIn], findings: Findings) -> fourth_act.Console:
    """Play everything against a running server, and return how people come in."""
    authority, database = stand_ins
    pictures, platform = known(), Platform(client)
    prepare(server, client, pictures, findings)
    people = fourth_act.hire_people(server)
    platform.post("first-poster", original(pictures[0].image))
    reported = fifth_act.begin(server, client, people, authority, findings)
    sixth_act.begin(server, client, database)
    post_known(client, platform, pictures, findings)
    others = post_unrelated(client, platform, findings)
    post_again(platform, pictures[0], findings)
    add_later(client, platform, others[0], findings)
    check_hidden(client, platform, findings)
    second_act.play(client, findings)
    third_act.play(client, findings)
    console = fourth_act.play(server, client, people, findings)
    sixth_act.finish(client, server, database, findings)
    seventh_act.play(server, client, console, others[1], findings)
    fifth_act.finish(reported, findings)
    verify_audit(server, findings)
    return console


def prepare(server: Server, client: Client, pictures: Sequence[Harmless], findings: Findings) -> None:
    """Do the operator's part."""
    operator.record_profile(client)
    operator.create_banks(client)
    listed = operator.list_of(pictures)
    would = operator.import_list(client, listed, is_preview=True)
    hits = would["hits"]["items"]
    say(f"list      preview: {would['read']} rows, {would['added']} new; would hit {hits} posted items")
    done = operator.import_list(client, listed, is_preview=False)
    say(f"          imported into `{operator.EXACT_BANK}` (digests, verified by several analysts): {done['added']}")
    for picture in pictures:
        operator.bank_picture(client, operator.NEAR_BANK, picture)
    say(f"          hashed into `{operator.NEAR_BANK}` (PDQ, by one analyst): {len(pictures)} pictures")
    if not all(picture.is_photograph for picture in pictures):
        say("          Some are generated scenes: the photographs are not installed (`./dev demo` installs them).")
    if command_holds(server, findings, "canary"):
        say("canary    a harmless picture was banked, posted, recognised and hidden, end to end")


def command_holds(server: Server, findings: Findings, *arguments: str) -> str:
    """Run a command that checks something and return what it printed; nothing when it found something wrong."""
    try:
        return server.command(*arguments)
    except DemoError as error:
        say(str(error))
        findings.expect(False, f"`tutela {' '.join(arguments)}` found something wrong")  # noqa: FBT003  # it is not so
        return ""


def _post(client: Client, platform: Platform, variant: str, author: str, make: Callable[[], bytes]) -> Posted:
    post = platform.post(author, make())
    found = client.call("GET", f"/v1/items/{post.id}/detections")["detections"]
    near = [each["distance_bits"] for each in found if each["match"] == "near" and not each["suppressed"]]
    is_exact = any(each["match"] == "exact_digest" for each in found)
    return Posted(variant, post.answer.answer, post.seconds, is_exact, min(near, default=None))


def _post_all(client: Client, platform: Platform, made: Sequence[tuple[str, str, Callable[[], bytes]]]) -> list[Posted]:
    """Post several at once, as many as a small platform would; pictures are made while others travel."""
    done = []
    with ThreadPoolExecutor(POSTING_AT_ONCE) as pool:
        waiting = [pool.submit(_post, client, platform, *each) for each in made]
        try:
            for number, each in enumerate(waiting, start=1):
                done.append(each.result())
                if number % 100 == 0:
                    say(f"          {number} of {len(waiting)}")
        except BaseException:
            # Whoever interrupts does not want to wait for what has not begun.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return done


def post_known(client: Client, platform: Platform, pictures: Sequence[Harmless], findings: Findings) -> None:
    """Have users post every variant of every known picture, and say what was recognised."""
    kinds = variants()
    jobs = [
        (kind.name, f"visitor-{number}-{picture.name}", partial(kind.make, picture.image))
        for number, kind in enumerate(kinds)
        for picture in pictures
    ]
    say(f"posting   {len(jobs)} pictures: each of {len(pictures)} known ones in {len(kinds)} variants")
    posted = _post_all(client, platform, jobs)
    say("\n" + by_variant(posted))
    say("\nmissed: further than 31 of 256 bits from what is banked. Near copies wait for a person (hold).\n")
    for each in posted:
        if each.variant == "untouched":
            findings.expect(each.is_exact and each.answer == "refuse", "an untouched known picture was not refused")
        recognised = each.is_exact or each.near_bits is not None
        findings.expect(not recognised or each.answer != "publish", "a recognised picture was published")


def post_unrelated(client: Client, platform: Platform, findings: Findings) -> list[bytes]:
    """Have users post pictures that nobody banked: every one must be published."""
    pictures = unrelated(UNRELATED_PICTURES)
    files = [original(picture.image) for picture in pictures]
    began = time.perf_counter()
    jobs = [("unrelated", f"passer-by-{number}", partial(bytes, file)) for number, file in enumerate(files)]
    posted = _post_all(client, platform, jobs)
    whole_seconds = time.perf_counter() - began
    alarms = sum(each.answer != "publish" for each in posted)
    say(f"unrelated {len(posted)} other pictures posted, {alarms} false alarms")
    say(f"speed     {speed([each.seconds for each in posted], whole_seconds)}")
    findings.expect(alarms == 0, f"{alarms} unrelated pictures were not published")
    return files


def post_again(platform: Platform, picture: Harmless, findings: Findings) -> None:
    """Try to post a blocked picture from another account."""
    say("\nThe same known picture again, from an account that never posted before:")
    same = platform.post("newcomer-1", original(picture.image))
    edited = platform.post("newcomer-2", encode(picture.image, quality=50))
    rows = [("", "answer", "what its author may be told")]
    rows += [
        (name, post.answer.answer, post.answer.notice or "-")
        for name, post in (("same", same), ("saved again", edited))
    ]
    say(indented(table(rows)))
    findings.expect(same.answer.answer == "refuse", "a blocked picture was not refused from another account")
    findings.expect(not edited.answer.may_publish, "an edited copy of a blocked picture was published")


def add_later(client: Client, platform: Platform, content: bytes, findings: Findings) -> None:
    """Bank a picture that is posted already, and see it disappear."""
    post = platform.post("late-author", content)
    findings.expect(post.answer.may_publish, "a picture that no bank holds was not published")
    before, position = _seen_by(client, post), _newest_change(client)
    began = time.perf_counter()
    operator.bank_digest(client, operator.EXACT_BANK, content)
    seconds = _until_hidden(client, post, position, began)
    after = _seen_by(client, post)
    say(f"\nA picture that was posted first and listed later (hidden {seconds:.2f} s after its hash was added):")
    rows = [("who asks", "before", "after"), *((who, before[who], after[who]) for who in before)]
    say(indented(table(rows)))
    findings.expect(all(word == "absent" for who, word in after.items() if who != _STANDING), "a late match is visible")
    findings.expect("locked" in after[_STANDING], "the account of a verified identical match was not locked")


_STANDING = "the account itself"


def _seen_by(client: Client, post: Post) -> dict[str, str]:
    asked = {
        "its author, feed": (post.author, "feed"),
        "a stranger, feed": ("stranger", "feed"),
        "nobody in particular, search": (None, "search"),
    }
    seen = {
        who: client.visibility(viewer, surface, [post.id]).of(post.id).exposure.name.lower()
        for who, (viewer, surface) in asked.items()
    }
    standing = client.standing(post.author)
    words = "locked until a person decides" if standing.locked else "free"
    return {**seen, _STANDING: f"{words}, {'may' if standing.may_post else 'may not'} post"}


def _newest_change(client: Client) -> str:
    page = client.changes()
    while page.has_more:
        page = client.changes(page.next)
    return page.next


def _until_hidden(client: Client, post: Post, after: str, began: float) -> float:
    """Follow the changes as a platform does, and return after how many seconds the post was hidden."""
    while time.perf_counter() - began < LATE_WITHIN_SECONDS:
        page = client.changes(after, wait_seconds=2)
        after = page.next
        if not client.visibility(None, "feed", [post.id]).is_shown(post.id):
            break
    return time.perf_counter() - began


def check_hidden(client: Client, platform: Platform, findings: Findings) -> None:
    """Ask for everything that was refused or held, for every kind of viewer on every surface: it must be absent."""
    hidden = platform.kept_back[:VISIBILITY_ITEMS]
    names = [post.id for post in hidden]
    asked = [
        *((viewer, surface, names) for surface in SURFACES for viewer in (None, "stranger")),
        *((post.author, "profile", [post.id]) for post in hidden),
    ]
    visible = 0
    for viewer, surface, items in asked:
        seen = client.visibility(viewer, surface, items)
        visible += sum(seen.of(item).exposure is not Exposure.ABSENT for item in items)
    shown = len(platform.page("stranger"))
    say(f"\nhidden    {len(hidden)} refused or held posts on {len(SURFACES)} surfaces: {visible} visible to anybody")
    say(f"feed      {shown} of {len(platform.published)} published posts are shown to a stranger now")
    findings.expect(visible == 0, f"{visible} hidden posts are visible somewhere")


def verify_audit(server: Server, findings: Findings) -> None:
    """Have every step's record verified."""
    if printed := command_holds(server, findings, "audit", "verify"):
        say(f"audit     {printed.strip().splitlines()[0]}")
    findings.expect(server.is_running, "the server ended during the demo")


def _tell_codes(console: fourth_act.Console) -> None:
    """Tell new codes whenever somebody presses Enter."""
    for _ in sys.stdin:
        say(logins_told(console.people, datetime.now(UTC)))


def stay(server: Server, key: str, console: fourth_act.Console) -> None:
    """Leave the server to whoever wants to look, until it is interrupted."""
    say(fourth_act.guide(console, datetime.now(UTC)))
    say(f"\nThe server stays up at {server.url} (interface: {server.url}/docs)")
    say(f"Its key:   {key}")
    command = f"{shlex.quote(sys.executable)} -m tutela bank list"
    say(f"Commands:  TUTELA_CONFIG={shlex.quote(str(server.settings))} {command}")
    say("Ctrl-C ends it.")
    threading.Thread(target=_tell_codes, args=(console,), daemon=True).start()
    try:
        while server.is_running:
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("\nStopping.")
        return
    raise DemoError(f"the server ended by itself. Its last words:\n{server.last_words()}")
