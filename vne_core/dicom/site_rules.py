"""A reader's correction of a kind, kept as a rule of the site."""

import re
from itertools import count
from pathlib import Path

from vne_core.dicom.header import Header
from vne_core.dicom.kind_rules import Rules
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import load_rules, parse_rules
from vne_core.dicom.series import component_of
from vne_core.dicom.series_facts import words
from vne_core.files import atomic_write

_PREAMBLE = """\
# Rules of this site, consulted before the ones vne-reader ships; the first that holds decides.
"""


def rule_for_correction(header: Header, kind: Kind) -> str:
    """Return the TOML text of a rule that calls every series like this one ``kind``.

    It matches on what stays the same from patient to patient: manufacturer, protocol, component
    and description, with the numbers in them left open.
    """
    component = component_of(header, header.frames[0])
    name = words(header.series_description or header.protocol_name)
    slug = words(f"site {kind} {component} {name}").replace(" ", "-")
    return f"""\
[[kind]]
id = "{slug}"
kind = "{kind}"
final = true
manufacturer = '{_pattern(words(header.manufacturer))}'
name = '{_pattern(name)}'
protocol = '{_pattern(words(header.protocol_name))}'
component = ["{component}"]
why = "A reader of this site called a series of this name and protocol {kind}."
"""


def append_site_rule(path: Path, header: Header, kind: Kind) -> Rules:
    """Add the rule of a correction to a site's file and return the rules now in force.

    The newest rule stands first, so it wins over an older one for the same series. Raises
    RulesError, leaving the file as it was, when the file is malformed already.
    """
    old = path.read_text(encoding="utf-8") if path.exists() else _PREAMBLE
    taken = {rule.id for rules in parse_rules(old, path.name).stages.values() for rule in rules}
    new = _with_free_id(rule_for_correction(header, kind), taken)
    first = re.search(r"^\s*\[\[", old, re.MULTILINE)
    at = first.start() if first else len(old)
    text = f"{old[:at].rstrip()}\n\n{new}\n{old[at:].lstrip()}"
    parse_rules(text, path.name)
    atomic_write(path, text)
    return load_rules(path)


def _pattern(text: str) -> str:
    """Return a whole-text regular expression for normalised words, every number left open."""
    return "^" + re.sub(r"\d+", r"\\d+", text) + "$"


def _with_free_id(rule: str, taken: set[str]) -> str:
    identity = rule.split('"')[1]
    free = next(
        name for n in count(1) if (name := identity if n == 1 else f"{identity}-{n}") not in taken
    )
    return rule.replace(identity, free, 1)
