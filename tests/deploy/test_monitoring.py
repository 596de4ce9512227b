"""What Prometheus and Grafana are given: it holds by Prometheus's own tool, names only figures that the services tell, and says what to do.

`make promtool` brings the tool to .tools. data/alerts_test.yml are the histories that the alerts are tried on.
"""

import importlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from deploy.databases import SERVICES

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
RULES = MONITORING / "alerts.yml"
DASHBOARDS = sorted((MONITORING / "grafana" / "dashboards").glob("*.json"))
PROMTOOL = shutil.which("promtool") or ROOT / ".tools" / "promtool"
# What Prometheus itself adds.
OF_PROMETHEUS = {"up", "ALERTS"}
NAME = re.compile(r"\b(?:sukjai_\w+|up|ALERTS)\b")
THAI = re.compile(r"[\u0e00-\u0e7f]")


def promtool(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROMTOOL, *arguments], cwd=cwd, check=False, capture_output=True, text=True)


def alerts() -> list[dict]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def panels(dashboard: Path) -> list[dict]:
    return json.loads(dashboard.read_text())["panels"]


def expressions() -> dict[str, str]:
    """Every expression of the alerts and the panels, by where it stands."""
    found = {rule["alert"]: rule["expr"] for rule in alerts()}
    for dashboard in DASHBOARDS:
        for panel in panels(dashboard):
            for target in panel["targets"]:
                found[f"{dashboard.name}: {panel['title']} {target['refId']}"] = target["expr"]
    return found


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """The names that /metrics of the services has, once there is something to tell, each with its labels."""
    for service in SERVICES:
        importlib.import_module(f"services.{service}.app")
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    return {
        family.name + ending: {"service"} | labels_of(family.name)
        for family in REGISTRY.collect()
        if family.name.startswith("sukjai_")
        for ending in endings.get(family.type, ("",))
    }


def labels_of(family: str) -> set[str]:
    names = REGISTRY._names_to_collectors[family]._labelnames
    return {*names, "le"}


@pytest.mark.parametrize("checked", [("rules", "alerts.yml"), ("config", "prometheus.yml")])
def test_prometheus_takes_its_files(checked):
    done = promtool("check", *checked, cwd=MONITORING)
    assert done.returncode == 0, done.stderr


def test_a_mistake_in_a_rule_is_found(tmp_path):
    planted = tmp_path / "alerts.yml"
    planted.write_text(
        RULES.read_text().replace("max by (service) (sukjai_outbox_age_seconds)", "max by (service) sukjai_outbox_age_seconds")
    )
    assert promtool("check", "rules", planted).returncode != 0


def test_alarms_are_raised_when_they_should_and_only_then():
    done = promtool("test", "rules", "tests/deploy/data/alerts_test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_expressions_of_dashboards_are_promql(tmp_path):
    rules = [{"record": f"panel:{number}", "expr": expr} for number, expr in enumerate(expressions().values())]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_figure_that_is_looked_at_is_told_by_the_services(told):
    unknown = {where: names for where, expr in expressions().items() if (names := set(NAME.findall(expr)) - OF_PROMETHEUS - told.keys())}
    assert unknown == {}


def test_what_is_summed_by_is_a_label_that_the_figure_has(told):
    wrong = {}
    for where, expr in expressions().items():
        labels = {label.strip() for inside in re.findall(r"\bby \(([^)]*)\)", expr) for label in inside.split(",")}
        known = set().union(*(told.get(name, {"service"}) for name in NAME.findall(expr)))
        if labels - known:
            wrong[where] = labels - known
    assert wrong == {}


def test_every_alarm_says_what_it_is_in_both_languages_and_what_to_do():
    headings = set(re.findall(r"^### (\w+)$", (MONITORING / "README.md").read_text(), re.MULTILINE))
    assert {rule["alert"] for rule in alerts()} == headings
    for rule in alerts():
        notes = rule["annotations"]
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert THAI.search(notes["summary_th"])
        assert not THAI.search(notes["summary"])
        assert notes["runbook"] == f"deploy/monitoring/README.md#{rule['alert'].lower()}"


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.stem)
def test_a_dashboard_is_whole(dashboard):
    content = json.loads(dashboard.read_text())
    assert content["uid"] == dashboard.stem
    assert "datasource" in {variable["name"] for variable in content["templating"]["list"]}
    assert content["panels"]
    assert len({panel["id"] for panel in content["panels"]}) == len(content["panels"])
    for panel in content["panels"]:
        assert panel["targets"], panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"
        thai, _, english = panel["title"].partition(" · ")
        assert THAI.search(thai), panel["title"]
        assert english, panel["title"]
        assert not THAI.search(english), panel["title"]


def test_what_the_containers_are_given_is_there():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    mounted = {
        inside: ROOT / outside
        for service in ("prometheus", "grafana")
        for outside, inside, *_ in (volume.split(":") for volume in compose[service]["volumes"])
        if outside.startswith("./")
    }
    assert [path for path in mounted.values() if not path.exists()] == []
    assert mounted["/etc/prometheus/alerts.yml"] == RULES
    provisioning = mounted["/etc/grafana/provisioning"]
    provider = yaml.safe_load((provisioning / "dashboards" / "sukjai.yaml").read_text())["providers"][0]
    path = Path(provider["options"]["path"]).relative_to("/etc/grafana/provisioning")
    assert sorted((provisioning / path).glob("*.json")) == DASHBOARDS
    assert len(DASHBOARDS) == 3
    assert (
        yaml.safe_load((provisioning / "datasources" / "prometheus.yaml").read_text())["datasources"][0]["url"] == "http://prometheus:9090"
    )
