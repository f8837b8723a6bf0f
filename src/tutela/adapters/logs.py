"""Logs: one JSON object a line on standard error. Never content, names, file names or hashes."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SHARED: tuple[structlog.types.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def set_up_logs(level: str) -> None:
    """Send our own log lines and those of the libraries to standard error, from *level* on."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[*_SHARED, _error_type_only, structlog.processors.JSONRenderer(sort_keys=True)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=list(_SHARED),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _error_type_only,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
            # A traceback may quote what was being worked on; only the kind of the error is told.
            use_get_message=True,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))
    logging.getLogger("uvicorn").setLevel(max(number, logging.WARNING))


def _error_type_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    failed = event.pop("exc_info", None)
    event.pop("exception", None)
    event.pop("stack_info", None)
    if failed is True:
        failed = sys.exc_info()
    if isinstance(failed, tuple) and failed[0] is not None:
        event["error_type"] = failed[0].__name__
        # The message of a broken request holds its traceback after the first line.
        event["event"] = str(event.get("event", "")).partition("\n")[0]
    elif isinstance(failed, BaseException):
        event["error_type"] = type(failed).__name__
    return event
