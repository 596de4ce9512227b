"""How a request whose answers have a form definition is shown on the OpenAPI page: the envelope's own members and the form's together."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.interview.forms.definition import catalogue

FormVersion = Annotated[
    str | None,
    Field(
        max_length=20,
        description="Version of the form, when not the one in force on its day. รุ่นของแบบ หากไม่ใช่รุ่นที่ใช้ในวันนั้น",
        examples=["1"],
    ),
]


class FormRequest(BaseModel):
    """Base of such requests: what is not a member of the envelope is an answer."""

    model_config = ConfigDict(frozen=True, extra="allow")

    form_version: FormVersion = None

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as they were sent."""
        return self.model_extra or {}


def shown(form: str, envelope: dict[str, Any], example: dict[str, Any] | None = None) -> Callable[[dict[str, Any]], None]:
    """For `json_schema_extra`: adds the newest definition's fields, rules and example to the envelope's."""

    def add(schema: dict[str, Any]) -> None:
        definition = catalogue().newest(form).schema
        schema["properties"] = {**schema["properties"], **definition["properties"]}
        schema["required"] = [*schema.get("required", []), *definition["required"]]
        schema["allOf"] = definition["allOf"]
        schema["additionalProperties"] = False
        schema["examples"] = [{**envelope, **(example or definition["examples"][0])}]

    return add
