"""Merkle trees against the definition of RFC 6962 and the known values of Certificate Transparency."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.merkle import Growing, leaf_hash, node_hash, path_of, root_by_path, root_of

# The entries and roots of the reference tests of Certificate Transparency.
ENTRIES = [
    bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
entries = st.lists(st.binary(max_size=8), max_size=70)


def by_definition(hashes):
    """MTH of RFC 6962, section 2.1."""
    if len(hashes) < 2:
        return root_of(hashes)
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(by_definition(hashes[:split]), by_definition(hashes[split:]))


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_those_of_certificate_transparency(size):
    assert root_of([leaf_hash(one) for one in ENTRIES[:size]]).hex() == ROOTS[size]


@given(entries, st.sampled_from([1, 2, 4, 16]))
def test_a_tree_grown_leaf_by_leaf_or_put_together_of_blocks_has_the_root_of_the_definition(texts, block):
    leaves = [leaf_hash(one) for one in texts]
    growing = Growing()
    for leaf in leaves:
        growing.add(leaf)
    blocks = [root_of(leaves[at : at + block]) for at in range(0, len(leaves), block)]
    assert {growing.root, root_of(blocks), root_of(leaves)} == {by_definition(leaves)}


@given(entries.filter(bool), st.data())
def test_the_path_of_each_leaf_gives_the_root_and_no_other_does(texts, data):
    leaves = [leaf_hash(one) for one in texts]
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = path_of(leaves, index), root_of(leaves)
    assert root_by_path(leaves[index], index, len(leaves), path) == root
    assert root_by_path(leaf_hash(b"another entry"), index, len(leaves), path) != root
    assert root_by_path(leaves[index], index, len(leaves), [*path, root]) is None
    assert root_by_path(leaves[index], len(leaves), len(leaves), path) is None
    if path:
        assert root_by_path(leaves[index], index, len(leaves), path[:-1]) is None
        assert root_by_path(leaves[index], index, len(leaves), [root, *path[1:]]) != root


def test_a_node_is_no_leaf():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
