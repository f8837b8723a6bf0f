"""`tutela serve`: one process, ended in order."""

import gc
import os
import signal
import socket
import sys
from pathlib import Path

import click
import structlog
import uvicorn

from tutela.bootstrap import House, build, open_api, set_up_logs
from tutela.cli.opening import Where
from tutela.cli.operate import WHAT_TO_DO
from tutela.cli.profile import record_at_start
from tutela.config import desk_address
from tutela.errors import Misconfigured

GRACE_SECONDS = 5
"""How long requests under way may take after the order to stop; long polls are answered at once."""

WAITING_CONNECTIONS = 2048

_log = structlog.get_logger(__name__)


@click.command("serve")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.  [default: 8420]")
@click.option("--var", type=click.Path(path_type=Path, file_okay=False), help="Folder of the installation.")
@click.option("--config", type=click.Path(path_type=Path), help="Configuration file instead of ./tutela.toml.")
def serve_command(host: str | None, port: int | None, var: Path | None, config: Path | None) -> None:
    """Start the server. Prints its address on standard output as soon as it accepts; logs go to standard error.

    The first start makes database, vault and keys in ./var and asks who runs this, if there is a terminal to ask on;
    TUTELA_PROFILE_COUNTRY, TUTELA_PROFILE_USER_REGIONS and so on answer instead. Ctrl-C or SIGTERM ends it in order.

    \b
    tutela serve
    tutela serve --var /srv/tutela --port 9000
    """  # noqa: D301  # \b is click's mark
    settings = Where(var, config, as_json=False).settings(host=host, port=port)
    set_up_logs(settings.log_level)
    listening = [_listen(settings.host, settings.port)]
    if settings.desk_is_open and (desk := desk_address(settings)) is not None:
        listening.append(_listen(*desk))
    # Uvicorn ends and then raises the signal again: by then it has done its work, and the house is still to be closed.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop_before_start)
    gc.disable()  # until the server has started: see there
    house = build(settings)
    try:
        record_at_start(house.profile, os.environ)
        warn(house)
        house.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _passed_on)
        _Server(_configuration(house), settings.host).run(sockets=listening)
    finally:
        house.close()
        _log.info("stopped")


SWITCH_SECONDS = 0.0005
"""How long one thread computes before another may: at Python's own 5 ms a submit beside a decision in bulk, which lets
go at each read and write, waited 5 ms each time, 0.2 s in all; now it is 0.06 to 0.1 s, and the bulk as quick."""


YOUNG_OBJECTS = 50_000
"""That are made before garbage in circles is looked for: a batch makes tens of thousands that are gone with it, and to
walk them every 700 took a tenth of the time of the batch."""


class _Server(uvicorn.Server):
    """Say where it listens, once it does."""

    def __init__(self, config: uvicorn.Config, host: str) -> None:
        super().__init__(config)
        self._told_host = f"[{host}]" if ":" in host else host

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays. Without this every full collection walks all of it, and an answer waits 0.1 s for it.
        # What of it is garbage stays as well, a hundredth of all: to find it took a tenth of the start.
        gc.freeze()
        gc.enable()
        gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
        sys.setswitchinterval(SWITCH_SECONDS)
        if self.started and sockets:
            click.echo(f"Tutela is ready at http://{self._told_host}:{sockets[0].getsockname()[1]}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Every platform has a reader waiting: answered now and empty, or each restart would take the whole grace.
        self.config.app.state.shared.watch.close()  # type: ignore[union-attr]  # the app that `_configuration` opened
        await super().shutdown(sockets)


def _configuration(house: House) -> uvicorn.Config:
    return uvicorn.Config(
        open_api(house),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        backlog=WAITING_CONNECTIONS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=WAITING_CONNECTIONS)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "not possible"
        raise Misconfigured(
            f"cannot listen there: {reason}",
            place=f"{host}:{port}",
            remedy="Stop what listens there, or choose another --port.",
        ) from None


def _stop_before_start(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _passed_on(_number: int, _frame: object) -> None:
    """Do nothing: the server has stopped already when this is called."""


def warn(house: House) -> None:
    """Log each line of the checklist that is open, with what to do about it."""
    for line, is_done in house.checklist().items():
        if not is_done:
            _log.warning("checklist_open", line=line, advice=WHAT_TO_DO[line])
