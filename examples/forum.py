# ruff: noqa: INP001  # a script, no package
"""A forum in thirty lines: it asks Tutela before it publishes a picture, and before it shows one.

FORUM_KEY=tutela_... python examples/forum.py        then post to http://127.0.0.1:8421/<your name>
"""

import os
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tutela_client import Client, TutelaClientError

tutela = Client(os.environ.get("FORUM_TUTELA", "http://127.0.0.1:8420"), os.environ["FORUM_KEY"])
posts: dict[str, str] = {}  # post -> author; a real forum keeps this in its database


class Forum(BaseHTTPRequestHandler):
    """POST /<name> posts a picture; GET /<name> lists what that reader may see."""

    def do_POST(self) -> None:  # the base class names it so
        """Publish only what was answered with `publish`."""
        author, picture = self.path[1:], self.rfile.read(int(self.headers["Content-Length"]))
        post = f"post-{uuid.uuid4().hex[:8]}"
        try:
            answer = tutela.submit({"id": post, "author": {"id": author}, "kind": "post"}, [picture])
        except TutelaClientError:
            return self.say(503, "Your post waits; please try again.")  # no answer: nothing is published
        if not answer.may_publish:
            return self.say(
                202, {"under_review": "Your post is under review."}.get(answer.notice or "", "Not available.")
            )
        posts[post] = author
        return self.say(201, f"Published as {post}.")

    def do_GET(self) -> None:  # the base class names it so
        """Show only what this reader may see now, whatever was answered when it was posted."""
        try:
            seen = tutela.visibility(self.path[1:] or None, "feed", posts)
        except TutelaClientError:
            return self.say(503, "Please come back in a moment.")
        return self.say(200, "\n".join(post for post in posts if seen.is_shown(post)) or "Nothing here yet.")

    def say(self, status: int, words: str) -> None:
        """Answer with one text."""
        self.send_response(status)
        self.end_headers()
        self.wfile.write(f"{words}\n".encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("FORUM_PORT", "8421"))), Forum).serve_forever()
