"""The schemas beside the surveys are those of the models, and the shipped files fit them."""

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest

from cxresearch.located import read_yaml

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("schema", ROOT / "tools" / "schema.py")
schema = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(schema)
FILES = [(p, "survey.schema.json") for p in sorted((ROOT / "surveys").glob("*.yaml"))]
FILES += [(p, "study.schema.json") for p in sorted((ROOT / "reports").glob("*/study.yaml"))]


@pytest.mark.parametrize("name", list(schema.SCHEMAS))
def test_schema_is_up_to_date(name):
    noun, title = schema.SCHEMAS[name]
    assert (ROOT / "surveys" / name).read_text(encoding="utf-8") == schema.schema_of(noun, title), (
        "run python tools/schema.py"
    )


def _as_json(value):
    if isinstance(value, dict):
        return {str(k): _as_json(v) for k, v in value.items()}
    return [_as_json(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("path", "name"), FILES, ids=lambda x: getattr(x, "stem", str(x)))
def test_shipped_files_fit_their_schema(path, name):
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "surveys" / name).read_text(encoding="utf-8")))
    faults = [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(_as_json(read_yaml(path).data))]
    assert faults == []


def test_schema_finds_a_misspelt_key():
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "surveys" / "survey.schema.json").read_text()))
    data = _as_json(read_yaml(ROOT / "surveys" / "sfo-airport.yaml").data)
    data["itms"] = data.pop("items")
    assert any("itms" in e.message for e in validator.iter_errors(data))
