"""A real house behind a real server in this process; every answer is checked against its declared model."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import uvicorn

from login import Member, join, running_quickly
from tutela.api.answers import Problem
from tutela.api.app import create_app
from tutela.api.route import SIGNED_IN, Route
from tutela.api.routes import ROUTES
from tutela.bootstrap import House
from tutela.config import load
from tutela.core.permissions import PEOPLE_ONLY, ROLE_SCOPES, SCOPES, StaffRole
from tutela.core.visitors import visitor_of

AGENT = "a browser of the tests"
PATTERNS = [(route, re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path))) for route in ROUTES]


def declared(method: str, path: str) -> Any:
    """Return the route that a path belongs to, by the order of the table."""
    return next((r for r, p in PATTERNS if r.method == method and p.fullmatch(path)), None)


class Api:
    """A client that holds every answer against the table of routes."""

    def __init__(self, house: House, port: int) -> None:
        """Make a key for each scope, and one with all."""
        self.house, self.port = house, port
        given = SCOPES.keys() - PEOPLE_ONLY
        self.keys = {scope: house.keep_keys.create(scope, [scope])[1] for scope in given}
        self.keys["all"] = house.keep_keys.create("all", given)[1]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, headers={"User-Agent": AGENT})
        self.people: dict[StaffRole, Member] = {}

    def send(self, method: str, path: str, *, scope: str | None = "all", **more: Any) -> httpx.Response:
        """Send a request with the key of *scope* and check the shape of the answer."""
        headers = dict(more.pop("headers", {}))
        if scope is not None:
            headers["Authorization"] = f"Bearer {self.keys[scope]}"
        answer = self.client.request(method, path, headers=headers, **more)
        self.check(method, path, answer)
        return answer

    def person(self, role: StaffRole) -> Member:
        """Return somebody of this role who is signed in, in the browser of this client."""
        if role not in self.people:
            login = f"the-{role.replace('_', '-')}"
            self.people[role] = join(self.house, login, role, visitor=visitor_of("127.0.0.1", AGENT))
        return self.people[role]

    def send_as(self, member: Member, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request by the session of *member*, as a page of it would."""
        secret = member.signed.secret
        token = self.house.staff.secrets.csrf_token(secret)
        headers = {"Cookie": f"tutela_session={secret}", "X-CSRF-Token": token, **more.pop("headers", {})}
        return self.send(method, path, scope=None, headers=headers, **more)

    def send_allowed(self, route: Route, path: str, **more: Any) -> httpx.Response:
        """Send a request as somebody who may: by the key with all scopes, or as a person where no key will do."""
        if route.scope != SIGNED_IN and route.scope not in PEOPLE_ONLY and not route.is_for_people:
            return self.send(route.method, path, **more)
        role = next((role for role, scopes in ROLE_SCOPES.items() if route.scope in scopes), StaffRole.ADMINISTRATOR)
        return self.send_as(self.person(role), route.method, path, **more)

    def check(self, method: str, path: str, answer: httpx.Response) -> None:
        """Hold one answer against its declared model."""
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert re.fullmatch(r"req_[0-9a-f]{16}", answer.headers["x-request-id"])
        route = declared(method, httpx.URL(path).raw_path.decode().partition("?")[0])
        if answer.status_code >= 400 and not (route and answer.status_code in route.statuses):
            assert answer.headers["content-type"] == "application/problem+json"
            problem = Problem.model_validate_json(answer.content)
            assert problem.status == answer.status_code
            assert problem.request_id == answer.headers["x-request-id"]
            return
        if route is not None:
            assert answer.status_code in route.statuses
            if route.answer is not None:
                route.answer.model_validate_json(answer.content)

    def get(self, path: str, **more: Any) -> Any:
        """Return what a good GET tells."""
        answer = self.send("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, *, status: int | None = None, **more: Any) -> Any:
        """Return what a good POST tells."""
        answer = self.send("POST", path, json=body, **more) if body is not None else self.send("POST", path, **more)
        assert answer.status_code == status if status else answer.status_code in {200, 201}, answer.text
        return answer.json()

    def bank(self, name: str, **more: Any) -> Any:
        """Create a bank of a listed kind."""
        body = {
            "name": name,
            "clause": "cse.depiction",
            "material": "apparent_csam",
            "verification": "several_analysts",
            "source": "a test",
            **more,
        }
        return self.post("/v1/banks", body, status=201)

    def upload(self, content: bytes) -> Any:
        """Upload one content."""
        return self.post("/v1/media", content=content, status=201)


@contextmanager
def serve(var: Path, **more: Any) -> Iterator[Api]:
    """Yield a client of a server in this process."""
    settings = load(
        {},
        var=var,
        undo_seconds=more.pop("undo_seconds", 0),
        upload_max_bytes=4 * 1024 * 1024,
        request_max_bytes=1024 * 1024,
        **more,
    )
    with running_quickly(settings) as house:
        config = uvicorn.Config(create_app(house), port=0, log_level="critical", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        api = Api(house, server.servers[0].sockets[0].getsockname()[1])
        yield api
        api.client.close()
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Yield a client of a server that runs for the whole session."""
    with serve(tmp_path_factory.mktemp("served")) as api:
        yield api


@pytest.fixture(scope="session")
def served_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Any, migrated_postgresql: str
) -> Iterator[Api]:
    """Yield a client of a server on PostgreSQL that runs for the whole session."""
    url = postgresql.create(migrated_postgresql)
    with serve(tmp_path_factory.mktemp("served-on-postgresql"), database_url=url) as api:
        yield api
    postgresql.drop(url)


@pytest.fixture
def api(served: Api) -> Api:
    """Return the client."""
    return served


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    """Yield every log record of the test."""
    with structlog.testing.capture_logs() as records:
        yield records
