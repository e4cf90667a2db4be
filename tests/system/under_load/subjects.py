"""What watchers watch: a list, and the changes that keep it current."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """A list with its subscription.

    Attributes:
        list_query: The list, one page after ``$after``.
        subscription: Its changes after ``$after``. What is added has an alias "added", what is removed "removed".
        path: The address of the same changes over plain HTTP; None if there is none.
    """

    name: str
    list_query: str
    subscription: str
    path: str | None = None


def _subject(
    name: str, fields: tuple[str, str], types: tuple[str, str], selections: tuple[str, str], **more: str
) -> Subject:
    arguments, (list_field, changes_field), (item_type, connection) = more.get("arguments", ""), fields, types
    added, removed = selections
    return Subject(
        name,
        f"""query($after: String) {{ {list_field}(first: 100, after: $after{arguments}) {{ __typename
          ... on {connection} {{ changesCursor nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }} }}""",
        f"""subscription($after: String) {{ {changes_field}(after: $after{arguments}) {{ __typename
          ... on {item_type}Added {{ {added} cursor }} {removed} ... on Error {{ code message }} }} }}""",
        more.get("path"),
    )


def waiting_events(name: str, filter: str, parameters: str) -> Subject:
    """Return the waiting events that match a filter, in GraphQL and as the parameters of an address."""
    return _subject(
        name,
        ("waitingEvents", "waitingEventChanges"),
        ("WaitingEvent", "WaitingEventConnection"),
        ("added: event { id }", "... on WaitingEventRemoved { removed: eventId cursor }"),
        arguments=f", filter: {{ {filter} }}",
        path=f"/events/changes?{parameters}",
    )


OPEN_TASKS = _subject(
    "open tasks",
    ("openTasks", "openTaskChanges"),
    ("OpenTask", "OpenTaskConnection"),
    ("added: task { id }", "... on OpenTaskRemoved { removed: taskId cursor }"),
)
EVENT_TRIGGERS = _subject(
    "event triggers",
    ("eventTriggers", "eventTriggerChanges"),
    ("EventTrigger", "EventTriggerConnection"),
    ("added: trigger { id }", ""),
)
