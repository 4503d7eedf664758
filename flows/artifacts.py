"""What flows publish: Markdown that people read in Prefect's pages."""

import hashlib
import re
from collections.abc import Mapping

from prefect.artifacts import create_markdown_artifact

from plans.errors import StoreError
from plans.language import gettext as _
from tracker.versions import PlanRef

Pages = dict[str, tuple[str, str]]
"""Kind → (Chinese title, Markdown)."""


def publish_recorded(plan: PlanRef, pages: Pages) -> dict[str, str]:
    """Publishes pages of what stands in the store already.

    Raises:
        StoreError: they cannot be published; the message says that all is recorded.
    """
    try:
        return publish(plan, pages)
    except Exception as error:  # whatever Prefect's client or server raises
        message = _("recorded, but not published: {why}; run it again to publish the pages")
        raise StoreError(message.format(why=f"{type(error).__name__}: {error}")) from error


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
    """The kind as a key may be written: lower-case ASCII letters, digits and hyphens.

    What has to be changed for that gets a short hash, so that no two kinds share a key.
    """
    if re.fullmatch("[a-z0-9-]+", kind):
        return kind
    readable = re.sub("[^a-z0-9]+", "-", kind.lower()).strip("-")
    return f"{readable}-{hashlib.sha256(kind.encode()).hexdigest()[:12]}"
