"""From lines of the file to rows and messages: checked, grouped, encrypted, packed. Touches no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from services.registry.domain import holder_ids_of
from services.registry.jobs.making import Making, Prepared, Recipe
from services.registry.rules.delta_file import DeltaLine, read_delta_line
from services.registry.rules.registry_file import CARD_NO_IN_TEXT, CITIZEN_ID_IN_TEXT, citizen_id_of, duplicate
from shared.files.lines import Fault

NOBODY: Final[Mapping[int, str]] = MappingProxyType({})


@dataclass
class Preparer:
    """Prepares steps of one import, in one way of making them. Not for two threads at once."""

    recipe: Recipe
    making: Making

    def prepare(self, lines: Sequence[bytes], first_line: int, at: datetime, repeated: Mapping[int, str] = NOBODY) -> Prepared:
        """The lines, the first of which is number `first_line` of the file (the header is line 1), recorded at `at`.

        Of the lines `repeated` that field is another person's.
        """
        if self.recipe.delta:
            return self._prepare_changes(lines, first_line, at)
        faults: list[tuple[int, Fault]] = []
        seen: set[bytes] = set()
        met: list[bytes] = []
        numbers: list[int] = []
        texts: list[bytes] = []
        for number, (raw, text) in enumerate(zip(lines, self.making.read(lines), strict=True), start=first_line):
            if not isinstance(text, bytes):
                faults.extend((number, fault) for fault in text)
                if not self.recipe.entering and (citizen_id := citizen_id_of(raw)):
                    met.append(citizen_id.encode())
            # 13 and 16 digits: one set holds both.
            elif (citizen := text[CITIZEN_ID_IN_TEXT]) in seen or (card := text[CARD_NO_IN_TEXT]) in seen:
                taken, value = ("citizen_id", citizen) if citizen in seen else ("card_no", card)
                faults.append((number, duplicate(taken, value.decode())))
                met.append(citizen)
            else:
                seen.add(citizen)
                seen.add(card)
                if number in repeated:
                    faults.append((number, duplicate(repeated[number], (citizen if repeated[number] == "citizen_id" else card).decode())))
                    continue
                numbers.append(number)
                texts.append(text)
        return self.making.made(numbers, texts, at)._replace(faults=faults, met=self._holders_of(met))

    def _prepare_changes(self, lines: Sequence[bytes], first_line: int, at: datetime) -> Prepared:
        """The same for a file of changes."""
        faults: list[tuple[int, Fault]] = []
        said: list[tuple[int, str, str]] = []
        removed: list[tuple[int, str, str]] = []
        seen: set[str] = set()
        texts: list[bytes] = []
        for number, raw in enumerate(lines, start=first_line):
            change = read_delta_line(raw, today=self.recipe.today)
            if not isinstance(change, DeltaLine):
                faults.extend((number, fault) for fault in change)
                continue
            person = change.person
            if change.citizen_id in seen or (person is not None and person.card_no in seen):
                repeated = "citizen_id" if change.citizen_id in seen or person is None else "card_no"
                faults.append((number, duplicate(repeated, change.citizen_id if person is None else getattr(person, repeated))))
                continue
            seen.add(change.citizen_id)
            if person is None:
                removed.append((number, change.citizen_id, change.reason))
            else:
                seen.add(person.card_no)
                said.append((number, change.asked, change.reason))
                texts.append(person.normalised())
        holders = self._holders_of([citizen_id.encode() for _, citizen_id, _ in removed])
        removals = [(number, holder, reason) for (number, _, reason), holder in zip(removed, holders, strict=True)]
        made = self.making.made([number for number, *_ in said], texts, at)
        return made._replace(faults=faults, said=said, removals=removals)

    def _holders_of(self, citizen_ids: Sequence[bytes]) -> list[bytes]:
        indexes = self.making.vault.index.digests(citizen_ids)
        return [bytes.fromhex(key.replace("-", "")) for key in holder_ids_of([index.hex() for index in indexes])]
