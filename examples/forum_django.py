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
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from tutela_client import Cache, Client, Exposure, Post

folder = Path(os.environ.get("FORUM_FOLDER", "forum"))
folder.mkdir(parents=True, exist_ok=True)
settings.configure(
    SECRET_KEY=os.environ.get("FORUM_SECRET", uuid.uuid4().hex),
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "posts.db"}},
)
client = Client(os.environ.get("FORUM_TUTELA", "http://127.0.0.1:8420"), os.environ["FORUM_KEY"], retries=0)
cache = Cache(client, folder / "tutela")  # opened by the first question, in whichever worker asks it


def run(statement: str, *values: Any) -> list[Any]:
    """Run one statement on the forum's own database."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS posts (id TEXT, author TEXT, text TEXT, picture BLOB)")
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def post(request: HttpRequest) -> HttpResponse:
    """Submit a post, and then keep it. Nobody sees it before it is answered with `publish`: `see` knows."""
    author, text, name = request.POST["author"], request.POST["text"], f"post-{uuid.uuid4().hex[:12]}"
    if not (permission := cache.may(author, "post")).is_allowed:
        return JsonResponse({"detail": permission.code}, status=403)
    picture = request.FILES["picture"].read()
    sent = cache.submit({"id": name, "author": {"id": author}, "kind": "post", "text": text}, [picture])
    run("INSERT INTO posts VALUES (%s, %s, %s, %s)", name, author, text, picture)
    return JsonResponse({"id": name, "state": sent.state}, status=202)


def feed(request: HttpRequest) -> HttpResponse:
    """Show what this viewer may see, without asking anybody."""
    rows = run("SELECT id, author, text FROM posts ORDER BY rowid DESC LIMIT 200")
    verdicts = cache.see(request.GET.get("viewer"), "feed", [Post(row[0], row[1], text=row[2]) for row in rows])
    shown = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.exposure <= Exposure.LOWER]
    return JsonResponse([dict(zip(("id", "author", "text"), row, strict=True)) for row in shown], safe=False)


def picture(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the bytes only to whoever may see the post: an address is no way around."""
    for author, content in run("SELECT author, picture FROM posts WHERE id = %s", name):
        [verdict] = cache.see(request.GET.get("viewer"), "media", [Post(name, author)])
        if verdict.exposure <= Exposure.LOWER:
            return HttpResponse(content, content_type="image/jpeg")
    return HttpResponse(status=404)


def health(_: HttpRequest) -> HttpResponse:
    """Tell how old the knowledge is."""
    return JsonResponse(asdict(cache.staleness))


urlpatterns = [path("posts", post), path("feed", feed), path("pictures/<name>", picture), path("health", health)]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
