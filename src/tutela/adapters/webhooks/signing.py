"""Signatures after Standard Webhooks, by their own library."""

from standardwebhooks import Webhook

from tutela.ports.webhooks import Post


def headers_of(post: Post) -> dict[str, str]:
    """Return the headers by which a receiver knows who sent *post*; one signature for each secret."""
    signatures = (Webhook(secret).sign(post.id, post.at, post.body.decode()) for secret in post.secrets)
    return {
        "webhook-id": post.id,
        "webhook-timestamp": str(int(post.at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
