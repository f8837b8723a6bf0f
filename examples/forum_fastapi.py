# ruff: noqa: INP001  # a script, no package
"""A forum on FastAPI whose own process decides what to show: it goes on when Tutela does not answer.

FORUM_KEY=tutela_... uvicorn --app-dir examples forum_fastapi:app --port 8421
"""

import os
import sqlite3
import uuid
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, File, Form, HTTPException, Response

from tutela_client import Cache, Client, Exposure, Post, Sent

folder = Path(os.environ.get("FORUM_FOLDER", "forum"))
folder.mkdir(parents=True, exist_ok=True)
app = FastAPI()


def run(statement: str, *values: Any) -> list[Any]:
    """Run one statement on the forum's own database."""
    with closing(sqlite3.connect(folder / "posts.db")) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS posts (id TEXT, author TEXT, text TEXT, picture BLOB)")
        return database.execute(statement, values).fetchall()


def answered(sent: Sent) -> None:
    """Take an answer, also one that came late. What may never be shown is not kept: Tutela has what it needs."""
    if sent.state in {"refuse", "rejected"}:
        run("UPDATE posts SET picture = NULL WHERE id = ?", sent.id)


client = Client(os.environ.get("FORUM_TUTELA", "http://127.0.0.1:8420"), os.environ["FORUM_KEY"], retries=0)
cache = Cache(client, folder / "tutela", on_answer=answered)  # opened by the first question


def shown(viewer: str | None, surface: str, rows: list[Any]) -> list[Any]:
    """Return what this viewer may see of *rows*, without asking anybody."""
    verdicts = cache.see(viewer, surface, [Post(row[0], row[1], text=row[2]) for row in rows])
    return [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.exposure <= Exposure.LOWER]


@app.post("/posts", status_code=202)
def post(author: Annotated[str, Form()], text: Annotated[str, Form()], picture: Annotated[bytes, File()]) -> Any:
    """Submit a post, and then keep it. Nobody sees it before it is answered with `publish`: `see` knows."""
    if not (permission := cache.may(author, "post")).is_allowed:
        raise HTTPException(403, permission.code)
    name = f"post-{uuid.uuid4().hex[:12]}"
    sent = cache.submit({"id": name, "author": {"id": author}, "kind": "post", "text": text}, [picture])
    run("INSERT INTO posts VALUES (?, ?, ?, ?)", name, author, text, picture)
    answered(cache.state(name) or sent)  # a late answer may have come before there was a row
    return {"id": name, "state": sent.state}


@app.get("/feed")
def feed(viewer: str | None = None) -> Any:
    """Show the newest posts that this viewer may see."""
    rows = run("SELECT id, author, text FROM posts ORDER BY rowid DESC LIMIT 200")
    return [dict(zip(("id", "author", "text"), row, strict=True)) for row in shown(viewer, "feed", rows)]


@app.get("/pictures/{name}")
def picture(name: str, viewer: str | None = None) -> Response:
    """Serve the bytes only to whoever may see the post: an address is no way around."""
    for row in shown(viewer, "media", run("SELECT * FROM posts WHERE id = ? AND picture IS NOT NULL", name)):
        return Response(row[3], media_type="image/jpeg")
    raise HTTPException(404)


@app.get("/health")
def health() -> Any:
    """Tell how old the knowledge is."""
    return asdict(cache.staleness)
