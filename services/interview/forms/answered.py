"""Forms as they were filled in: every answer, the definition it was checked by, and what the code reads of it, typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

from services.interview.forms.definition import Definition, catalogue, tidy


class Typed(BaseModel):
    """A part of a form that the code reads. It says no rule: the definition has checked everything before."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Answered(Typed):
    """Base of the whole forms; make one by `filled_in`."""

    form_code: ClassVar[str]
    day_at: ClassVar[tuple[str, ...]]
    """Where the form says on which day it was filled in."""

    _definition: Definition = PrivateAttr()
    _answers: dict[str, Any] = PrivateAttr()
    _code_lists: dict[str, str] = PrivateAttr()

    @classmethod
    def filled_in(cls, answers: Mapping[str, Any], version: str | None = None) -> Self:
        """The form with these answers, under the version in force on its day unless another is named. Raises Invalid with every broken rule."""
        tidied = tidy(dict(answers))
        definition = cls.definition_for(tidied, version)
        definition.check(tidied)
        form = cls.model_validate(tidied)
        form._definition, form._answers, form._code_lists = definition, tidied, definition.code_lists  # noqa: SLF001  # our own class
        return form

    @classmethod
    def definition_for(cls, answers: Mapping[str, Any], version: str | None, otherwise: date | None = None) -> Definition:
        """The definition that such answers are under; those that name no day are of `otherwise`, else of the newest. Raises Invalid."""
        day = cls.day_of(answers) or otherwise or catalogue().newest(cls.form_code).valid_from
        return catalogue().used_on(cls.form_code, day, version)

    @classmethod
    def day_of(cls, answers: Mapping[str, Any]) -> date | None:
        """The day on which such a form was filled in, where it says one."""
        value: Any = answers
        for step in cls.day_at:
            value = value.get(step) if isinstance(value, Mapping) else None
        try:
            return date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            return None

    @property
    def definition(self) -> Definition:
        """What the answers were checked by."""
        return self._definition

    @property
    def answers(self) -> dict[str, Any]:
        """Every answer as it was given, tidied."""
        return self._answers

    @property
    def code_lists(self) -> dict[str, str]:
        """The lists that its codes come from, with their versions."""
        return self._code_lists

    def found_in(self, versions: Mapping[str, str]) -> None:
        """Keep in which versions of the published lists its codes were found."""
        self._code_lists = self._code_lists | dict(versions)
