"""Files as ministries send them: packed, in TIS-620, with a byte order mark; and those that are damaged, each told what is wrong."""

import gzip

import pytest

from tests.registry.people import citizen_id, file_of, line

PLAIN = file_of(line(1, first_name="เกษม"), line(2, first_name="น้ำ"), line(3, subdistrict_code="999999")).encode()


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.decode().encode("cp874"),
        gzip.compress(PLAIN),
        gzip.compress(PLAIN.decode().encode("cp874")),
        gzip.compress(PLAIN[:400]) + gzip.compress(PLAIN[400:]),
        PLAIN.replace(b"\n", b"\r\n"),
    ],
    ids=["utf-8", "bom", "tis-620", "gz", "gz of tis-620", "gz of two members", "crlf"],
)
async def test_the_same_people_come_out_of_every_form(registry, content):
    ended = await registry.import_file(registry.write("r.csv", content))
    assert (ended["status"], ended["lines"], ended["registered"], ended["rejected"]) == ("DONE", 3, 2, 1)
    assert (await registry.holder_of(citizen_id(1)))["first_name"] == "เกษม"
    assert (await registry.holder_of(citizen_id(2)))["first_name"] == "น้ำ"
    assert not list((registry.folder / "converted").glob("*"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (PLAIN.replace(b",", b";"), "semicolon"),
        (PLAIN.replace(b",", b"\t"), "tab"),
        (PLAIN.decode().encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + PLAIN, "workbook"),
        (b"\x1f\x8b" + PLAIN, "unpacked"),
        (gzip.compress(PLAIN)[:20], "not sent whole"),
        (b"", "first line"),
        (PLAIN.replace(b"card_no", b"card", 1), "first line"),
    ],
)
async def test_what_is_no_registry_file_is_told_why(registry, content, why):
    answer = await registry.post("/v1/imports", {"path": registry.write("r.csv", content)})
    problem = answer.json()
    assert (answer.status_code, problem["type"].rsplit(":", 1)[-1]) == (422, "not-a-registry-file")
    assert why in problem["detail_en"]
    assert problem["detail_th"] != problem["detail_en"]


async def test_a_packed_file_that_ends_too_early_brings_nobody_in(registry):
    packed = gzip.compress(file_of(*[line(number) for number in range(1, 20_000)]).encode())
    ended = await registry.import_file(registry.write("r.csv", packed[: len(packed) * 9 // 10]))
    assert (ended["status"], ended["registered"]) == ("FAILED", 0)
    assert "not sent whole" in ended["error"]
    assert await registry.value("SELECT count(*) FROM card_holder") == 0
