"""A process of a platform that is going to be killed: follows a server and submits until then.

Arguments: the server's address, the folder, what its posts are called, and `run`, `fork`, `exit` or `closed`. It prints
a line for each submission that was taken, and with `fork` what its child and it see. With `exit` it ends like a killed
one as soon as it was answered; with `closed` it forks when its cache is not open any more.
"""

import os
import sys
import time
from pathlib import Path

from tutela_client import Cache, Client, Exposure, Pace, Patience, Pauses, Post
from tutela_client.keeping import ForkedError

QUICK = Pauses(0.01, 0.05)
SOON_SECONDS = 60.0  # of a busy machine; it takes milliseconds


def main() -> None:
    """Run until killed."""
    url, folder, name, how = sys.argv[1:]
    pace = Pace(0.1, 0.02, 60.0, QUICK, 1000, Patience(QUICK, 0.01))
    cache = Cache(Client(url, "tutela_test", retries=0), Path(folder), pace=pace)
    if how == "fork":
        forked(cache)
        return
    if how == "exit":
        print(cache.submit({"id": name, "author": {"id": "ann"}}).state, flush=True)  # noqa: T201  # how the test hears
        os._exit(0)
    if how == "closed":
        forked_when_closed(cache)
        return
    for number in range(1_000_000):
        item = {"id": f"{name}-{number}", "author": {"id": "ann"}}
        print(cache.submit(item, [os.urandom(20_000)]).id, flush=True)  # noqa: T201  # how the test hears of it


def forked(cache: Cache) -> None:
    """Fork before the cache is open, and once more when it is."""
    child = os.fork()
    if child == 0:
        cache.wait_until_ready(SOON_SECONDS)
        print("ready", flush=True)  # noqa: T201  # as above
        until = time.monotonic() + SOON_SECONDS
        while seen(cache) and time.monotonic() < until:
            time.sleep(0.01)
        print("child", seen(cache), cache.submit({"id": "from-the-child"}, [b"x"]).state, flush=True)  # noqa: T201  # as above
        os._exit(0)
    os.waitpid(child, 0)
    print("parent", seen(cache), cache.submit({"id": "from-the-parent"}).state, flush=True)  # noqa: T201  # as above
    grandchild = os.fork()
    if grandchild == 0:
        for question in (cache.start, Cache(cache._client, cache._folder).start):
            try:
                question()
            except ForkedError:
                print("refused", flush=True)  # noqa: T201  # as above
        os._exit(0)
    os.waitpid(grandchild, 0)
    cache.close()


def forked_when_closed(cache: Cache) -> None:
    """Fork when the cache was open and is not any more."""
    with cache:
        cache.wait_until_ready(SOON_SECONDS)
    if os.fork() == 0:
        print(cache.wait_until_ready(SOON_SECONDS), flush=True)  # noqa: T201  # as above
        os._exit(0)
    os.wait()


def seen(cache: Cache) -> bool:
    """Return whether the post is shown that the server is about to seal."""
    return cache.see(None, "feed", [Post("sealed", "ann")])[0].exposure is not Exposure.ABSENT


if __name__ == "__main__":
    main()
