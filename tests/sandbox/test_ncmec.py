"""The stand-in for the authority, over real HTTP: what it takes, refuses, forgets and breaks on request."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from core.filing import reports
from core.filing.test_xml import ALL
from tutela.core.filing.answers import AuthorityAnswer, read_answer
from tutela.core.filing.report import Report
from tutela.core.filing.report_file import FileDetails
from tutela.core.filing.states import Environment, FileState, Filing, Phase, Send, Step, Wait, next_move
from tutela.core.filing.transitions import answered, asked, lost
from tutela.core.filing.wire_words import IncidentType
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.sandbox.ncmec.authority import Authority
from tutela.sandbox.ncmec.server import Sandbox, listening

PICTURE = b"a landscape, or what passes for one" * 4000


class Client:
    """A plain client of the report service."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Speak to *sandbox*."""
        self.sandbox = sandbox
        self.http = httpx.Client(auth=("sandbox", "sandbox"), timeout=60)

    def _read(self, response: httpx.Response) -> AuthorityAnswer:
        headers = response.headers
        return read_answer(
            response.status_code,
            response.content,
            request_id=headers["Request-ID"],
            retry_after=headers.get("Retry-After"),
        )

    def get(self, step: str) -> AuthorityAnswer:
        """Ask."""
        return self._read(self.http.get(self.sandbox.url + step))

    def post(self, step: str, **body: Any) -> AuthorityAnswer:
        """Take a step."""
        return self._read(self.http.post(self.sandbox.url + step, **body))

    def submit(self, report: Report, **known: Any) -> AuthorityAnswer:
        """Open a report."""
        body = report_xml(report, schema_url="https://authority.test/ispws/xsd", now=self.sandbox.now(), **known)
        return self.post("/submit", content=body)

    def upload(self, report_id: str | None, content: bytes = PICTURE) -> AuthorityAnswer:
        """Send a file."""
        return self.post("/upload", data={"id": report_id}, files={"file": ("photo.jpg", content)})

    def describe(
        self, report_id: str | None, file_id: str | None, details: FileDetails, **known: Any
    ) -> AuthorityAnswer:
        """Tell of a file."""
        body = file_details_xml(
            details, report_id=report_id or "", file_id=file_id or "", schema_url="https://authority.test/ispws/xsd",
            now=self.sandbox.now(), **known,
        )  # fmt: skip
        return self.post("/fileinfo", content=body)

    def end(self, step: str, report_id: str | None) -> AuthorityAnswer:
        """Finish or retract."""
        return self.post(step, files={"id": (None, report_id or "")})

    def wish(self, path: str, **sent: Any) -> Any:
        """Rule the stand-in."""
        return self.http.post(self.sandbox.control_url + path, json=sent).json()

    def state(self, report_id: str | None) -> str:
        """Return where a report is."""
        told = self.http.get(f"{self.sandbox.control_url}/reports/{report_id}").json()
        return str(told["state"])


@pytest.fixture(scope="module")
def listens() -> Iterator[Sandbox]:
    """One stand-in for all tests here."""
    with listening(Sandbox(is_2026=True)) as sandbox:
        yield sandbox


@pytest.fixture
def client(listens: Sandbox) -> Iterator[Client]:
    """A client of a stand-in that has forgotten all."""
    listens.reset()
    made = Client(listens)
    yield made
    made.http.close()


def test_a_report_with_a_file_is_opened_filled_and_finished(client: Client) -> None:
    """The digest of what arrived is answered, and finish names the files."""
    opened = client.submit(reports.with_image())
    sent = client.upload(opened.report_id)
    told = client.describe(opened.report_id, sent.file_id, reports.image())
    done = client.end("/finish", opened.report_id)

    assert (opened.code, sent.code, told.code, done.code) == (0, 0, 0, 0)
    assert sent.md5 == hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()
    assert done.file_ids == (sent.file_id,)
    assert opened.request_id != done.request_id
    assert client.state(opened.report_id) == "finished"


@pytest.mark.parametrize("kind", list(IncidentType))
def test_a_report_of_words_alone_is_taken(client: Client, kind: IncidentType) -> None:
    """Every incident type."""
    incident = reports.incident(kind)
    opened = client.submit(Report(**{**_parts(reports.text_only()), "incident": incident}))

    assert client.end("/finish", opened.report_id).file_ids == ()


def _parts(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in Report.__dataclass_fields__}


def test_the_largest_report_is_taken(client: Client) -> None:
    """With the additions of 2026."""
    opened = client.submit(reports.maximal(), features=ALL)
    sent = client.upload(opened.report_id)

    assert opened.code == 0, opened.description
    told = client.describe(opened.report_id, sent.file_id, reports.maximal_file(), features=ALL)
    assert told.code == 0, told.description


def test_a_batch_has_exactly_one_file(client: Client) -> None:
    """With two, finish fails, and it can be retracted."""
    opened = client.submit(reports.batch())
    sent = client.upload(opened.report_id)
    assert client.describe(opened.report_id, sent.file_id, reports.batch_file()).code == 0
    client.upload(opened.report_id)

    assert client.end("/finish", opened.report_id).code == 4100
    assert client.end("/retract", opened.report_id).code == 0


GOOD = report_xml(reports.text_only(), schema_url="x", now=reports.NOW)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 4110),
        (b"<report>", 4110),
        (b'<!DOCTYPE report [<!ENTITY a "b">]><report>&a;</report>', 4110),
        (b"<other/>", 4100),
        (GOOD.replace(b"<platform>", b"<platform>\x00"), 4110),
        (GOOD.replace(b"Online Enticement of Children for Sexual Acts", b"Online Enticement of Children"), 4100),
        (GOOD.replace(b"2026-11-19T18:04:05Z", b"2026-11-19T18:04:05"), 4100),
        (GOOD.replace(b"2026-11-19T18:04:05Z", b"2999-11-19T18:04:05Z"), 4100),
        (GOOD.replace(b"<age>14</age>", b"<age>151</age>"), 4100),
        (GOOD.replace(b"<victimPerson><age>14</age></victimPerson>", b""), 4100),
        (GOOD.replace(b"<platform>Meadow Chat</platform>", b"") + b" ", 0),
        (GOOD.replace(b"<port>51000</port>", b"<port>70000</port>"), 4100),
        (GOOD.replace(b"<region>IL</region>", b""), 4100),
        (GOOD.replace(b'<email type="Work">safety@meadow.alt</email>', b""), 4100),
    ],
)
def test_a_report_that_is_wrong_is_refused_with_its_code(client: Client, body: bytes, code: int) -> None:
    """And the place in the description."""
    answer = client.post("/submit", content=body)

    assert answer.code == code, answer.description
    assert (answer.report_id is None) is (code != 0)


def test_elements_in_another_order_are_refused(client: Client) -> None:
    """As the real one does, and after what a client believes to be a good report."""
    platform = b"<platform>Meadow Chat</platform>"
    moved = GOOD.replace(platform, b"").replace(b"<incidentType>", platform + b"<incidentType>")

    answer = client.post("/submit", content=moved)
    assert answer.code == 4100
    assert "incidentSummary" in answer.description


@pytest.mark.parametrize("step", ["/upload", "/finish", "/retract"])
def test_a_step_of_a_report_that_is_over_says_what_became_of_it(client: Client, step: str) -> None:
    """Unknown, finished, retracted and expired each have their answer."""

    def take(report_id: str | None) -> int | None:
        return (client.upload(report_id) if step == "/upload" else client.end(step, report_id)).code

    finished, retracted, expired = (client.submit(reports.text_only()).report_id for _ in range(3))
    client.end("/finish", finished)
    client.end("/retract", retracted)
    client.wish("/clock", advance_seconds=24 * 3600)

    assert take("1") == 5001
    assert take(finished) == 5102
    assert take(retracted) == 5101
    assert take(expired) == 5001


def test_an_unfinished_report_is_forgotten_by_the_later_of_two_clocks(client: Client) -> None:
    """A day after it was opened, or an hour after it was changed last."""
    number = client.submit(reports.text_only()).report_id
    client.wish("/clock", advance_seconds=23.5 * 3600)
    assert client.upload(number).code == 0
    client.wish("/clock", advance_seconds=3590)
    assert client.state(number) == "open"
    client.wish("/clock", advance_seconds=20)

    assert client.state(number) == "expired"


def test_a_file_is_described_once(client: Client) -> None:
    """And only if it is there."""
    number = client.submit(reports.with_image()).report_id
    file_id = client.upload(number).file_id

    assert client.describe(number, "other", reports.image()).code == 5002
    assert client.describe(number, file_id, reports.image()).code == 0
    assert client.describe(number, file_id, reports.image()).code == 4000


def test_wrong_credentials_are_refused_without_a_document(client: Client) -> None:
    """As the real one may."""
    client.http.auth = httpx.BasicAuth("sandbox", "wrong")
    answer = client.post("/submit", content=GOOD)

    assert (answer.http_status, answer.code) == (401, None)
    client.http.auth = httpx.BasicAuth("sandbox", "sandbox")
    assert client.get("/status").code == 0


def test_status_says_who_asks_and_a_wrong_path_is_told_so(client: Client) -> None:
    """For the screen that tests a connection."""
    assert "127.0.0.1" in client.get("/status").description
    assert client.get("/elsewhere").code == 1210
    assert client.post("/upload", content=b"no form").code == 4200
    assert client.post("/finish", content=b"no form").code == 4000
    assert client.post("/finish", data={"id": "1"}).code == 5001


def test_the_schema_it_gives_names_every_type(client: Client) -> None:
    """It is a document, and knows report and fileDetails."""
    body = client.http.get(f"{client.sandbox.url}/xsd").content
    root = ElementTree.fromstring(body)
    names = [each.get("name") for each in root]

    assert names[:2] == ["report", "fileDetails"]
    assert len(set(names)) > 30


FAULTS = [
    # what goes wrong, on which step, how the client sees it, and whether it was done
    ({"does": "status", "status": 503}, 503, False),
    ({"does": "status", "status": 502}, 502, False),
    ({"does": "code", "code": 1000}, 500, False),
    ({"does": "code", "code": 3100}, 403, False),
    ({"does": "garbage"}, 200, True),
    ({"does": "delay", "seconds": 0.01}, 200, True),
    ({"does": "drop_request"}, None, False),
    ({"does": "drop_answer"}, None, True),
]


@pytest.mark.parametrize(("fault", "status", "is_done"), FAULTS, ids=[str(f[0]) for f in FAULTS])
def test_it_fails_on_request_once_and_then_no_more(
    client: Client, fault: dict[str, Any], status: int | None, *, is_done: bool
) -> None:
    """What was asked to be broken is broken, and the next request is answered as ever."""
    number = client.submit(reports.text_only()).report_id
    client.wish("/faults", on="/finish", **fault)
    if status is None:
        with pytest.raises(httpx.TransportError):
            client.end("/finish", number)
    else:
        assert client.end("/finish", number).http_status == status

    assert client.state(number) == ("finished" if is_done else "open")
    assert client.end("/finish", number).code == (5102 if is_done else 0)


def test_other_bytes_arrive_on_request(client: Client) -> None:
    """The digest that is answered is another one, once."""
    number = client.submit(reports.with_image()).report_id
    client.wish("/faults", does="corrupt", on="/upload", skip=1)
    right, wrong, again = (client.upload(number).md5 for _ in range(3))

    assert right == again != wrong


@pytest.mark.parametrize(
    "sent",
    [
        {"does": "explode"}, {"does": "delay", "seconds": -1}, {"does": "delay", "on": "/nowhere"},
        {"does": "status", "status": 99}, {"does": "delay", "soon": True}, {"does": "code", "times": 0},
    ],
)  # fmt: skip
def test_a_fault_that_is_none_is_refused_with_its_place(client: Client, sent: dict[str, Any]) -> None:
    """A misspelt fault must not pass for one that never happened."""
    answer = client.http.post(f"{client.sandbox.control_url}/faults", json=sent)

    assert answer.status_code == 422
    assert answer.json()["error"]
    assert client.http.get(f"{client.sandbox.control_url}/faults").json() == {"waiting": []}


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff"])
def test_a_wish_that_is_no_json_is_refused(client: Client, body: bytes) -> None:
    """Nothing breaks."""
    assert client.http.post(f"{client.sandbox.control_url}/clock", content=body).status_code == 400
    assert client.http.get(f"{client.sandbox.control_url}/nothing").status_code == 404
    assert client.http.get(f"{client.sandbox.control_url}/reports/1").status_code == 404
    assert client.wish("/clock", advance_seconds="soon")["error"]


def test_a_file_of_unknown_length_is_taken_in_chunks(client: Client) -> None:
    """A client may stream what it does not count."""
    number = client.submit(reports.with_image()).report_id
    head = (
        f'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n{number}\r\n--b\r\nContent-Disposition: form-data; '
    )
    parts = [head.encode(), b'name="file"; filename="a.jpg"\r\n\r\n', PICTURE, b"\r\n--b--\r\n"]
    kind = {"Content-Type": "multipart/form-data; boundary=b"}

    answer = client.post("/upload", content=iter(parts), headers=kind)
    cut = client.post("/upload", content=b"".join(parts)[:-8], headers=kind)

    assert answer.md5 == hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()
    assert cut.code == 4200


def test_it_starts_from_the_command_line_and_stops_when_told() -> None:
    """A real process; it says where it listens."""
    command = [sys.executable, "-m", "tutela", "sandbox", "ncmec", "--port", "0", "--password", "made-up"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        control = process.stdout.readline().split()[-1]
        answer = httpx.get(f"{url}/status", auth=("sandbox", "made-up"))
        told = httpx.get(f"{control}/reports")
        process.terminate()
        process.wait(60)

    assert read_answer(answer.status_code, answer.content).code == 0
    assert json.loads(told.content) == {"reports": []}
    assert process.returncode == 0


def drive(client: Client, filing: Filing, contents: Sequence[bytes]) -> Filing:
    """Take a report to its end over HTTP, as a worker would; a broken connection is a lost answer."""
    for _ in range(60):
        now = client.sandbox.now()
        move = next_move(filing, now + timedelta(days=1), filing.environment)
        if isinstance(move, Wait):
            break
        filing = asked(filing, move, now)
        try:
            answer = _send(client, filing, move, contents)
        except httpx.TransportError:
            filing = lost(filing, now, 0.5).filing
        else:
            filing = answered(filing, answer, now, 0.5).filing
    return filing


def _send(client: Client, filing: Filing, move: Send, contents: Sequence[bytes]) -> AuthorityAnswer:
    number = filing.report_id
    if move.step is Step.SUBMIT:
        return client.submit(reports.with_image())
    if move.step is Step.UPLOAD:
        return client.upload(number, contents[move.file or 0])
    if move.step is Step.FILEINFO:
        return client.describe(number, filing.files[move.file or 0].file_id, reports.image())
    return client.end(f"/{move.step.value}", number)


@pytest.mark.parametrize("step", ["/submit", "/upload", "/fileinfo", "/finish"])
@pytest.mark.parametrize(
    "fault", [{"does": "drop_answer"}, {"does": "drop_request"}, {"does": "garbage"}, {"does": "status", "status": 502}]
)
def test_a_report_ends_finished_once_whatever_breaks_on_the_way(
    client: Client, step: str, fault: dict[str, Any]
) -> None:
    """Over real connections: two files, each there once, with the digests of what was sent."""
    contents = (PICTURE, b"another hill")
    files = tuple(
        FileState(f"k{at}", hashlib.md5(each, usedforsecurity=False).hexdigest()) for at, each in enumerate(contents)
    )
    client.wish("/faults", on=step, **fault)
    done = drive(client, Filing("rep_1", Environment.PRODUCTION, files), contents)
    told = client.http.get(f"{client.sandbox.control_url}/reports").json()["reports"]
    finished = [each for each in told if each["state"] == "finished"]

    assert done.phase is Phase.FINISHED
    assert [sorted(f["md5"] for f in each["files"]) for each in finished] == [sorted(each.md5 for each in files)]
    assert all(f["is_described"] for each in finished for f in each["files"])


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(body: bytes) -> None:
    """No document breaks the stand-in."""
    authority = Authority()
    for text in (body, GOOD[: len(body)] + body, GOOD.replace(b"handle", body)):
        assert authority.submit(text, reports.NOW).code in {0, 4100, 4110}
        assert authority.describe(text, reports.NOW).code in {4100, 4110}
