"""The hooks of docs/recipes/hooks/, with secrets of providers."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "docs" / "recipes" / "hooks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
# The secrets of the examples in the documentation of GitHub, Slack and Standard Webhooks, and invented ones.
SECRETS = {
    "GITHUB_WEBHOOK_SECRET": "It's a Secret to Everybody",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "PROVIDER_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "GITLAB_SIGNING_TOKEN": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "STRIPE_WEBHOOK_SECRET": "whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH",
    "GITLAB_SECRET_TOKEN": "a token that GitLab sends",
    "SHOPIFY_CLIENT_SECRET": "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",
}


def recipe(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text("utf-8")


def of_any_age(text: str) -> str:
    """Return the hook without a check of the age: the examples in the documentation are old."""
    changed, count = re.subn(r"tolerance_seconds = \d+", "tolerance_seconds = 2_000_000_000", text)
    assert count == 1
    return changed


def of_anything(text: str) -> str:
    """Return a hook with the signature of this one, that takes any delivery."""
    signature = re.search(r"^\[signature\].*?(?=^\[)", text, re.DOTALL | re.MULTILINE)
    assert signature is not None
    return f"""{signature[0]}
[caller]
subject = "provider"

[delivery]
id = "=digest"

[signal]
name = "anything"
"""
