"""The wording of documents: the templates and words of a language, some replaced by a plan.

They stand in ``plans/wording``; what each template is given stands in docs/wording.md.
"""

import difflib
import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.sentences import Template, fill

if TYPE_CHECKING:
    from plans.yaml_text import Map

FILES = Path(__file__).parent / "wording"


class Wording:
    """The wording in force for a plan.

    Args:
        language: "zh" or "en".
        replaced: templates by name that the plan brings along.
        whose: the plan as messages name it.

    Raises:
        BadInputError: the plan replaces a template that there is not.
    """

    def __init__(self, language: str, replaced: Mapping[str, str], whose: str) -> None:
        self.language = language
        self._data = _wording_file(language)
        self._templates = dict(templates(language))
        for name, text in replaced.items():
            if name not in self._templates:
                raise BadInputError(_unknown(whose, name, self._templates))
            where = _("{plan}: wording {name}").format(plan=whose, name=name)
            self._templates[name] = Template(where, text)

    def render(self, template: str, /, **values: object) -> tuple[Any, ...]:
        """A sentence by the name of its template; see ``plans.sentences.fill``."""
        return fill(self._templates[template], self.language, values)

    def fill(self, template: Template, /, **values: object) -> tuple[Any, ...]:
        """A sentence by a template of its own."""
        return fill(template, self.language, values)

    def unit(self, name: str, number: int = 2) -> str:
        """The unit in which things of a kind are counted, such as "items": 项."""
        unit = self._data["units"][name]
        if isinstance(unit, list):  # singular and plural
            unit = unit[number != 1]
        return str(unit or "")

    def label(self, name: str) -> str:
        """What a figure of Duban's own counting is of."""
        return str(self._data["labels"][name])

    def verb(self, name: str, unit: str) -> str | None:
        """The verb that goes with a figure of this name and unit.

        Empty for a name that is a verb or needs none, None for one that is known as neither.
        """
        for rule in self._data["verbs"]:
            units = rule.get("unit")
            if re.search(rule["name"], name) and (units is None or unit in units):
                verb: str | None = rule.get("verb")
                return verb
        return None

    def is_parted(self, title: str) -> bool:
        """Whether a title holds a mark that also parts the members of a list."""
        return any(mark in title for mark in self._data["parting"])

    def rhythm(self, times: int) -> str:
        """How often something is done that is done so many times a year: 12 按月."""
        rhythms = self._data["rhythms"]
        return str(rhythms.get(str(times), rhythms["other"]))

    def cause(self, reason: str) -> str:
        """The heading under which a reason for lateness is told."""
        lowered = reason.lower()
        for rule in self._data["causes"]:
            if any(word in lowered for word in rule["words"]):
                return str(rule["cause"])
        return str(self._data["other_cause"])

    @property
    def causes(self) -> list[str]:
        """All headings of reasons, in their order."""
        return [*(rule["cause"] for rule in self._data["causes"]), self._data["other_cause"]]

    def cause_heading(self, cause: str, told: Collection[str]) -> str:
        """How a cause is headed among all those told of; "other" reasons need others beside."""
        alone = cause == self._data["other_cause"] and len(told) == 1
        return str(self._data["lone_cause"]) if alone else cause

    @property
    def plan_loaded(self) -> str:
        """Why an item was cancelled that a newer plan file no longer has."""
        return str(self._data["plan_loaded"])

    @property
    def year_end(self) -> str:
        """The last day of a year."""
        return str(self._data["year_end"])

    def day(self, day: date, year: int) -> str:
        """A date as a document writes it; without the year where that is ``year``."""
        if self.language == "zh":
            text = f"{day.month}月{day.day}日"
            return text if day.year == year else f"{day.year}年{text}"
        text = f"{day.day} {self._data['months'][day.month - 1]}"
        return text if day.year == year else f"{text} {day.year}"

    def through(self, day: date) -> str:
        """The day up to which something is counted: 10月底, or 10月30日."""
        if self.language == "zh" and day.day == monthrange(day.year, day.month)[1]:
            return f"{day.month}月底"
        return self.day(day, day.year)


@cache
def templates(language: str) -> Mapping[str, Template]:
    """Duban's own templates by name."""
    texts = _wording_file(language)["templates"]
    where = f"plans/wording/{language}.yaml"
    # A template of several lines begins in the line below its name.
    return {
        name: Template(where, text, texts.line_of(name) + ("\n" in text), own=True)
        for name, text in texts.items()
    }


@cache
def _wording_file(language: str) -> "Map":
    from plans.yaml_text import parse_yaml

    path = FILES / f"{language}.yaml"
    tree, found = parse_yaml(path.read_text(encoding="utf-8"))
    assert not found, f"{path}: {found}"
    data: Map = tree
    return data


def _unknown(whose: str, name: str, there: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, there, n=3, cutoff=0.5) or sorted(there)
    message = _("{plan}: wording {name}: no such template; there are: {near}")
    return message.format(plan=whose, name=name, near=", ".join(near))
