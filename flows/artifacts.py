"""What flows publish: Markdown that people read in Prefect's pages."""

import re
from collections.abc import Mapping

from prefect.artifacts import create_markdown_artifact

from tracker.versions import PlanRef


def publish(plan: PlanRef, pages: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Publishes pages of a plan; each run adds a version to the page of the same key.

    Args:
        plan: the plan; its year and id make the keys of several plans differ.
        pages: kind, such as "report" or "slip-" and a unit's code → (Chinese title, Markdown).

    Returns:
        Key → Markdown.
    """
    published = {}
    for kind, (title, markdown) in pages.items():
        key = f"{_ascii(kind)}-{plan.year}-{plan.id}"
        description = f"{plan.office} {plan.year} {title}"
        create_markdown_artifact(markdown, key=key, description=description)
        published[key] = markdown
    return published


def _ascii(kind: str) -> str:
    """The kind as a key may be written: lower-case ASCII; a code in another script as its bytes."""
    plain = re.sub(r"[._]", "-", kind.lower())
    return plain if re.fullmatch(r"[a-z0-9-]+", plain) else kind.encode().hex()
