"""What is sealed, and who was erased."""

from typing import Final

from services.registry.domain import ERASED_NAME
from services.registry.repository.sealed import WITH_KEYS
from shared.invariants import Invariant

KEYS: Final = [
    Invariant(
        "each-person-has-a-key-until-erased",
        "Without its salt and its group key what is sealed of a person opens no more; with them an erased person is not erased.",
        f"""SELECT holder_id, group_key_id, salt IS NOT NULL AS has_salt, erased_at FROM {WITH_KEYS}
             WHERE (erased_at IS NULL) <> (salt IS NOT NULL) OR (erased_at IS NULL) <> (group_key IS NOT NULL)
                OR house_no_sealed IS NOT NULL AND substring(house_no_sealed FROM 1 FOR 2) <> substring(private_sealed FROM 1 FOR 2)""",
    ),
    Invariant(
        "no-person-lags-behind-a-rotation",
        "Who is sealed under an old group key after its rotation ended keeps that key from being retired.",
        f"""SELECT holder_id, group_key_id FROM {WITH_KEYS}
             WHERE EXISTS (SELECT FROM group_key k WHERE k.key_id = group_key_id AND k.status <> 'CURRENT')
               AND NOT EXISTS (SELECT FROM job WHERE kind = 'registry-rotate-keys' AND status IN ('QUEUED', 'RUNNING'))""",
    ),
    Invariant(
        "the-erased-are-not-there",
        "Names, ids and address of an erased person are gone, and the list of the erased names them.",
        f"""SELECT h.holder_id, h.erased_at, e.erased_at AS listed_at FROM card_holder h FULL JOIN erasure e USING (holder_id)
             WHERE (h.erased_at IS NOT NULL OR e.holder_id IS NOT NULL)
               AND (h.erased_at IS NULL OR e.holder_id IS NULL OR h.private_sealed <> '' OR h.house_no_sealed IS NOT NULL OR h.first_name <> '{ERASED_NAME}'
                    OR h.last_name <> '' OR h.name_sort_key <> '' OR (h.moo, h.road, h.postcode) <> ('', '', ''))""",
    ),
]
