"""Every page of the desk in one table. Nobody has to be anybody to open one."""

from dataclasses import dataclass

from tutela.public import appealing, figures, following, front, telling
from tutela.public.visits import Handler

MAX_FORM_BYTES = 2 * 1024 * 1024
"""All that a notice may hold, sealed in the form once and typed once more."""

MAX_SMALL_FORM_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Its path stands behind the language: `/status` is `/desk/en/status`."""

    method: str
    path: str
    handler: Handler
    most_bytes: int = MAX_SMALL_FORM_BYTES

    @property
    def path_with_language(self) -> str:
        """Return the whole path, as the routes have it."""
        return f"/desk/{{language}}{self.path}"


PAGES: tuple[Page, ...] = (
    Page("GET", "", front.front_page),
    Page("GET", "/traces", front.traces_page),
    Page("GET", "/transparency", figures.figures_page),
    Page("GET", "/transparency/{id}/files", figures.files),
    Page("GET", "/tell/{branch}", telling.help_page),
    Page("POST", "/tell", telling.go_on, most_bytes=MAX_FORM_BYTES),
    Page("GET", "/tell", telling.begin_again),
    Page("GET", "/status", following.ask_page),
    Page("POST", "/status", following.status_page),
    Page("POST", "/add", following.add, most_bytes=MAX_FORM_BYTES),
    Page("GET", "/add", following.ask_page),
    Page("GET", "/appeal/{token}", appealing.appeal_page),
    Page("POST", "/appeal/{token}", appealing.send),
    Page("POST", "/appeal/{token}/withdraw", appealing.withdraw),
)
