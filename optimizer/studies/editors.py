"""JSON Schema of a study file, for editors."""

from typing import Any

from optimizer.studies.definition import Definition

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def study_schema() -> dict[str, Any]:
    """JSON Schema of a study file.

    What spans fields (names of overrides, paths of the instance) is left to a dry run.
    """
    schema = Definition.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **schema, "title": "A study of optimizer"}
