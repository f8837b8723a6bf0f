# ruff: noqa: INP001  # a script, no package
"""A forum on FastAPI whose own process decides what to show: it goes on when Tutela does not answer.

FORUM_KEY=tutela_... uvicorn --app-dir examples forum_fastapi:app --port 8421
"""

import os
import sqlite3
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, File, Form, HTTPException, Response

from tutela_client import Cache, Client, Exposure, Post, Sent

folder = Path(os.environ.get("FORUM_FOLDER", "forum"))
folder.mkdir(parents=True, exist_ok=True)
client = Client(os.environ.get("FORUM_TUTELA", "http://127.0.0.1:8420"), os.environ["FORUM_KEY"], retries=0)


def run(statement: str, *values: Any) -> list[Any]:
    """Run one statement on the forum's own database."""
    with closing(sqlite3.connect(folder / "posts.db")) as database, database:
        return database.execute(statement, values).fetchall()


def answered(sent: Sent) -> None:
    """Take an answer that came late. What may not be shown need not be kept: Tutela has what it needs."""
    if sent.state in {"refuse", "rejected"}:
        run("UPDATE posts SET picture = NULL WHERE id = ?", sent.id)


cache = Cache(client, folder / "tutela", on_answer=answered)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Open everything in the process that answers, and close it."""
    run("CREATE TABLE IF NOT EXISTS posts (id TEXT, author TEXT, text TEXT, picture BLOB)")
    with cache:
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/posts", status_code=202)
def post(
    author: Annotated[str, Form()], text: Annotated[str, Form()], picture: Annotated[bytes, File()]
) -> dict[str, str]:
    """Submit a post, and then keep it. Nobody sees it before it is answered with `publish`: `see` knows."""
    if not (permission := cache.may(author, "post")).is_allowed:
        raise HTTPException(403, permission.code)
    name = f"post-{uuid.uuid4().hex[:12]}"
    sent = cache.submit({"id": name, "author": {"id": author}, "kind": "post", "text": text}, [picture])
    run("INSERT INTO posts VALUES (?, ?, ?, ?)", name, author, text, picture)
    answered(sent)
    return {"id": name, "state": sent.state}


@app.get("/feed")
def feed(viewer: str | None = None, newest: int = 200) -> list[dict[str, str]]:
    """Show what this viewer may see, without asking anybody."""
    rows = run("SELECT id, author, text FROM posts ORDER BY rowid DESC LIMIT ?", newest)
    verdicts = cache.see(viewer, "feed", [Post(name, author, text=text) for name, author, text in rows])
    shown = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.exposure <= Exposure.LOWER]
    return [{"id": name, "author": author, "text": text} for name, author, text in shown]


@app.get("/pictures/{name}")
def picture(name: str, viewer: str | None = None) -> Response:
    """Serve the bytes only to whoever may see the post: an address is no way around."""
    for author, content in run("SELECT author, picture FROM posts WHERE id = ?", name):
        [verdict] = cache.see(viewer, "media", [Post(name, author)])
        if verdict.exposure <= Exposure.LOWER and content:
            return Response(content, media_type="image/jpeg")
    raise HTTPException(404)


@app.get("/health")
def health() -> dict[str, Any]:
    """Tell how old the knowledge is."""
    return asdict(cache.staleness)
