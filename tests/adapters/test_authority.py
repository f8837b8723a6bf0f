"""Speaking to the report service, over real connections: to the stand-in, and to servers that are no such thing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.filing import reports
from filed import md5
from receiving import HOST, Behave, Handler, answer, babble, cut, gush, lie, receiving, sleep, trusted
from tutela.adapters.authority.service import HttpReportService
from tutela.core.filing.answers import CODES, LONGEST_ANSWER, AuthorityAnswer, Fault, Outcome, judge
from tutela.core.filing.schema_drift import drift
from tutela.core.filing.states import Environment
from tutela.core.filing.xml import file_details_xml, report_xml
from tutela.errors import ContentDamaged
from tutela.ports.authority import Content, Endpoint, NoAnswer
from tutela.sandbox.ncmec.faults import Does
from tutela.sandbox.ncmec.faults import Fault as Wrong
from tutela.sandbox.ncmec.server import Sandbox

PICTURE = b"a landscape, or what passes for one" * 40_000
SERVICE = HttpReportService(10)
HASTY = HttpReportService(2)  # a busy machine has connected by then, and sent what is small


def document() -> bytes:
    """Return a report."""
    return report_xml(reports.with_image(), schema_url=reports.SCHEMA_URL, now=reports.NOW)


def content(of: bytes = PICTURE, block: int = 64 * 1024) -> Content:
    """Return bytes on their way."""
    return Content("file-1.jpg", len(of), (of[at : at + block] for at in range(0, len(of), block)))


def endpoint(url: str, environment: Environment = Environment.TEST, password: str = "sandbox") -> Endpoint:  # noqa: S107  # of the stand-in
    """Return where a service is."""
    return Endpoint(url, environment, "sandbox", password)


@pytest.fixture
def at(sandbox: Sandbox) -> Endpoint:
    """Where it is."""
    return endpoint(sandbox.url)


def answered(reply: object) -> AuthorityAnswer:
    """Return an answer."""
    assert isinstance(reply, AuthorityAnswer), reply
    return reply


def opened(at: Endpoint) -> str:
    """Return the number of a report that was opened."""
    return answered(SERVICE.submit(at, document())).report_id or ""


def test_a_report_is_filed_step_by_step(at: Endpoint, sandbox: Sandbox) -> None:
    """Each answer is read with its code and what their support asks for; the digest of what arrived is theirs."""
    number = opened(at)
    sent = answered(SERVICE.upload(at, number, content()))
    details = file_details_xml(
        reports.image(), report_id=number, file_id=sent.file_id or "", schema_url=reports.SCHEMA_URL, now=reports.NOW
    )
    told, done = answered(SERVICE.fileinfo(at, details)), answered(SERVICE.finish(at, number))

    assert [each.code for each in (sent, told, done)] == [0, 0, 0]
    assert sent.md5 == md5(PICTURE)
    assert done.file_ids == (sent.file_id,)
    assert len({each.request_id for each in (sent, told, done)}) == 3
    [report] = sandbox.authority.finished()
    assert [(each.name, each.size_bytes) for each in report.files.values()] == [("file-1.jpg", len(PICTURE))]


def test_it_says_who_we_are_and_gives_its_schema(at: Endpoint) -> None:
    """The status check, the schema, and withdrawing."""
    assert "127.0.0.1" in answered(SERVICE.status(at)).description
    schema = SERVICE.schema(at)
    assert isinstance(schema, bytes)
    assert drift(schema).is_none
    assert answered(SERVICE.retract(at, opened(at))).code == 0


def test_a_large_file_leaves_a_piece_at_a_time(at: Endpoint, sandbox: Sandbox) -> None:
    """No piece is asked for before the one before has left: the way is shorter than the file."""
    taken: list[int] = []
    is_stuck = threading.Event()

    @contextmanager
    def stuck() -> Iterator[int]:
        with socket.create_server((HOST, 0)) as server:  # takes the connection, and reads nothing
            yield server.getsockname()[1]

    def pieces() -> Iterator[bytes]:
        for number in range(1024):
            taken.append(number)
            yield bytes(64 * 1024)
        is_stuck.set()

    with stuck() as port:
        big = Content("file-1", 1024 * 64 * 1024, pieces())
        reply = HASTY.upload(endpoint(f"http://{HOST}:{port}/ispws"), "7", big)

    assert reply == NoAnswer(was_sent=True, failure="timed_out")
    assert len(taken) < 512, "64 MB were not read ahead"
    assert not is_stuck.is_set()


def test_bytes_that_are_not_whole_never_arrive(at: Endpoint, sandbox: Sandbox) -> None:
    """What breaks while it is read breaks the request off."""

    def pieces() -> Iterator[bytes]:
        yield b"x" * 1000
        raise ContentDamaged

    number = opened(at)
    with pytest.raises(ContentDamaged):
        SERVICE.upload(at, number, Content("file-1", 2000, pieces()))
    assert sandbox.authority.reports[number].files == {}


# ------------------------------------------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize("code", [code for code in CODES if code])
def test_every_code_arrives_as_it_is(at: Endpoint, sandbox: Sandbox, code: int) -> None:
    """Whatever the status."""
    sandbox.faults.add(Wrong(Does.CODE, code=code))

    assert answered(SERVICE.submit(at, document())).code == code


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Wrong(Does.STATUS, status=502), Outcome.UNKNOWN),
        (Wrong(Does.STATUS, status=503), Outcome.NOT_DONE),
        (Wrong(Does.STATUS, status=302), Outcome.NOT_DONE),
        (Wrong(Does.GARBAGE), Outcome.UNKNOWN),
    ],
)
def test_what_is_no_answer_of_theirs_has_no_code(
    at: Endpoint, sandbox: Sandbox, fault: Wrong, outcome: Outcome
) -> None:
    """It is judged by its status."""
    sandbox.faults.add(fault)
    reply = answered(SERVICE.upload(at, "7", content()))

    assert (reply.code, judge(reply).outcome) == (None, outcome)


@pytest.mark.parametrize("fault", [Wrong(Does.DROP_REQUEST), Wrong(Does.DROP_ANSWER), Wrong(Does.DELAY, seconds=20)])
@pytest.mark.parametrize("step", ["submit", "upload"])
def test_an_answer_that_does_not_come_is_none_and_the_request_may_have_been_done(
    at: Endpoint, sandbox: Sandbox, fault: Wrong, step: str
) -> None:
    """Dropped before, dropped after, and too late."""
    number = opened(at)
    sandbox.faults.add(fault)
    service = HASTY if fault.does is Does.DELAY else SERVICE
    reply = service.submit(at, document()) if step == "submit" else service.upload(at, number, content())

    assert isinstance(reply, NoAnswer)
    assert reply.was_sent


def test_wrong_credentials_are_answered_also_in_the_middle_of_a_file(at: Endpoint) -> None:
    """Whoever refuses a body need not read it to its end."""

    def refuse(server: socket.socket) -> None:
        taken, _ = server.accept()
        with taken:
            taken.recv(4096)
            taken.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            taken.shutdown(socket.SHUT_WR)
            taken.settimeout(60)
            taken.recv(1)

    wrong = answered(SERVICE.upload(endpoint(at.base_url, password="other"), "7", content()))  # noqa: S106  # wrong on purpose
    with socket.create_server((HOST, 0)) as server:
        thread = threading.Thread(target=refuse, args=(server,))
        thread.start()
        big = content(bytes(64 * 1024 * 1024))
        early = SERVICE.upload(endpoint(f"http://{HOST}:{server.getsockname()[1]}/ispws"), "7", big)
        thread.join()

    assert judge(wrong).fault is Fault.AUTH
    # Where the system throws the answer away with the connection, nothing is known: never a success.
    assert isinstance(early, NoAnswer) or early.http_status == 401


def test_nobody_there_is_not_sent() -> None:
    """The request never left."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]

    assert SERVICE.submit(endpoint(f"http://{HOST}:{port}/ispws"), b"x") == NoAnswer(False, "not_connected")  # noqa: FBT003  # a positional dataclass


def redirect(handler: Handler) -> None:
    """Lead elsewhere."""
    answer(handler, 307, Location=f"http://{HOST}:{handler.receiver.port}/other")


def huge(handler: Handler) -> None:
    """Answer with more than anybody reads."""
    answer(handler, 200, b"<reportResponse>" + b"x" * (LONGEST_ANSWER + 1))


def half(handler: Handler) -> None:
    """Say that more comes than does."""
    handler.close_connection = True
    handler.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 400\r\n\r\n<reportResponse>")


@pytest.mark.parametrize(
    ("behave", "service"), [(cut, SERVICE), (lie, SERVICE), (half, SERVICE), (sleep, HASTY), (babble, HASTY)]
)
def test_a_server_that_breaks_off_or_never_ends_gives_no_answer(behave: Behave, service: HttpReportService) -> None:
    """In time."""
    with receiving(behave=behave) as receiver:
        reply = service.finish(endpoint(f"http://{HOST}:{receiver.port}/ispws"), "7")

    assert isinstance(reply, NoAnswer)
    assert reply.was_sent


@pytest.mark.parametrize("behave", [huge, gush])
def test_an_answer_without_end_is_read_no_further_and_says_nothing(behave: Behave) -> None:
    """What came of the request is unknown."""
    with receiving(behave=behave) as receiver:
        reply = answered(SERVICE.finish(endpoint(f"http://{HOST}:{receiver.port}/ispws"), "7"))

    assert judge(reply).outcome is Outcome.UNKNOWN
    assert receiver.gushed < 8 * LONGEST_ANSWER


def test_no_redirect_is_followed() -> None:
    """It stops the channel: a report goes where somebody said, and nowhere else."""
    with receiving(behave=redirect) as receiver:
        reply = answered(SERVICE.finish(endpoint(f"http://{HOST}:{receiver.port}/ispws"), "7"))
        assert [each.path for each in receiver.got] == ["/ispws/finish"]

    assert judge(reply).fault is Fault.CONFIG


# ------------------------------------------------------------------------------------------------------- where it goes


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        (f"http://{HOST}:8430/ispws", Environment.PRODUCTION),
        (f"https://{HOST}:8430/ispws", Environment.PRODUCTION),
        ("http://reports.example/ispws", Environment.TEST),
        ("https://10.0.0.7/ispws", Environment.TEST),
        ("ftp://reports.example", Environment.TEST),
    ],
)
def test_reports_go_out_by_https_and_to_a_stand_in_in_the_test_environment_only(
    url: str, environment: Environment
) -> None:
    """Nothing is sent anywhere else, whatever is stored."""
    reply = SERVICE.submit(endpoint(url, environment), document())

    assert reply == NoAnswer(was_sent=False, failure="address_refused")


def test_a_name_that_leads_inside_is_refused() -> None:
    """Whoever rules the name must not rule where reports go."""

    def inside(_host: str, port: int) -> list[Any]:
        return [(socket.AF_INET, ("10.0.0.7", port))]

    service = HttpReportService(10, resolve=inside)
    assert service.submit(endpoint("https://reports.example/ispws"), b"x") == NoAnswer(False, "address_refused")  # noqa: FBT003  # a positional dataclass


def test_it_must_prove_who_it_is(tmp_path: Path) -> None:
    """By a certificate that is believed."""
    made = trusted(tmp_path, "localhost")
    with receiving(behave=lambda handler: answer(handler, 204), trusted=made) as receiver:
        at = endpoint(f"https://localhost:{receiver.port}/ispws")

        assert SERVICE.finish(at, "7") == NoAnswer(was_sent=False, failure="tls")
        assert answered(HttpReportService(10, trust=made.client).finish(at, "7")).http_status == 204


def test_secrets_are_in_no_representation(at: Endpoint) -> None:
    """What is logged or shown by accident holds none."""
    assert "sandbox'" not in repr(at)
