"""Conditions in CEL that people write as data: checked before they are kept, and judged also where not everything is known.

CEL (the Common Expression Language) has no loops that run away and no side effects. Of it a condition may use what a reader of rules
needs: variables that are named to it, numbers, texts and lists of texts, comparisons, `in`, `&&`, `||`, `!`, `startsWith` and
`size`. The binding (PyPI common-expression-language) parses and evaluates; it knows no types before it evaluates, so that `check`
looks at those: a checked condition has one value, yes or no, whatever its variables hold.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

import cel

LENGTH_MAX: Final = 500
NESTED_MAX: Final = 20
_PROGRAMS_MAX: Final = 10_000
_LANGUAGE: Final = '&&  ||  !  ==  !=  <  <=  >  >=  in  ( )  [ ]  .startsWith("…")  size(…)  true  false  123  1.5  "…"'


class Kind(StrEnum):
    """What a variable or a part of a condition holds."""

    NUMBER = "NUMBER"
    TEXT = "TEXT"
    YES_NO = "YES_NO"
    TEXTS = "TEXTS"


_WORDS: Final = {
    Kind.NUMBER: ("a number", "จำนวน"),
    Kind.TEXT: ("a text", "ข้อความ"),
    Kind.YES_NO: ("yes or no", "ใช่หรือไม่ใช่"),
    Kind.TEXTS: ("a list of texts", "รายการข้อความ"),
}


class ConditionInvalid(ValueError):
    """A condition that may not be kept: what is wrong in both languages, and what is allowed instead."""

    def __init__(self, en: str, th: str, allowed: str) -> None:
        """Say it."""
        self.en, self.th, self.allowed = en, th, allowed
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Variable:
    """What a condition may speak of. Of one that has `values`, no other can be meant."""

    name: str
    kind: Kind
    th: str
    en: str
    values: frozenset[str] = frozenset()


Variables = Mapping[str, Variable]


@lru_cache(_PROGRAMS_MAX)
def compiled(text: str) -> cel.Program:
    """The condition, ready to be judged; kept by its text. Raises ConditionInvalid for what is no CEL."""
    try:
        return cel.compile(text)
    except ValueError as error:
        why = str(error).partition("\n")[0]
        raise ConditionInvalid(f"is no expression of CEL: {why}", f"ไม่ใช่นิพจน์ CEL: {why}", _LANGUAGE) from error


def strange_names(text: str, visible: Iterable[str]) -> list[str]:
    """The names in it that are not among the visible ones, in order. Raises ConditionInvalid for what is no CEL."""
    return sorted(set(compiled(text).variables()) - set(visible))


@dataclass(frozen=True)
class Facts:
    """What is known of one case, ready to judge many conditions: to set it up costs more than to judge. What is not in it is not known."""

    known: Mapping[str, Any]
    context: cel.Context = field(repr=False, compare=False)
    _judged: dict[str, bool | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, known: Mapping[str, Any]) -> Self:
        """The facts by the names of their variables; None is not known."""
        given = {name: value for name, value in known.items() if value is not None}
        return cls(given, cel.Context(given))

    def judge(self, text: str) -> bool | None:
        """Whether a checked condition holds; None when that depends on what is not known. Programmes share conditions: each is asked once."""
        if text in self._judged:
            return self._judged[text]
        try:
            holds: bool | None = compiled(text).execute(self.context)
        except RuntimeError:  # a name without a value; `&&` and `||` have one already when their other side decides
            holds = None
        self._judged[text] = holds
        return holds


def check(text: str, variables: Variables) -> None:
    """Raise ConditionInvalid unless it is a condition of these variables which is yes or no whatever they hold."""
    if len(text) > LENGTH_MAX:
        raise ConditionInvalid(f"is longer than {LENGTH_MAX} characters", f"ยาวเกิน {LENGTH_MAX} ตัวอักษร", f"≤ {LENGTH_MAX}")
    _Reader(text, variables).whole()
    compiled(text)


class _Token(NamedTuple):
    """A sign, a word, or a literal with its kind and value."""

    text: str
    kind: Kind | None = None
    value: str = ""


_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>[0-9]{1,15}(?:\.[0-9]{1,6})?)(?![\w.])
          |(?P<text>"[^"\\\n]*"|'[^'\\\n]*')
          |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
          |(?P<sign>&&|\|\||[=!<>]=|[<>!(),.\[\]])
          |(?P<end>\Z))""",
    re.VERBOSE,
)
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.TEXT})


class _Operand(NamedTuple):
    """What a part of the condition holds: its kind, the literal texts in it, and its variable where it is one."""

    kind: Kind
    literals: tuple[str, ...] = ()
    variable: Variable | None = None


class _Reader:
    """Reads a condition from left to right by CEL's grammar, and says what each part of it holds."""

    def __init__(self, text: str, variables: Variables) -> None:
        self._variables = variables
        self._tokens = _tokens(text)
        self._next = next(self._tokens)
        self._depth = 0

    def whole(self) -> None:
        """Read all of it."""
        self._require(self._either(), Kind.YES_NO, "the whole condition", "เงื่อนไขทั้งหมด")
        if self._next.text:
            raise _not_allowed(self._next.text)

    def _take(self, *texts: str) -> str | None:
        """The next sign or word when it is one of these, which is then read."""
        if self._next.kind is not None or self._next.text not in texts:
            return None
        taken = self._next.text
        self._next = next(self._tokens)
        return taken

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise _not_allowed(self._next.text)

    def _either(self) -> _Operand:
        return self._joined("||", self._both)

    def _both(self) -> _Operand:
        return self._joined("&&", self._relation)

    def _joined(self, sign: str, part: Any) -> _Operand:
        found: _Operand = part()
        while self._take(sign):
            for side in (found, part()):
                self._require(side, Kind.YES_NO, f"a side of {sign}", f"ข้างหนึ่งของ {sign}")
            found = _Operand(Kind.YES_NO)
        return found

    def _relation(self) -> _Operand:
        left = self._not()
        sign = self._take(*_COMPARISONS, "in")
        if sign is None:
            return left
        right = self._not()
        fits = (
            right.kind is Kind.TEXTS and left.kind is Kind.TEXT if sign == "in" else left.kind is right.kind and _compares(sign, left.kind)
        )
        if not fits:
            (left_en, left_th), (right_en, right_th) = _WORDS[left.kind], _WORDS[right.kind]
            raise ConditionInvalid(
                f"'{sign}' cannot be between {left_en} and {right_en}",
                f"ใช้ '{sign}' ระหว่าง{left_th}กับ{right_th}ไม่ได้",
                _kinds(self._variables),
            )
        _require_values(left, right)
        _require_values(right, left)
        return _Operand(Kind.YES_NO)

    def _not(self) -> _Operand:
        if not self._take("!"):
            return self._member()
        self._require(self._not(), Kind.YES_NO, "what follows !", "ส่วนที่ตามหลัง !")
        return _Operand(Kind.YES_NO)

    def _member(self) -> _Operand:
        found = self._primary()
        while self._take("."):
            self._expect("startsWith")
            self._expect("(")
            self._require(found, Kind.TEXT, "what startsWith looks at", "ส่วนที่ startsWith ตรวจ")
            self._require(self._either(), Kind.TEXT, "what startsWith looks for", "ส่วนที่ startsWith ค้นหา")
            self._expect(")")
            found = _Operand(Kind.YES_NO)
        return found

    def _primary(self) -> _Operand:
        token = self._next
        if token.kind is not None:
            self._next = next(self._tokens)
            return _Operand(token.kind, (token.value,) if token.kind is Kind.TEXT else ())
        if self._take("("):
            return self._nested(self._either, ")")
        if self._take("["):
            return self._nested(self._texts, "]")
        if self._take("true", "false"):
            return _Operand(Kind.YES_NO)
        if self._take("size"):
            self._expect("(")
            self._require(self._nested(self._either, ")"), Kind.TEXTS, "what size counts", "ส่วนที่ size นับ")
            return _Operand(Kind.NUMBER)
        variable = self._variables.get(token.text)
        if variable is None:
            raise _unknown(token.text, self._variables) if token.text.isidentifier() else _not_allowed(token.text)
        self._next = next(self._tokens)
        return _Operand(variable.kind, variable=variable)

    def _nested(self, part: Any, end: str) -> _Operand:
        self._depth += 1
        if self._depth > NESTED_MAX:
            raise ConditionInvalid(f"is nested more than {NESTED_MAX} deep", f"ซ้อนกันเกิน {NESTED_MAX} ชั้น", f"≤ {NESTED_MAX}")
        found: _Operand = part()
        self._depth -= 1
        self._expect(end)
        return found

    def _texts(self) -> _Operand:
        literals: list[str] = []
        while not literals or self._take(","):
            member = self._primary()
            self._require(member, Kind.TEXT, "each of a list", "แต่ละรายการ")
            if member.variable is not None:
                raise _not_allowed(member.variable.name)
            literals.extend(member.literals)
        return _Operand(Kind.TEXTS, tuple(literals))

    def _require(self, operand: _Operand, kind: Kind, en: str, th: str) -> None:
        if operand.kind is not kind:
            (is_en, is_th), (must_en, must_th) = _WORDS[operand.kind], _WORDS[kind]
            raise ConditionInvalid(f"{en} is {is_en} and must be {must_en}", f"{th}เป็น{is_th} ต้องเป็น{must_th}", _kinds(self._variables))


def _tokens(text: str) -> Iterator[_Token]:
    """The signs, words and literals; without end an empty one at the end. Raises ConditionInvalid for anything else."""
    place = 0
    while found := _TOKEN.match(text, place):
        place = found.end()
        match found.lastgroup:
            case "number":
                yield _Token(found["number"], Kind.NUMBER)
            case "text":
                yield _Token(found["text"], Kind.TEXT, found["text"][1:-1])
            case "end":
                while True:
                    yield _Token("")
            case name:
                yield _Token(found[str(name)])
    raise _not_allowed(text[place:].strip()[:20])


def _compares(sign: str, kind: Kind) -> bool:
    return kind in _ORDERED if sign not in {"==", "!="} else kind is not Kind.TEXTS


def _require_values(variable_side: _Operand, literal_side: _Operand) -> None:
    variable = variable_side.variable
    wrong = [one for one in literal_side.literals if variable is not None and variable.values and one not in variable.values]
    if variable is not None and wrong:
        names = ", ".join(wrong)
        raise ConditionInvalid(f"{variable.name} is never {names}", f"{variable.name} ไม่มีค่า {names}", " | ".join(sorted(variable.values)))


def _kinds(variables: Variables) -> str:
    return ", ".join(f"{name}: {variables[name].kind}" for name in sorted(variables))


def _unknown(name: str, variables: Variables) -> ConditionInvalid:
    return ConditionInvalid(f"speaks of {name}, which no condition may use", f"อ้างถึง {name} ซึ่งใช้ในเงื่อนไขไม่ได้", ", ".join(sorted(variables)))


def _not_allowed(what: str) -> ConditionInvalid:
    if not what:
        return ConditionInvalid("ends too early", "จบก่อนครบ", _LANGUAGE)
    return ConditionInvalid(f"'{what}' is not allowed there", f"ใช้ '{what}' ตรงนั้นไม่ได้", _LANGUAGE)
