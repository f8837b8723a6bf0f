"""Wire what is done about views of evidence."""

import hashlib
import hmac
from typing import TYPE_CHECKING

from tutela.adapters.db.evidence_views import DatabaseEvidenceViews
from tutela.core.units import Duration
from tutela.core.views import ViewLimits
from tutela.flows.evidence import Evidence
from tutela.flows.grant_view import GrantView
from tutela.flows.inspect_media import InspectMedia
from tutela.flows.keep_views import KeepViews
from tutela.flows.open_view import OpenView
from tutela.flows.read_metadata import ReadMetadata
from tutela.flows.view_tokens import ViewTokens

if TYPE_CHECKING:
    from tutela.bootstrap.house import House


def open_evidence(house: "House") -> Evidence:
    """Return the verbs of views for *house*."""
    clock, entropy, vault, renderer = house.clock, house.entropy, house.vault, house.renderer
    settings = house.settings
    limits = ViewLimits(
        grant=Duration(minutes=settings.views_grant_minutes),
        use=Duration(minutes=settings.views_use_minutes),
        proof=Duration(minutes=settings.views_proof_minutes),
    )
    pepper = house.keys.derive("views/1")
    tokens = ViewTokens(entropy, lambda each: hmac.digest(pepper, each, hashlib.sha256))
    views = DatabaseEvidenceViews(house.engine, house.chain, clock)
    inspect = InspectMedia(house.store, views, vault, clock)
    return Evidence(
        grant=GrantView(views, inspect, tokens, limits, clock, entropy, house.exposure, renderer.draws_films),
        open=OpenView(views, inspect, vault, renderer, tokens, limits, clock),
        keep=KeepViews(views, inspect, tokens, clock),
        metadata=ReadMetadata(views, inspect, vault, renderer, limits, clock, entropy),
        views=views,
    )
