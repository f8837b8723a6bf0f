"""The only place that picks adapters."""

from tutela.adapters.logs import set_up_logs
from tutela.bootstrap.house import House
from tutela.bootstrap.loading import load_ceilings, load_effects, load_policy, load_quotas
from tutela.bootstrap.opening import (
    build,
    open_api,
    open_copies,
    open_keys,
    open_rescan,
    open_scanner,
    open_vault,
    restore_keys,
    running,
)

__all__ = [
    "House",
    "build",
    "load_ceilings",
    "load_effects",
    "load_policy",
    "load_quotas",
    "open_api",
    "open_copies",
    "open_keys",
    "open_rescan",
    "open_scanner",
    "open_vault",
    "restore_keys",
    "running",
    "set_up_logs",
]
