"""The codes of errors that both APIs have besides those of the domain."""

BAD_USER_INPUT = "BAD_USER_INPUT"
INTERNAL_ERROR = "INTERNAL_SERVER_ERROR"
