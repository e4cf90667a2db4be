"""Functions of texts (DMN 1.5, section 10.3.4), and those that Camunda adds."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.registry import builtin
from bpmn_events.adapters.hosts.embedded.expressions.feel.text import to_text
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Number, Run
from bpmn_events.adapters.hosts.embedded.expressions.values import MAX_TEXT, ExpressionError, check_text_size

_MAX_PATTERN = 1_000
_MAX_PATTERN_MEMORY = 1 << 20
# At worst, a match takes some nanoseconds for each pair of a character and an instruction of the compiled pattern.
_MAX_MATCH = 1 << 25
_MATCH_PER_UNIT = 1 << 16


@builtin("substring", "string: string, start position: number, length: number?")
def _substring(run: Run, text: str, start: Number, length: Number | None = None) -> str | None:
    begin = int(start)
    if begin == 0 or abs(begin) > len(text) or (length is not None and length < 1):
        return "" if abs(begin) > len(text) else None
    begin = begin - 1 if begin > 0 else len(text) + begin
    return text[begin:] if length is None else text[begin : begin + int(length)]


@builtin("string length", "string: string")
def _string_length(run: Run, text: str) -> int:
    return len(text)


@builtin("upper case", "string: string")
def _upper_case(run: Run, text: str) -> str:
    run.count_size(len(text))
    return check_text_size(text.upper())


@builtin("lower case", "string: string")
def _lower_case(run: Run, text: str) -> str:
    run.count_size(len(text))
    return check_text_size(text.lower())


@builtin("substring before", "string: string, match: string")
def _substring_before(run: Run, text: str, match: str) -> str:
    run.count_size(len(text))
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def _substring_after(run: Run, text: str, match: str) -> str:
    run.count_size(len(text))
    if not match:
        return text
    _, _, after = text.partition(match)
    return after


@builtin("contains", "string: string, match: string")
def _contains(run: Run, text: str, match: str) -> bool:
    run.count_size(len(text))
    return match in text


@builtin("starts with", "string: string, match: string")
def _starts_with(run: Run, text: str, match: str) -> bool:
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def _ends_with(run: Run, text: str, match: str) -> bool:
    return text.endswith(match)


@builtin("trim", "string: string")
def _trim(run: Run, text: str) -> str:
    return text.strip()


@builtin("is blank", "string: string")
def _is_blank(run: Run, text: str) -> bool:
    return not text.strip()


@lru_cache(maxsize=64)
def _compile_pattern(pattern: str, flags: str) -> Any:
    """Return a compiled pattern, whose matching takes linear time; None if the pattern or a flag is not supported.

    The patterns are regular expressions of XPath (XQuery and XPath Functions 3.1, section 5.6), without back-references
    and subtractions of character classes.
    """
    if len(pattern) > _MAX_PATTERN or not set(flags) <= set("smixq"):
        return None
    if "q" in flags:
        pattern = re2.escape(pattern)
    elif "x" in flags:
        pattern = "".join(pattern.split())
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_PATTERN_MEMORY
    mode = "".join(flag for flag in "smi" if flag in flags)
    try:
        return re2.compile(f"(?{mode}){pattern}" if mode else pattern, options)
    except re2.error:
        return None


def _find(run: Run, text: str, pattern: str, flags: str = "") -> Iterator[Any] | None:
    """Return the matches of a pattern, and count the work for each; None if the pattern is not supported.

    Raises:
        ExpressionError: A match could take too long.
    """
    run.count_size(len(pattern))
    compiled = _compile_pattern(pattern, flags)
    if compiled is None:
        return None
    work = len(text) * compiled.programsize
    if work > _MAX_MATCH:
        raise ExpressionError("the pattern and the text are too large to be matched")
    return _counted(run, compiled.finditer(text), 1 + work // _MATCH_PER_UNIT)


def _counted(run: Run, matches: Iterator[Any], units: int) -> Iterator[Any]:
    run.tick(units)
    for match in matches:
        yield match
        run.tick(units)


@builtin("matches", "input: string, pattern: string, flags: string?")
def _matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool | None:
    matches = _find(run, text, pattern, flags or "")
    return None if matches is None else any(True for _ in matches)


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?")
def _replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    matches = _find(run, text, pattern, flags or "")
    if matches is None:
        return None
    pieces: list[str] = []
    size = position = 0
    for match in matches:
        piece = text[position : match.start()] + _expand(replacement, match, is_literal="q" in (flags or ""))
        pieces.append(piece)
        position = match.end()
        size += len(piece)
        if size > MAX_TEXT:
            raise ExpressionError("the result is too large")
    return check_text_size("".join(pieces) + text[position:])


def _expand(replacement: str, match: Any, *, is_literal: bool) -> str:
    """Return the replacement of a match, with its groups in place of ``$1`` and so on."""
    if is_literal or ("$" not in replacement and "\\" not in replacement):
        return replacement
    result, index, groups = "", 0, len(match.groups())
    digits = len(str(groups))
    while index < len(replacement):
        character, following = replacement[index], replacement[index + 1 : index + 2]
        if character == "$" and following.isdecimal():
            end, number = index + 2, int(following)
            while end <= index + digits and replacement[end : end + 1].isdecimal():
                longer = int(replacement[index + 1 : end + 1])
                if longer > groups:
                    break
                end, number = end + 1, longer
            result += (match.group(number) or "") if number <= groups else ""
            index = end
        elif character == "\\" and following in ("$", "\\") and following:
            result += following
            index += 2
        else:
            result += character
            index += 1
    return result


@builtin("split", "string: string, delimiter: string")
def _split(run: Run, text: str, delimiter: str) -> list[str] | None:
    matches = _find(run, text, delimiter)
    if matches is None:
        return None
    pieces, position = [], 0
    for match in matches:
        if match.end() > match.start():
            pieces.append(text[position : match.start()])
            position = match.end()
    return [*pieces, text[position:]]


@builtin("extract", "string: string, pattern: string")
def _extract(run: Run, text: str, pattern: str) -> list[str] | None:
    matches = _find(run, text, pattern)
    return None if matches is None else [match.group() for match in matches]


@builtin("string join", "list: list, delimiter: string|null, prefix: string|null, suffix: string|null")
def _string_join_around(
    run: Run, items: list[Any], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str | None:
    joined = _string_join(run, items, delimiter)
    return None if joined is None else check_text_size(f"{prefix or ''}{joined}{suffix or ''}")


@builtin("string join", "list: list, delimiter: string|null?")
def _string_join(run: Run, items: list[Any], delimiter: str | None = None) -> str | None:
    run.count_size(len(items))
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        return None
    if sum(map(len, texts)) + len(texts) * len(delimiter or "") > MAX_TEXT:
        raise ExpressionError("the result is too large")
    return (delimiter or "").join(texts)


@builtin("string", "from: any")
def _string(run: Run, value: Any) -> str | None:
    return to_text(value, run)
