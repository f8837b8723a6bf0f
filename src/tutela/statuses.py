"""The HTTP status of every error of the tree: one table, which every face answers by."""

from collections.abc import Mapping
from types import MappingProxyType

from tutela import errors

STATUS: Mapping[type[errors.TutelaError], int] = MappingProxyType(
    {
        errors.BadInput: 422,
        errors.UnknownBank: 404,
        errors.UnknownMember: 404,
        errors.UnknownWordEntry: 404,
        errors.UnknownItem: 404,
        errors.UnknownAccount: 404,
        errors.UnknownMedia: 404,
        errors.UnknownWebhook: 404,
        errors.UnknownShift: 404,
        errors.UnknownPage: 404,
        errors.UnknownDelivery: 404,
        errors.UnknownDecision: 404,
        errors.UnknownStatement: 404,
        errors.UnknownRecord: 404,
        errors.UnknownBulk: 404,
        errors.UnknownCase: 404,
        errors.UnknownNotice: 404,
        errors.UnknownNotifier: 404,
        errors.TooManyCodes: 429,
        errors.UnknownGolden: 404,
        errors.UnknownView: 404,
        errors.UnknownHold: 404,
        errors.UnknownMessage: 404,
        errors.UnknownOrder: 404,
        errors.UnknownEdition: 404,
        errors.UnknownExport: 404,
        errors.UnknownDestruction: 404,
        errors.UnknownAppeal: 404,
        errors.UnknownLink: 404,
        errors.UnknownRule: 404,
        errors.UnknownClassifier: 404,
        errors.UnknownReport: 404,
        errors.UnknownChannel: 404,
        errors.UnknownPerson: 404,
        errors.UnknownSession: 404,
        errors.NoPage: 404,
        errors.RangeOutside: 416,
        errors.TooLarge: 413,
        errors.DuplicateItem: 409,
        errors.DuplicateEvent: 409,
        errors.Forbidden: 403,
        errors.Unauthenticated: 401,
        errors.TooManyTries: 429,
        errors.GrantUsed: 410,
        errors.GrantExpired: 410,
        errors.GrantRevoked: 410,
        errors.Conflict: 409,
        errors.Unavailable: 503,
        errors.VaultError: 503,
        errors.NothingToSee: 503,
        errors.MediaAbsent: 404,
        errors.MediaKeyDestroyed: 410,
        errors.MediaBroken: 409,
        errors.TutelaError: 500,
    }
)
"""A class that is not here has the status of its nearest ancestor."""


def status_of(error: errors.TutelaError, own: Mapping[type[errors.TutelaError], int] = STATUS) -> int:
    """Return the HTTP status of *error*, from *own* where a face has errors of its own beside those of the tree."""
    return next(own[each] for each in type(error).__mro__ if each in own)
