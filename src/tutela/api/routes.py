"""Every route in one table: who may call it, what it takes and what it answers. The reference is made from it."""

from tutela.api import (
    answers,
    bank_routes,
    bodies,
    bulk_routes,
    case_routes,
    classifier_routes,
    decision_routes,
    event_routes,
    filing_routes,
    items,
    media,
    operating_routes,
    people_routes,
    quality_routes,
    reader_routes,
    rota_routes,
    rule_result_routes,
    rule_routes,
    view_routes,
    webhook_routes,
    word_routes,
)
from tutela.api.route import Route

ANY_MEDIA = ("application/octet-stream",)

_ITEMS = (
    Route(
        "POST",
        "/v1/items",
        "submit",
        "Submit an item",
        serve=media.submit_any,
        body=bodies.Item,
        has_form=True,
        answer=answers.Answer,
        statuses=(200, 201),
        is_repeatable=True,
        detail="Show the item only when the answer is `publish`. As a form: the part `item` (JSON), then one part "
        "`media` a file, streamed straight into the vault. 201 when the item is new; the same item again is answered "
        "as the first time.",
    ),
    Route(
        "POST",
        "/v1/items/batch",
        "submit",
        "Submit many items",
        work=items.submit_batch,
        body=bodies.ItemBatch,
        answer=answers.Answers,
        is_repeatable=True,
        detail="Each item is answered on its own, in order; one that cannot be used does not keep the others out.",
    ),
    Route(
        "GET",
        "/v1/items/{id}/detections",
        "detections",
        "What was noticed about an item",
        work=items.read_detections,
        answer=answers.Detections,
    ),
    Route("GET", "/v1/items/{id}", "read", "How an item stands", work=items.read_item, answer=answers.Item),
    Route(
        "POST",
        "/v1/media",
        "submit",
        "Upload media",
        serve=media.upload,
        raw=ANY_MEDIA,
        answer=answers.Media,
        statuses=(201,),
        detail="The body is the file itself. The same bytes are one media however often they come. A body that breaks "
        "off leaves nothing.",
    ),
    Route("GET", "/v1/media/{id}", "read", "What is known of media", work=media.read_media, answer=answers.Media),
)

ROUTES = (
    *_ITEMS,
    *event_routes.ROUTES,
    *reader_routes.ROUTES,
    *decision_routes.ROUTES,
    *case_routes.ROUTES,
    *quality_routes.ROUTES,
    *filing_routes.ROUTES,
    *rota_routes.ROUTES,
    *rule_result_routes.ROUTES,
    *rule_routes.ROUTES,
    *classifier_routes.ROUTES,
    *bulk_routes.ROUTES,
    *bank_routes.ROUTES,
    *word_routes.ROUTES,
    *webhook_routes.ROUTES,
    *people_routes.ROUTES,
    *view_routes.ROUTES,
    *operating_routes.ROUTES,
)
