"""A process of a platform that is going to be killed: follows a server and submits until then.

Arguments: the server's address, the folder, what its posts are called, and `run` or `fork`. It prints a line for each
submission that was taken, and with `fork` what its child and it see.
"""

import os
import sys
import time
from pathlib import Path

from tutela_client import Cache, Client, Exposure, Pace, Patience, Pauses, Post
from tutela_client.keeping import ForkedError

QUICK = Pauses(0.01, 0.05)


def main() -> None:
    """Run until killed."""
    url, folder, name, how = sys.argv[1:]
    pace = Pace(0.1, 0.02, 60.0, QUICK, 1000, Patience(QUICK, 0.01))
    cache = Cache(Client(url, "tutela_test", retries=0), Path(folder), pace=pace)
    if how == "fork":
        forked(cache)
        return
    for number in range(1_000_000):
        item = {"id": f"{name}-{number}", "author": {"id": "ann"}}
        print(cache.submit(item, [os.urandom(20_000)]).id, flush=True)  # noqa: T201  # how the test hears of it


def forked(cache: Cache) -> None:
    """Fork before the cache is open, and once more when it is."""
    child = os.fork()
    if child == 0:
        cache.wait_until_ready(10)
        print("ready", flush=True)  # noqa: T201  # as above
        until = time.monotonic() + 10
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


def seen(cache: Cache) -> bool:
    """Return whether the post is shown that the server is about to seal."""
    return cache.see(None, "feed", [Post("sealed", "ann")])[0].exposure is not Exposure.ABSENT


if __name__ == "__main__":
    main()
