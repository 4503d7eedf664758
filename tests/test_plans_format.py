"""The format as published: its JSON Schema, its description, and the plans that come along."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from plans import format as plan_format
from plans.fields import Part
from plans.format import PlanFile, json_schema
from plans.load import load, parse

ROOT = Path(__file__).parent.parent
LIBRARY = sorted((ROOT / "plans" / "library").glob("*.yaml"))
DESCRIPTION = (ROOT / "docs" / "plan-format.md").read_text("utf-8")
PARTS = [
    part
    for part in vars(plan_format).values()
    if isinstance(part, type) and issubclass(part, Part) and part is not Part
]


class CoreLoader(yaml.SafeLoader):
    """YAML as editors read it: dates stay text."""


CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editors_read_it(text: str) -> Any:
    return yaml.load(text, CoreLoader)


def misfits(text: str) -> list[str]:
    found = Draft202012Validator(json_schema()).iter_errors(as_editors_read_it(text))
    return [f"{error.json_path}: {error.message}" for error in found]


def example() -> str:
    found = re.search(r"```yaml\n(.*?)```", DESCRIPTION, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_schema_is_a_json_schema() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema


def test_the_library_has_both_years() -> None:
    assert {path.name for path in LIBRARY} >= {"2023.yaml", "2024.yaml"}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.name)
def test_a_plan_that_comes_along_loads_and_fits_the_schema(path: Path) -> None:
    assert str(load(path).year) == path.stem
    assert misfits(path.read_text("utf-8")) == []


def test_the_example_of_the_description_loads_and_fits_the_schema() -> None:
    plan, problems = parse(example(), "example.yaml")
    assert problems == []
    assert plan is not None
    assert [item.code for *_, item in plan.walk()] == [
        "alleys", "alley-01", "sweep", "hazards", "centre",
    ]  # fmt: skip
    assert misfits(example()) == []


def test_the_example_shows_every_kind_of_key_that_items_have() -> None:
    shown = set(re.findall(r"(\w+):", example()))
    optional_posts = {"person", "report", "pace"}
    assert set(plan_format.ItemEntry.model_fields) - optional_posts <= shown


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_described(part: type[Part]) -> None:
    assert [key for key in part.known_keys() if f"`{key}`" not in DESCRIPTION] == []


def test_every_default_in_the_description_is_the_default() -> None:
    for part in (plan_format.ThresholdsEntry, PlanFile, plan_format.IndicatorEntry):
        for key, field in zip(part.known_keys(), part.model_fields.values(), strict=True):
            row = re.search(rf"^\| `{key}` \| `?(.*?)`? \|", DESCRIPTION, re.MULTILINE)
            assert row is not None
            if isinstance(field.default, bool):
                assert row[1] == str(field.default).lower()
            elif isinstance(field.default, int | str):
                assert row[1] == str(field.default)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("duban: 1", "duban: 2", "$.duban"),
        ("title: 聚焦品质提升", "titel: 聚焦品质提升", "$.areas[0]"),
        ("every: monthly\n        day: 25", "every: daily", "$.areas[1].items[0].every"),
        ("day: 25", "day: 32", "$.areas[1].items[0].day"),
        ("kind: community", "kind: village", "$.units[2].kind"),
        ("target: 16,", "target: -1,", "$.areas[0].items[0].indicators[0].target"),
    ],
)
def test_the_schema_refuses_what_loading_refuses(old: str, new: str, place: str) -> None:
    text = example().replace(old, new, 1)
    assert text != example()
    assert parse(text, "p")[0] is None
    assert any(misfit.startswith(place) for misfit in misfits(text))


def test_a_target_may_be_typed_with_its_unit() -> None:
    text = example().replace("target: 16,", "target: 16条,").replace("64万元,", "640000元,")
    assert parse(text, "p")[0] == parse(example(), "p")[0]
    _, problems = parse(example().replace("target: 16,", "target: 16米,"), "p")
    assert [p.message for p in problems] == [
        "target: '16米' is not in the unit of this figure; expected '条'"
    ]
