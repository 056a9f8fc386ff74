"""What the API answers where it does not do as asked: a status, a stable code, what is wrong, and what to do.

Refusals of the node keep their own code and words; only the status is chosen here, so that a program can tell
"you wrote it wrongly" (422) from "that is not there" (404), "not now" (409) and "the store is away" (503).
"""

from __future__ import annotations

from detente.errors import DamageError, DetenteError, OperatorError, PeerError

_WRITTEN_WRONGLY = frozenset(
    {
        *(
            "malformed",
            "usage",
            "bad_field",
            "field_missing",
            "no_such_field",
            "not_by_hand",
            "unknown_level",
        ),
        *(
            "no_such_language",
            "unknown_path",
            "not_your_post",
            "not_a_desk",
            "passed_to_whom",
            "unknown_field",
        ),
        *("unknown_channel", "unknown_end", "bad_time", "bad_readability"),
        *("account_name", "account_role", "password_short", "password_long"),
    }
)
_NOT_THERE = frozenset(
    {"unknown_entry", "unknown_number", "unknown_notice", "of_what", "unknown_order", "no_account"}
)


class ApiError(DetenteError):
    """A request that is not carried out, with the status of HTTP that says so.

    Args:
        retry_after_s: where waiting helps, for how long.
    """

    def __init__(
        self, code: str, message: str, *, status: int, cure: str = "", retry_after_s: int | None = None
    ) -> None:
        super().__init__(code, message, cure=cure)
        self.status = status
        self.retry_after_s = retry_after_s


def refusal_of(why: DetenteError) -> ApiError:
    """The same refusal, with its status."""
    if isinstance(why, ApiError):
        return why
    return ApiError(why.code, why.message, status=_status(why), cure=why.cure)


def _status(why: DetenteError) -> int:
    match why:
        case DamageError():
            return 503 if why.may_pass else 500
        case _ if why.code in _NOT_THERE:
            return 404
        case PeerError():
            return 422
        case OperatorError() if why.code in _WRITTEN_WRONGLY:
            return 422
        case _:
            return 409
