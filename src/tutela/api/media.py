"""Upload media, and read what is known of it."""

from typing import Any

from starlette.responses import Response

from tutela.api.calls import Call, answer
from tutela.api.forms import FormSink
from tutela.api.items import submit
from tutela.api.reading import check_encoding, check_length, content_type, read_json
from tutela.api.uploads import MediaSink, pour
from tutela.core import content
from tutela.core.ids import MediaId
from tutela.errors import UnknownMedia


async def submit_any(call: Call) -> Response:
    """Submit one item as JSON, or with its files as a form."""
    if content_type(call.request) != "multipart/form-data":
        call.raw = await read_json(call.request, call.house.settings.request_max_bytes)
        return await call.shared.in_thread(submit, call)
    call.no_query()
    check_encoding(call.request)
    return await pour(call, lambda: FormSink(call))


async def upload(call: Call) -> Response:
    """Take one content in."""
    call.no_query()
    check_encoding(call.request)
    check_length(call.request, call.house.settings.upload_max_bytes)
    media = await pour(call, lambda: MediaSink(call))
    return answer(media_body(media), 201)


def read_media(call: Call) -> Response:
    """Tell what is known of one media."""
    call.no_query()
    media_id = MediaId(call.part("id"))
    with call.house.store.read() as reader:
        media = reader.media_by_id([media_id]).get(media_id)
    if media is None:
        raise UnknownMedia(place="id")
    return answer(media_body(media))


def media_body(media: content.Media) -> dict[str, Any]:
    """Return one media as it is told: its picture hashes stay here, only their quality is said."""
    return {
        "id": media.id,
        "sha256": media.digests.sha256,
        "sha1": media.digests.sha1,
        "md5": media.digests.md5,
        "size_bytes": media.size_bytes,
        "scan": media.scan.value,
        "evidence": media.evidence.value,
        "media_type": media.media_type,
        "width": media.width,
        "height": media.height,
        "pdq": [{"rendering": each.rendering, "quality": each.quality} for each in media.hashes],
        "failure": media.failure,
    }
