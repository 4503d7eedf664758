"""What a sentence template may hold; templates of a plan are data until they are rendered.

A template arranges what it is given. It computes nothing: a number that a template computed would
have no source, and a template that can neither compute nor count cannot run away either. So
arithmetic, assignments, methods, macros and loops over anything but the given lists are refused.
"""

from collections.abc import Iterator

from jinja2 import Environment, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from plans.language import gettext as _

FETCHING = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
COMPUTING = (nodes.BinExpr, nodes.UnaryExpr, nodes.Concat)
KNOWN = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr),
    *(nodes.Call, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or),
    *(nodes.Not, nodes.Test, nodes.Filter, nodes.For),
)
FILTERS = ("default", "first", "join", "last")
TESTS = ("defined", "none", "undefined")
MAX_LOOPS = 2  # one inside the other
MAX_BETWEEN = 100  # characters that join puts between two


def environment() -> Environment:
    """An environment that knows only what a template may use."""
    made = ImmutableSandboxedEnvironment()
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


def syntax_problem(text: str) -> str | None:
    """What is wrong with a template, or None."""
    found = find_problem(text)
    return found and found[1]


def find_problem(text: str) -> tuple[int, str] | None:
    """The line of a template in which something is wrong, and what, or None."""
    try:
        tree = environment().parse(text)
        return _refused(tree, 0)
    except TemplateError as error:
        line = int(getattr(error, "lineno", None) or 1)
        message = _("template cannot be read in its line {line}; expected Jinja such as {example}")
        return line, message.format(line=line, example="{{ done }}")
    except RecursionError:
        return 1, _("template is nested too deeply")


def called(text: str) -> Iterator[tuple[str, str]]:
    """The calls with a name in quotes, as figure('整修巷道'): function and name."""
    try:
        calls = list(environment().parse(text).find_all(nodes.Call))
    except (TemplateError, RecursionError):
        return  # told by ``find_problem``
    for call in calls:
        given = call.args[0] if call.args else None
        if isinstance(call.node, nodes.Name) and isinstance(given, nodes.Const):
            yield call.node.name, str(given.value)


def _refused(node: nodes.Node, loops: int) -> tuple[int, str] | None:
    if message := _objection(node, loops):
        return node.lineno, message
    inside = loops + isinstance(node, nodes.For)
    for child in node.iter_child_nodes():
        if found := _refused(child, inside):
            return found
    return None


def _objection(node: nodes.Node, loops: int) -> str | None:
    if isinstance(node, FETCHING):
        return _("template fetches another one; expected a text of its own")
    if isinstance(node, COMPUTING) and not isinstance(node, KNOWN):
        return _("template computes; expected only what it is given, for a number has a source")
    if not isinstance(node, KNOWN):
        message = _("template uses {what}; expected names, if, for and the filters {filters}")
        what = type(node).__name__.lower()
        return message.format(what=what, filters=", ".join(FILTERS))
    if isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name):
        return _("template calls a method; expected functions such as figure('…')")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        message = _("template uses the filter {name}; expected one of {filters}")
        return message.format(name=node.name, filters=", ".join(FILTERS))
    if isinstance(node, nodes.Filter) and node.name == "join" and not _joins_once(node):
        message = _("template joins what it made; expected a list that it is given: {example}")
        return message.format(example="{{ parts | join('; ') }}")
    if isinstance(node, nodes.For):
        if node.recursive or loops == MAX_LOOPS:
            return _("template loops too deeply; expected at most two loops, one in the other")
        if not isinstance(node.iter, nodes.Name | nodes.Getattr):
            return _("template loops over something of its own; expected a list that it is given")
    return None


def _joins_once(node: nodes.Filter) -> bool:
    """A join of a join is one of letters, and each multiplies the length of the one before."""
    if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > 1:
        return False
    for between in node.args:
        if not isinstance(between, nodes.Const) or len(str(between.value)) > MAX_BETWEEN:
            return False
    return not any(inner.name == "join" for inner in node.find_all(nodes.Filter))
