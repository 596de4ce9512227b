"""For whoever wants to be sure of a run: check its proof, alone, with all lines, or with one person's.

`python -m deploy.verify_run_proof proof.json --jwks keys.json [--lines lines.ndjson] [--inclusions inclusions.json]` with the files as payments gave
them: `GET /v1/runs/{id}/proof`, `…/proof/lines`, `…/proof/inclusions?holder_id=` and `/.well-known/jwks.json`. Nothing of the services is needed,
and no network. Prints one JSON line: what was counted, and what is wrong. Ends with 1 when something is.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from shared.merkle import Growing, leaf_hash, root_by_path
from shared.signatures import PublicKeys, SignatureBroken

TYPE: Final = "run-proof"
NO_BANK: Final = "~"
"""Lines without a payee come last, behind every bank."""

_ANSWERED: Final = {"OPEN": "unknown", "SETTLED": "settled", "FAILED": "failed", "RETURNED": "returned"}


@dataclass
class Counted:
    """What was counted of lines, one after the other, in flat memory: one person's lines stand together."""

    tree: Growing = field(default_factory=Growing)
    lines: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    satang: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    persons: int = 0
    out_of_order: int = 0
    _last: tuple[str, ...] = ()

    def take(self, line: bytes) -> None:
        """The next line, as it is in the file without its end."""
        self.tree.add(leaf_hash(line))
        told = json.loads(line)
        group = (told["bank"], told["tier"], told["month"], told["state"])
        self.lines[group] += 1
        self.satang[group] += told["amount_satang"]
        key = (told["bank"] or NO_BANK, told["holder_id"], told["month"], told["programme"])
        # Each after the one before: nobody's month can be there twice.
        self.out_of_order += key <= self._last
        self.persons += key[:2] != self._last[:2]
        self._last = key

    def wrong_with(self, statement: dict[str, Any]) -> list[str]:
        """What of the statement is not as counted."""
        said = {
            (one["bank"], one["tier"], one["benefit_month"][:7], one["state"]): (one["lines"], one["satang"])
            for one in statement["lines_by_group"]
        }
        counted = {group: (lines, self.satang[group]) for group, lines in self.lines.items()}
        found = {
            "the root over the lines": self.tree.root.hex() == statement["tree"]["root"],
            "the number of lines": self.tree.size == statement["tree"]["size"],
            "lines and satang by bank, tier, month and state": counted == said,
            "persons": self.persons == _hop(statement, "LISTED")["goes_out"]["listed"]["persons"],
            f"{self.out_of_order} lines are twice or out of order": not self.out_of_order,
        }
        return [what for what, right in found.items() if not right]


def wrong_within(statement: dict[str, Any]) -> list[str]:
    """What of the statement does not fit together: a hop that does not balance, sums of hops that are not those of lines or of the ledger."""
    wrong = [f"hop {hop['hop']}" for hop in statement["hops"] if not _balances(hop) or not hop["balanced"]]
    by_state: Counter[str] = Counter()
    satang: Counter[str] = Counter()
    for one in statement["lines_by_group"]:
        by_state[one["state"]] += one["lines"]
        satang[one["state"]] += one["satang"]
    answered = _hop(statement, "ANSWERED")["goes_out"]
    wrong += [
        f"{name} of hop ANSWERED"
        for state, name in _ANSWERED.items()
        if (answered[name]["lines"], answered[name]["satang"]) != (by_state[state], satang[state])
    ]
    return wrong + [f"the ledger of {group}" for group in _not_as_the_ledger(statement)]


def _not_as_the_ledger(statement: dict[str, Any]) -> list[str]:
    """Groups of which the lines do not add up to the ledger, in lines or in satang."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for one in statement["lines_by_group"]:
        if one["state"] in _ANSWERED:
            key = (one["bank"], one["tier"], one["benefit_month"], one["state"])
            sums[(*key, "lines")] += one["lines"]
            sums[(*key, "satang")] += one["satang"]
    for one in statement["ledger"]:
        for state, sign in _moves(one["outcome"], at_release=one["at_release"]):
            key = (one["bank"], one["tier"], one["benefit_month"], state)
            sums[(*key, "lines")] -= sign * one["payments"]
            sums[(*key, "satang")] -= sign * one["satang"]
    return sorted({" ".join(key[:4]) for key, rest in sums.items() if rest})


def _moves(outcome: str, *, at_release: bool) -> Iterable[tuple[str, int]]:
    """To which states of lines an entry adds, from which it takes."""
    if outcome == "INSTRUCTED":
        # After the release only what was told as failed is instructed again, when it was found to be paid after all.
        return (("OPEN", 1),) if at_release else (("OPEN", 1), ("FAILED", -1))
    return ((outcome, 1), ("SETTLED" if outcome == "RETURNED" else "OPEN", -1))


def _hop(statement: dict[str, Any], name: str) -> dict[str, Any]:
    return next(hop for hop in statement["hops"] if hop["hop"] == name)


def _balances(hop: dict[str, Any]) -> bool:
    (comes_in,) = hop["comes_in"].values()
    out = list(hop["goes_out"].values())
    return all(
        comes_in[what] == sum(one[what] for one in out)
        for what in ("lines", "satang", "persons")
        if comes_in[what] is not None and all(one[what] is not None for one in out)
    )


def wrong_with_inclusions(told: dict[str, Any], tree: dict[str, Any]) -> list[str]:
    """Which of the lines are not proved to be in the tree."""
    return [
        f"line {one['leaf_index']} is not in the tree"
        for one in told["inclusions"]
        if root_by_path(leaf_hash(one["line"].encode()), one["leaf_index"], tree["size"], [bytes.fromhex(step) for step in one["path"]])
        != bytes.fromhex(tree["root"])
    ]


def main(
    proof: Annotated[Path, typer.Argument(help="The proof, or one person's inclusions: both hold the signed statement.")],
    jwks: Annotated[Path, typer.Option(help="Payments' public keys, as GET /.well-known/jwks.json gave them.")],
    lines: Annotated[Path | None, typer.Option(help="All lines of the run.")] = None,
    inclusions: Annotated[Path | None, typer.Option(help="One person's lines with their paths.")] = None,
) -> None:
    """Verify."""
    try:
        told = _read(proof)
        _, statement = PublicKeys.of(_read(jwks)).opened(told["signed"], TYPE)
        said: dict[str, Any] = {"run_id": statement["run_id"], "version": statement["version"], "root": statement["tree"]["root"]}
        wrong = [] if told.get("statement", statement) == statement else ["the statement is not the signed one"]
        wrong += wrong_within(statement)
        if lines is not None:
            counted = _count(lines)
            said |= {"lines": counted.tree.size, "persons": counted.persons, "satang": sum(counted.satang.values())}
            wrong += counted.wrong_with(statement)
        if inclusions is not None:
            proved = _read(inclusions)
            said |= {"included": [json.loads(one["line"]) for one in proved["inclusions"]]}
            wrong += wrong_with_inclusions(proved, statement["tree"])
    except (SignatureBroken, OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    typer.echo(json.dumps({**said, "signature": "good", "wrong": wrong}, ensure_ascii=False))
    raise SystemExit(1 if wrong else 0)


def _read(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told


def _count(file: Path) -> Counted:
    counted = Counted()
    with file.open("rb") as content:
        for line in content:
            counted.take(line.removesuffix(b"\n"))
    return counted


if __name__ == "__main__":
    typer.run(main)
