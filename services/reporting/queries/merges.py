"""Who is whom after merges: who stays may have been merged in turn, so a person is looked for along the whole way."""

from typing import Final

MERGED: Final = """
    way AS (
        SELECT holder_id AS member, merged_into AS unit FROM person WHERE merged_into IS NOT NULL
         UNION
        SELECT way.member, next.merged_into FROM way JOIN person next ON next.holder_id = way.unit WHERE next.merged_into IS NOT NULL),
    merged AS (
        SELECT * FROM (SELECT DISTINCT ON (way.member) way.member, way.unit FROM way LEFT JOIN person stays ON stays.holder_id = way.unit
                        WHERE stays.merged_into IS NULL OR EXISTS (SELECT FROM way round WHERE round.member = way.unit AND round.unit = way.unit)
                        ORDER BY way.member, way.unit) one
         WHERE member <> unit)"""
"""Common table expressions, to begin a `WITH RECURSIVE`: `merged` has every holder who is another (`member`) with the one who stays (`unit`).

A ring of merges, of which one was undone and that is not known yet, ends too: the first of its ids stays.
"""
