"""The year live: news comes by itself, one reading serves all who look at the same, and who may not look is not there."""

import json
from datetime import date

from tests.dashboard.country import bring
from tests.reporting.story import Story, declared, registered

STREAM = {"Accept": "text/event-stream"}


def newcomers(*names):
    """Persons of Krabi who state the wish."""
    story = Story()
    for name in names:
        story.tell(date(2018, 1, 15), registered(name))
        story.tell(date(2018, 2, 27), declared(name, date(2018, 2, 27)))
    return story.events


async def test_figures_rise_before_ones_eyes_without_a_reload(look):
    await look.sign_in("chief-8101")
    await look.page.locator("#live.on").wait_for()
    before = int(await look.text("#figure-declared_in_all"))
    await look.page.evaluate("window.stays = true")
    await look.page.focus("#row-8101, #measure")
    await bring(look.site.db, newcomers("live one", "live two"))
    await look.page.wait_for_function(
        "figure => document.getElementById('figure-declared_in_all').innerText === figure", arg=str(before + 2)
    )
    assert await look.page.evaluate("window.stays")
    assert await look.focused() == "measure"
    await look.picture("live")


class Viewer:
    """One who follows with a stream of events."""

    def __init__(self, answer):
        self.lines = answer.aiter_lines()

    async def event(self):
        """The next event: its id and figures."""
        name = ""
        async for line in self.lines:
            if line.startswith("id: "):
                name = line.removeprefix("id: ")
            if line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
        return None


async def test_one_reading_serves_all_and_last_event_id_leaves_out_what_one_has(site, http):
    mine = {**site.token("governor-81"), **STREAM}
    path = "/reporting/v1/live"
    once = (await http.get(path, headers=site.token("governor-81"))).json()
    async with http.stream("GET", path, headers=mine) as first, http.stream("GET", path, headers=mine) as second:
        assert first.headers["content-type"].startswith("text/event-stream")
        here, there = Viewer(first), Viewer(second)
        (one, figures), (two, same) = await here.event(), await there.event()
        assert (one, figures) == (two, same)
        assert figures["year"]["figures"] == once["year"]["figures"]
        assert figures["areas"]["figures"] == once["areas"]["figures"]
        async with http.stream("GET", path, headers={**mine, "Last-Event-ID": one}) as third:
            known = Viewer(third)
            await bring(site.db, newcomers("live three"))
            changed, newer = await known.event()
            assert changed != one
            assert newer["year"]["figures"] != figures["year"]["figures"]
            assert await here.event() == (changed, newer)


async def test_who_may_not_look_is_not_there(site, http):
    path = "/reporting/v1/live"
    statuses = {
        "no token": (await http.get(path, headers=STREAM)).status_code,
        "no scope": (await http.get(path, headers={**site.token("registrar"), **STREAM})).status_code,
        "another province": (await http.get(path, params={"area": "10"}, headers={**site.token("governor-81"), **STREAM})).status_code,
        "a bank": (await http.get(path, headers={**site.token("bank-BAAC"), **STREAM})).status_code,
        "no such area": (await http.get(path, params={"area": "x"}, headers={**site.token("mof"), **STREAM})).status_code,
    }
    assert statuses == {"no token": 401, "no scope": 403, "another province": 404, "a bank": 404, "no such area": 422}
