"""The dashboard in a real browser: each view, sign-in, language, drill-down, out of reach, keyboard, phone, dark, print."""

import re

from tests.dashboard.conftest import PHONE, looking

VIEWS = {"overview": "ภาพรวม", "timeline": "เส้นเวลา", "money": "การเงิน", "agencies": "หน่วยงาน", "overdue": "งานเกินกำหนด"}
FIRST_VIEW_BYTES_MAX = 200_000


async def test_sign_in_by_code_and_pkce_and_out_again(look):
    page = look.page
    await page.goto(look.site.dashboard)
    assert await look.text("#sign-in") == "เข้าสู่ระบบ"
    assert await look.violations() == []
    await page.click("#sign-in")
    assert await look.violations() == []
    await look.picture("sign-in-at-the-issuer")
    await look.fill_in("nobody")
    await page.wait_for_selector("[role=alert]")
    look.complaints.clear()  # the browser notes the 401 of the unknown user
    await look.fill_in("governor-81")
    await look.shown()
    assert await look.text("h1") == "ภาพรวม: กระบี่"
    assert "code=" not in page.url
    assert await page.evaluate("document.cookie + Object.keys(localStorage).join()") == ""

    await page.reload()
    await look.shown()
    await page.evaluate("sessionStorage.setItem('sukjai.session', JSON.stringify({ token: 'x', until: 0 }))")
    await page.click("#way-money")
    await page.wait_for_selector("#sign-in")
    assert await look.text("[role=alert]") == "หมดเวลาใช้งาน โปรดเข้าสู่ระบบอีกครั้ง"
    await page.click("#sign-in")
    await look.fill_in("governor-81")
    await look.shown()
    assert await look.text("h1") == "การเงิน: กระบี่"
    await page.click("#sign-out")
    await page.wait_for_selector("#sign-in")
    assert await page.evaluate("sessionStorage.length") == 0


async def test_every_view_has_figures_and_nothing_for_axe_in_both_languages_light_and_dark(look):
    await look.sign_in("committee")
    wrong = {}
    for view, name in VIEWS.items():
        await look.go(f"#/{view}")
        assert await look.text("h1") == f"{name}: ทั้งประเทศ"
        assert re.search(r"[1-9]", await look.text("main .scroll tbody"))
        wrong[view] = await look.violations()
        await look.picture(f"{view}-th")
    await look.page.click("#language")
    await look.page.select_option("#theme", "dark")
    assert await look.page.evaluate("document.documentElement.lang") == "en"
    for view in VIEWS:
        await look.go(f"#/{view}")
        assert not re.search(r"[฀-๿]", await look.text("main"))
        wrong[f"{view} dark"] = await look.violations("color-contrast")
        await look.picture(f"{view}-dark-en", whole=False)
    assert {view: found for view, found in wrong.items() if found} == {}


async def test_from_the_country_down_to_a_district_the_figures_are_the_reports(look, http):
    await look.sign_in("committee")
    [krabi] = [row for row in await areas(look, http) if row["area"] == "81"]
    title = await look.page.locator("#map-81 title").text_content()
    assert title == f"กระบี่ {100 * krabi['declared'] / krabi['card_holders']:.1f}%"
    await look.page.locator("#map-81").dispatch_event("click")
    await look.titled("ภาพรวม: กระบี่")
    assert int(await look.text("#figure-card_holders")) == krabi["card_holders"]
    assert await look.page.locator(".tiles li").count() == 8
    await look.picture("province-th")

    await look.page.click("#tile-8101")
    await look.titled("ภาพรวม: เมืองกระบี่")
    [district] = await areas(look, http, area="8101")
    assert int(await look.text("#figure-declared_in_all")) == district["declared"]
    await look.page.click("#way-overdue")
    await look.titled("งานเกินกำหนด: เมืองกระบี่")
    assert int(await look.text("#overdue-visits")) == district["overdue"]
    await look.page.click("#list-visit-coverage-overdue-")
    await look.titled("รายการบุคคล: เมืองกระบี่")
    assert int(await look.text("#persons")) == district["overdue"] == await look.page.locator("#list-table tbody tr").count()
    assert await look.violations() == []
    await look.picture("cases")
    await look.page.click("#area-81")
    await look.titled("รายการบุคคล: กระบี่")


async def areas(look, http, **query):
    answer = await http.get("/reporting/v1/reports/areas", params=query, headers=look.site.token("committee"))
    return answer.json()["figures"]["rows"]


async def test_what_is_out_of_reach_is_not_there_and_a_house_sees_its_own_alone(look, browser, site):
    await look.sign_in("governor-81", "#/overview?area=10")
    assert "อยู่นอกขอบเขตของท่าน" in await look.text("[role=alert]")
    assert await look.page.locator("main table").count() == 0
    assert await look.violations() == []
    await look.picture("out-of-reach")
    await look.page.click("#own-area")
    await look.titled("ภาพรวม: กระบี่")
    assert all("404" in complaint for complaint in look.complaints)  # the browser notes what was refused
    look.complaints.clear()
    async with looking(browser, site) as outsider:
        await outsider.sign_in("revenue")
        assert await outsider.page.locator(".ways a").count() == 2
        assert await outsider.page.locator("#funnel a").count() == 0
        assert "–" in await outsider.text("#areas-table")  # provinces of few persons: their counts are not told
        await outsider.go("#/overdue")
        assert await outsider.violations() == []
        await outsider.picture("overdue-without-persons")
    async with looking(browser, site) as agency:
        await agency.sign_in("agency-DSD")
        assert await agency.page.locator(".ways a").count() == 1
        assert set(await agency.page.locator("#clocks-table tbody th").all_inner_texts()) == {"DSD"}


async def test_by_keyboard_alone(look):
    await look.sign_in("committee")
    press = look.page.keyboard.press
    await look.page.evaluate("document.activeElement.blur()")
    await press("Tab")
    assert await look.page.evaluate("document.activeElement.className") == "skip"
    await press("Enter")
    assert await look.page.evaluate("document.activeElement.id") == "main"
    await look.page.focus("#measure")
    await press("Tab")
    assert await look.focused() == "map-10"
    await press("ArrowUp")
    assert await look.focused() == "map-13"  # Pathum Thani lies north of Bangkok
    await press("Tab")
    assert await look.focused() == "areas-table"
    await press("Shift+Tab")
    assert await look.focused() == "map-13"
    await press("Enter")
    await look.titled("ภาพรวม: ปทุมธานี")
    assert await look.focused() == "title"


async def test_on_a_phone_in_thai_digits_and_on_paper(browser, site):
    async with looking(browser, site, viewport=PHONE) as phone:
        await phone.sign_in("committee")
        await phone.page.click("#digits")
        assert await phone.text("#business-day") == "๑ ตุลาคม ๒๕๖๑"
        assert not re.search(r"[0-9]", await phone.text("#funnel"))
        for view in VIEWS:
            await phone.go(f"#/{view}")
            assert await phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
            await phone.picture(f"phone-{view}", whole=False)
        await phone.go("#/overview")
        assert await phone.violations() == []
        await phone.page.emulate_media(media="print")
        assert await phone.page.locator(".ways").is_hidden()
        await phone.page.set_viewport_size({"width": 1123 - 90, "height": 794})  # A4 across, less its margins
        assert await phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await phone.picture("print")


async def test_the_first_view_is_light_and_asks_nothing_elsewhere(look):
    await look.sign_in("committee")
    sizes = await look.page.evaluate(
        "performance.getEntries().filter((one) => 'encodedBodySize' in one).map((one) => [one.name, one.encodedBodySize])"
    )
    own = {name: size for name, size in sizes if "/v1/" not in name}
    assert any(name.endswith("uPlot.iife.min.js") for name in own)
    assert sum(own.values()) < FIRST_VIEW_BYTES_MAX, own


async def test_files_are_kept_by_edition_and_the_policy_allows_nothing_inline(http):
    page = await http.get("/reporting/dashboard")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert f"connect-src 'self' {http.base_url};".replace("/;", ";") in policy
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", page.text)
    unchanged = await http.get("/reporting/dashboard", headers={"If-None-Match": page.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    edition = re.search(r'data-edition="(\w{16})"', page.text)[1]
    script = await http.get(f"/reporting/dashboard/{edition}/main.js")
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-encoding"] == "gzip"
    for gone in (f"{'0' * 16}/main.js", f"{edition}/none.js", f"{edition}/../settings.py"):
        assert (await http.get(f"/reporting/dashboard/{gone}")).status_code == 404
