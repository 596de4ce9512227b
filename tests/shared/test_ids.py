"""Ids that must come out the same again."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import same_id, same_id_text

NAMESPACE = UUID("6b1f3f0a-6a55-5b0e-9a50-7c2a7c4d2561")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(), min_size=1))
def test_the_same_id_is_the_uuid5_of_its_parts(parts):
    made = same_id(*parts)
    assert made == uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts))
    assert made.version == 5
    assert same_id_text(*map(str, parts)) == str(made)
