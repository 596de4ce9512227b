"""The lines of a run as leaves of a Merkle tree, and the proofs that were made of it."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.payments.domain import Outcome
from shared.db import ReadTx, Tx
from shared.merkle import HASH_BYTES, path_of, root_of

BLOCK_LEAVES: Final = 4096
"""A power of two: the tree over such blocks' roots is the tree over all leaves."""

LINE: Final = """concat('{"instruction_id":"', replace(d.disbursement_id::text, '-', ''), '","holder_id":"', d.holder_id, '","programme":', to_json(d.programme),
    ',"month":"', to_char(d.benefit_month, 'YYYY-MM'), '","attempt_no":', d.attempt_no, ',"tier":', to_json(d.tier), ',"district":', to_json(d.district),
    ',"bank":', coalesce(to_json(d.bank)::text, 'null'), ',"amount_satang":', d.amount_satang, ',"state":"', d.state,
    '","reason":', coalesce(to_json(d.reason)::text, 'null'), ',"value_date":', coalesce(to_json(to_char(d.value_date, 'YYYY-MM-DD'))::text, 'null'),
    ',"bank_reference":', coalesce(to_json(d.bank_reference)::text, 'null'), '}')"""
"""A line `d` as the bytes that are hashed: JSON without spaces, its members always in this order."""
_LEAF: Final = f"sha256('\\x00'::bytea || convert_to({LINE}, 'UTF8'))"
_ORDER: Final = "d.holder_id, d.benefit_month, d.programme"
"""Within a chunk. Chunks are made in this order too, so that one person's lines stand together and nobody can be there twice unseen."""

PROOF: Final = "run_id, version, lines, root, through_entry, statement, signed, made_at"


class Chunk(NamedTuple):
    """Where the lines of a run's chunk stand among the leaves."""

    first_leaf: int
    lines: int
    bank: str | None
    chunk_no: int


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree without its leaves: the hashes of its blocks, and where the run's chunks stand."""

    lines: int
    blocks: Sequence[bytes]
    chunks: Sequence[Chunk]

    @property
    def root(self) -> bytes:
        """The root over all lines."""
        return root_of(self.blocks)


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it was made; `statement` is the text that is signed."""

    run_id: UUID
    version: int
    lines: int
    root: bytes
    through_entry: int
    statement: str
    signed: str
    made_at: datetime


async def tree_of(tx: ReadTx, run_id: UUID) -> Tree:
    """The tree over the lines of the run as they are. The database hashes the leaves, a chunk of the run at a time comes here."""
    chunks: list[Chunk] = []
    blocks: list[bytes] = []
    waiting = bytearray()
    first = 0
    async for row in tx.stream(
        f"""SELECT d.bank, d.chunk_no, count(*) AS lines, string_agg({_LEAF}, ''::bytea ORDER BY {_ORDER}) AS leaves
              FROM disbursement d WHERE d.run_id = $1 GROUP BY 1, 2 ORDER BY 1, 2""",
        run_id,
        rows_at_once=2,
    ):
        chunks.append(Chunk(first, row["lines"], row["bank"], row["chunk_no"]))
        first += row["lines"]
        waiting += row["leaves"]
        while len(waiting) >= BLOCK_LEAVES * HASH_BYTES:
            blocks.append(root_of(_hashes(waiting[: BLOCK_LEAVES * HASH_BYTES])))
            del waiting[: BLOCK_LEAVES * HASH_BYTES]
    if waiting:
        blocks.append(root_of(_hashes(waiting)))
    return Tree(first, blocks, chunks)


def _hashes(joined: bytes | bytearray) -> list[bytes]:
    return [bytes(joined[at : at + HASH_BYTES]) for at in range(0, len(joined), HASH_BYTES)]


async def last_entry(tx: ReadTx, run_id: UUID) -> int:
    """The number of the run's last ledger entry that moved a line; 0 without one."""
    number: int = await tx.fetchval(
        "SELECT coalesce(max(number), 0) FROM ledger_entry WHERE run_id = $1 AND outcome = ANY($2::text[])",
        run_id,
        [Outcome.INSTRUCTED, Outcome.SETTLED, Outcome.FAILED, Outcome.RETURNED],
    )
    return number


async def newest(tx: ReadTx, run_id: UUID) -> Proof | None:
    """The newest proof of the run."""
    row = await tx.fetchrow(f"SELECT {PROOF} FROM run_proof WHERE run_id = $1 ORDER BY version DESC LIMIT 1", run_id)
    return None if row is None else Proof(**dict(row))


async def insert(tx: Tx, proof: Proof, tree: Tree) -> None:
    """Keep a proof; a second one of the same version is refused by the database."""
    await tx.execute(
        f"INSERT INTO run_proof ({PROOF}, block_hashes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(proof.run_id, proof.version, proof.lines, proof.root, proof.through_entry, proof.statement, proof.signed, proof.made_at),
        b"".join(tree.blocks),
    )
    await tx.copy_in(
        "run_proof_chunk",
        ("run_id", "version", "first_leaf", "lines", "bank", "chunk_no"),
        [(proof.run_id, proof.version, *chunk) for chunk in tree.chunks],
    )


async def behind(tx: ReadTx) -> list[UUID]:
    """Closed runs that have no proof, or of which lines moved since their newest."""
    rows = await tx.fetch(
        """SELECT r.run_id FROM run r
             LEFT JOIN LATERAL (SELECT through_entry FROM run_proof p WHERE p.run_id = r.run_id ORDER BY version DESC LIMIT 1) AS p ON true
            WHERE r.status = 'CLOSED'
              AND (p.through_entry IS NULL OR EXISTS (
                   SELECT FROM ledger_entry e WHERE e.run_id = r.run_id AND e.number > p.through_entry
                      AND e.outcome IN ('INSTRUCTED', 'SETTLED', 'FAILED', 'RETURNED')))
            ORDER BY r.run_id"""
    )
    return [row["run_id"] for row in rows]


async def lines_in_order(tx: ReadTx, run_id: UUID) -> AsyncIterator[str]:
    """The lines of the run as they are hashed, in the order of the leaves."""
    async for row in tx.stream(
        f"SELECT {LINE} AS line FROM disbursement d WHERE d.run_id = $1 ORDER BY d.bank, d.chunk_no, {_ORDER}", run_id
    ):
        yield row["line"]


class Leaf(NamedTuple):
    """A line among the leaves, with the path that proves it."""

    line: str
    leaf_index: int
    path: Sequence[bytes]


async def leaves_of(tx: ReadTx, proof: Proof, wanted: Iterable[Any]) -> list[Leaf]:
    """The lines (rows with disbursement_id, bank, chunk_no, line) with their paths. Reads the run's chunks around each and nothing else."""
    joined: bytes = await tx.fetchval("SELECT block_hashes FROM run_proof WHERE run_id = $1 AND version = $2", proof.run_id, proof.version)
    blocks = _hashes(joined)
    found = []
    for row in wanted:
        first = await tx.fetchval(
            "SELECT first_leaf FROM run_proof_chunk WHERE run_id = $1 AND version = $2 AND bank IS NOT DISTINCT FROM $3 AND chunk_no = $4",
            *(proof.run_id, proof.version, row["bank"], row["chunk_no"]),
        )
        chunk = await _leaves(tx, proof.run_id, row["bank"], row["chunk_no"])
        index = first + [one[0] for one in chunk].index(row["disbursement_id"])
        block, place = divmod(index, BLOCK_LEAVES)
        path = path_of(await _block(tx, proof, block), place) + path_of(blocks, block)
        found.append(Leaf(row["line"], index, path))
    return found


async def _block(tx: ReadTx, proof: Proof, number: int) -> list[bytes]:
    """The leaves of a block, which may begin within one of the run's chunks and end within another."""
    start, end = number * BLOCK_LEAVES, (number + 1) * BLOCK_LEAVES
    rows = await tx.fetch(
        """SELECT first_leaf, lines, bank, chunk_no FROM run_proof_chunk
            WHERE run_id = $1 AND version = $2 AND first_leaf < $4 AND first_leaf + lines > $3 ORDER BY first_leaf""",
        *(proof.run_id, proof.version, start, end),
    )
    leaves: list[bytes] = []
    for chunk in (Chunk(*row) for row in rows):
        of_chunk = await _leaves(tx, proof.run_id, chunk.bank, chunk.chunk_no)
        leaves += [leaf for _, leaf in of_chunk[max(start - chunk.first_leaf, 0) : end - chunk.first_leaf]]
    return leaves


async def _leaves(tx: ReadTx, run_id: UUID, bank: str | None, chunk_no: int) -> list[tuple[UUID, bytes]]:
    """Ids and hashes of the lines of a chunk, in order."""
    # Written out for each case: IS NOT DISTINCT FROM uses no index.
    of_bank = "d.bank IS NULL AND $2::text IS NULL" if bank is None else "d.bank = $2"
    rows = await tx.fetch(
        f"SELECT d.disbursement_id, {_LEAF} AS leaf FROM disbursement d WHERE d.run_id = $1 AND {of_bank} AND d.chunk_no = $3 ORDER BY {_ORDER}",
        *(run_id, bank, chunk_no),
    )
    return [(row[0], row[1]) for row in rows]
