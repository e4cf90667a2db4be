"""Command ``deploy``: deploy BPMN files."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.bootstrap import open_services
from bpmn_events.cli.caller import CLI, UsageError
from bpmn_events.cli.tables import printable
from bpmn_events.config import Settings
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue

_DECLARED_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


async def deploy(settings: Settings, arguments: argparse.Namespace) -> int:
    """Deploy each file separately. Return 1 if at least one of them cannot be deployed, else 0."""
    texts = [(path, _read_bpmn(path)) for path in arguments.files]
    failed = 0
    async with open_services(settings) as services:
        for path, text in texts:
            try:
                deployment = await services.deploy_model(CLI, DeployModel(text))
            except InvalidProcessModel as error:
                failed += 1
                _print_issues(f"{error.code}: {path} cannot be deployed:", error.issues)
            else:
                for model in deployment.models:
                    print(f"{model.key} version {model.version} ({model.id})")
                if deployment.warnings:
                    _print_issues(f"WARNING: {path} is deployed, with warnings:", deployment.warnings)
    return 1 if failed else 0


def _read_bpmn(path: Path) -> str:
    """Return the text of a file, decoded as it declares or else as UTF-8 (XML 1.0, appendix F).

    Raises:
        UsageError: The file cannot be read, or is not text in that encoding.
    """
    try:
        data = path.read_bytes()
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        declared = _DECLARED_ENCODING.match(data)
        encoding = declared[1].decode() if declared else "utf-8"
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (LookupError, UnicodeError):
        raise UsageError(f"{path} is not text in the encoding it declares") from None


def _print_issues(heading: str, issues: Sequence[ModelIssue]) -> None:
    print(heading, file=sys.stderr)
    for issue in issues:
        location = [f"line {issue.line}"] if issue.line else []
        location += [f"element {issue.element_id}"] if issue.element_id else []
        print(f"  {', '.join(location) or 'the file'}: {printable(issue.message)}", file=sys.stderr)
