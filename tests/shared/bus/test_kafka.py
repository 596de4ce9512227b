"""One partition function for all lanes: the one that every Kafka client has."""

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.bus.kafka import partition_of, partition_of_bytes, partitions_of


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 100))
@example("", 6)
@example("019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0001", 24)
def test_a_key_goes_to_the_partition_to_which_every_client_sends_it(key, partitions):
    everywhere = list(range(partitions))
    found = DefaultPartitioner()(key.encode(), everywhere, everywhere)
    assert partition_of(key, partitions) == partition_of_bytes(key.encode(), partitions) == found


@settings(deadline=None)  # the first call loads numpy
@given(
    st.lists(st.binary(max_size=9)) | st.integers(0, 40).flatmap(lambda size: st.lists(st.binary(min_size=size, max_size=size))),
    st.integers(1, 100),
)
def test_many_keys_go_where_each_of_them_goes(keys, partitions):
    assert partitions_of(keys, partitions) == [partition_of_bytes(key, partitions) for key in keys]
