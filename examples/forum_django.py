# ruff: noqa: INP001  # a script, no package
"""The same forum on Django, in one file: its own process decides what to show.

FORUM_KEY=tutela_... python examples/forum_django.py runserver --noreload 8421
"""

import os
import sys
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tutela_client import Cache, Client, Exposure, Post, Sent

folder = Path(os.environ.get("FORUM_FOLDER", "forum"))
folder.mkdir(parents=True, exist_ok=True)
database = {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "posts.db"}
settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, DATABASES={"default": database})


def run(statement: str, *values: Any) -> list[Any]:
    """Run one statement on the forum's own database."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS posts (id TEXT, author TEXT, text TEXT, picture BLOB)")
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def answered(sent: Sent) -> None:
    """Take an answer, also one that came late. What may never be shown is not kept: Tutela has what it needs."""
    if sent.state in {"refuse", "rejected"}:
        run("UPDATE posts SET picture = NULL WHERE id = %s", sent.id)


client = Client(os.environ.get("FORUM_TUTELA", "http://127.0.0.1:8420"), os.environ["FORUM_KEY"], retries=0)
cache = Cache(client, folder / "tutela", on_answer=answered)  # opened by the first question


def shown(request: HttpRequest, surface: str, rows: list[Any]) -> list[Any]:
    """Return what this viewer may see of *rows*, without asking anybody."""
    verdicts = cache.see(request.GET.get("viewer"), surface, [Post(row[0], row[1], text=row[2]) for row in rows])
    return [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.exposure <= Exposure.LOWER]


def post(request: HttpRequest) -> HttpResponse:
    """Submit a post, and then keep it. Nobody sees it before it is answered with `publish`: `see` knows."""
    author, text, picture = request.POST["author"], request.POST["text"], request.FILES["picture"].read()
    if not (permission := cache.may(author, "post")).is_allowed:
        return JsonResponse({"detail": permission.code}, status=403)
    name = f"post-{uuid.uuid4().hex[:12]}"
    sent = cache.submit({"id": name, "author": {"id": author}, "kind": "post", "text": text}, [picture])
    run("INSERT INTO posts VALUES (%s, %s, %s, %s)", name, author, text, picture)
    answered(cache.state(name) or sent)  # a late answer may have come before there was a row
    return JsonResponse({"id": name, "state": sent.state}, status=202)


def feed(request: HttpRequest) -> HttpResponse:
    """Show the newest posts that this viewer may see."""
    rows = shown(request, "feed", run("SELECT id, author, text FROM posts ORDER BY rowid DESC LIMIT 200"))
    return JsonResponse([dict(zip(("id", "author", "text"), row, strict=True)) for row in rows], safe=False)


def picture(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the bytes only to whoever may see the post: an address is no way around."""
    for row in shown(request, "media", run("SELECT * FROM posts WHERE id = %s AND picture IS NOT NULL", name)):
        return HttpResponse(row[3], content_type="image/jpeg")
    return HttpResponse(status=404)


def health(_: HttpRequest) -> HttpResponse:
    """Tell how old the knowledge is."""
    return JsonResponse(asdict(cache.staleness))


urlpatterns = [path("posts", post), path("feed", feed), path("pictures/<name>", picture), path("health", health)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
