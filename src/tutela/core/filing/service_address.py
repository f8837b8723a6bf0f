"""Where the report service of an authority may be: by https in public, or a stand-in here in the test environment."""

from tutela.core.addresses import Target, parse_target
from tutela.core.filing.states import Environment
from tutela.errors import BadInput

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_REMEDY = "It looks like https://HOST/PATH; http only to a stand-in on this machine, in the test environment."


def checked_address(base_url: str, environment: Environment) -> str:
    """Return the address without a slash at its end.

    Raises:
        tutela.errors.BadInput: Nothing is ever sent there. The address is not repeated.
    """
    bare = base_url.strip().rstrip("/")
    if "?" in bare:
        raise BadInput("The address of a report service holds no query.", place="url", remedy=_REMEDY)
    target_of(bare, "/status", environment)
    return bare


def target_of(base_url: str, path: str, environment: Environment) -> Target:
    """Return where one request goes.

    Raises:
        tutela.errors.BadInput: Nothing is ever sent there. The address is not repeated.
    """
    try:
        target = parse_target(base_url + path, allows_private=environment is Environment.TEST)
        return target if is_on_this_machine(target) else parse_target(base_url + path, allows_private=False)
    except BadInput as error:
        raise BadInput(error.detail, place="url", remedy=_REMEDY) from None


def is_on_this_machine(target: Target) -> bool:
    """Return whether a stand-in is meant: the one place inside that anything is sent to."""
    return target.host in LOOPBACK
