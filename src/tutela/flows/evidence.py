"""Everything that is done about views of evidence, in one place: what a face is handed."""

from collections.abc import Mapping
from dataclasses import dataclass

from tutela.core.views import MediaState
from tutela.flows.grant_view import GrantView
from tutela.flows.keep_views import KeepViews
from tutela.flows.open_view import OpenView
from tutela.flows.read_metadata import ReadMetadata
from tutela.ports.views import Views


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verbs of views."""

    grant: GrantView
    open: OpenView
    keep: KeepViews
    metadata: ReadMetadata
    views: Views

    def faults(self) -> Mapping[MediaState, int]:
        """Return how many contents cannot be opened or shown, by what is wrong with them."""
        return self.views.faults()
