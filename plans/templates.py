"""The syntax of sentence templates that a plan brings along; they are data until rendered."""

from jinja2 import TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

from plans.language import gettext as _

FETCHING = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


def syntax_problem(text: str) -> str | None:
    """What is wrong with a template, or None."""
    try:
        tree = SandboxedEnvironment().parse(text)
    except TemplateError as error:
        line = getattr(error, "lineno", 1)
        message = _("template cannot be read in its line {line}; expected Jinja such as {example}")
        return message.format(line=line, example="{{ done }}")
    except RecursionError:
        return _("template is nested too deeply")
    if next(tree.find_all(FETCHING), None):
        return _("template fetches another one; expected a text of its own")
    return None
