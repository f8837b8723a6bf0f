"""The routes of classifiers, and of links that lead elsewhere."""

from tutela.api import classifier_answers, classifier_bodies, classifiers
from tutela.api.route import Route

_OPERATE, _RULES = "operate", "rules"

ROUTES = (
    Route(
        "GET",
        "/v1/classifiers",
        _OPERATE,
        "List classifiers",
        work=classifiers.list_classifiers,
        answer=classifier_answers.Classifiers,
        other_scope=_RULES,
        detail="Whether content may leave for each and on what basis, its breaker, what of today's budget is used, and "
        "how often it said something. Never where it is, nor its secret.",
    ),
    Route(
        "GET",
        "/v1/classifiers/{id}",
        _OPERATE,
        "Read a classifier",
        work=classifiers.read_classifier,
        answer=classifier_answers.ClassifierWithAgreement,
        other_scope=_RULES,
        detail="With how it agrees with what people found within 90 days.",
    ),
    Route(
        "POST",
        "/v1/links/expand",
        "links",
        "Ask where a shortened link leads",
        work=classifiers.expand_link,
        body=classifier_bodies.LinkToExpand,
        answer=classifier_answers.ExpandedLink,
        detail="Whoever is asked learns that somebody has the link, so it is off unless the setting `links_expand` is "
        "true: 403. Headers only, no cookies, never to a machine inside; eight hops and ten seconds at most. Nothing "
        "is stored.",
    ),
)
