"""Rules of screens are one namespace to Kivy: a name that two programs gave would be drawn by both rules
wherever both are loaded, with keys that nobody hears."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NAMED = re.compile(r"^<-?([\w, +]+)(?:@[\w+]+)?>:", re.MULTILINE)


def test_a_rule_is_of_one_program() -> None:
    of = defaultdict(set)
    for part in ("onecard", "kiosk", "pos"):
        for path in (ROOT / part).rglob("*.kv"):
            for names in NAMED.findall(path.read_text(encoding="utf-8")):
                for name in names.split(","):
                    of[name.strip()].add(part)
    assert {"kiosk", "pos", "onecard"} == set().union(*of.values())
    assert not {name for name, parts in of.items() if len(parts) > 1}
