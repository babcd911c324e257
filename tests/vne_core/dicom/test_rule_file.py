import pytest

from vne_core.dicom.classify import classify
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import RulesError, load_rules, parse_rules
from vne_core.dicom.site_rules import append_site_rule, rule_for_correction

GOOD = """
# our scanner
[[kind]]
id = "ours"
kind = "LGE_PSIR"
name = '^heart \\d+$'
why = "We call it so."
"""


def test_a_rule_of_the_site_decides_before_the_shipped_ones(scanner, tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(GOOD)
    (result,) = classify(scanner.series("heart 3"), load_rules(path))
    assert (result.kind, result.rule.split(" + ")[0]) == (Kind.LGE_PSIR, "ours")


def test_a_site_without_a_file_has_the_shipped_rules(tmp_path):
    assert load_rules(tmp_path / "none.toml") == load_rules()


@pytest.mark.parametrize(
    "text, line, field",
    [
        (GOOD.replace("LGE_PSIR", "LGE_PSR"), 5, "kind"),
        (GOOD.replace("name =", "nmae ="), 6, "nmae"),
        (GOOD.replace("'^heart \\d+$'", "'('"), 6, "name"),
        (GOOD.replace("'^heart \\d+$'", "7"), 6, "name"),
        (GOOD.replace("why =", "phases = { low = 1 }\nwhy ="), 7, "phases"),
        (GOOD.replace("why =", "phases = { min = 9, max = 1 }\nwhy ="), 7, "phases"),
        (GOOD.replace("why =", 'component = ["magnitud"]\nwhy ='), 7, "component"),
        (GOOD.replace("why =", 'mr_image = "yes"\nwhy ='), 7, "mr_image"),
        (GOOD.replace("why =", 'image_type = "M"\nwhy ='), 7, "image_type"),
        (GOOD.replace('why = "We call it so."', ""), 3, "why"),
        (GOOD.replace("name = '^heart \\d+$'\n", ""), 4, "id"),
        (GOOD.replace("why =", 'final = "no"\nwhy ='), 7, "final"),
        (GOOD + GOOD, 11, "id"),
        (GOOD.replace("[[kind]]", "[[knid]]"), 3, "knid"),
        (GOOD.replace("[[kind]]", "[[axis]]").replace("kind =", "becomes ="), 5, "becomes"),
        (GOOD + '\n[[axis]]\nid = "a"\nwhy = "b"\nname = "c"\n', 9, "becomes"),
    ],
)
def test_a_malformed_rule_is_refused_with_its_line_and_field(text, line, field):
    with pytest.raises(RulesError) as refused:
        parse_rules(text, "site.toml")
    assert f"site.toml line {line}: {field} " in str(refused.value)


def test_a_file_that_is_no_toml_is_refused_with_its_line():
    with pytest.raises(RulesError, match="line 2"):
        parse_rules("[[kind]]\nid = = 3\n", "site.toml")


def test_a_condition_can_be_negated(scanner):
    rules = parse_rules(GOOD.replace("name =", "name_not ="), "site.toml")
    assert classify(scanner.series("liver"), rules)[0].kind is Kind.LGE_PSIR
    assert classify(scanner.series("heart 1"), rules)[0].kind is Kind.OTHER


def test_a_correction_kept_as_a_rule_holds_for_the_next_patient(new_scanner, tmp_path):
    path = tmp_path / "config" / "site.toml"
    first = new_scanner().series("Serie_herz 12 (a)", protocol_name="herz_v2")
    append_site_rule(path, first[0], Kind.LGE_MAGNITUDE)
    following = new_scanner(patient_id="other").series("Serie_herz 13 (a)", protocol_name="herz_v3")
    (result,) = classify(following, load_rules(path))
    assert result.kind is Kind.LGE_MAGNITUDE
    assert result.rule.startswith("site-lge-magnitude")


def test_a_kept_correction_leaves_series_of_other_protocols_alone(scanner, tmp_path):
    path = tmp_path / "site.toml"
    append_site_rule(path, scanner.series("mystery", protocol_name="a")[0], Kind.LGE_PSIR)
    (result,) = classify(scanner.series("mystery", protocol_name="b"), load_rules(path))
    assert result.kind is Kind.OTHER


def test_a_kept_correction_is_not_refined_by_the_shipped_rules(scanner, tmp_path):
    path = tmp_path / "site.toml"
    cine = scanner.series("cine 4CH", trigger_times=tuple(range(0, 800, 32)))
    append_site_rule(path, cine[0], Kind.CINE_SAX)
    assert classify(cine, load_rules(path))[0].kind is Kind.CINE_SAX


def test_the_newest_of_two_corrections_of_one_series_wins(scanner, tmp_path):
    path = tmp_path / "site.toml"
    series = scanner.series("mystery")
    for kind in (Kind.LGE_PSIR, Kind.CINE_LAX, Kind.LGE_PSIR):
        rules = append_site_rule(path, series[0], kind)
    assert classify(series, rules)[0].kind is Kind.LGE_PSIR
    assert len([r for r in load_rules(path).stages["kind"] if r.id.startswith("site-")]) == 3


def test_a_malformed_site_file_is_left_as_it_was(scanner, tmp_path):
    path = tmp_path / "site.toml"
    path.write_text("[[kind]]\nid = 3\n")
    with pytest.raises(RulesError, match="line 2: id"):
        append_site_rule(path, scanner.series("x")[0], Kind.VNE)
    assert path.read_text() == "[[kind]]\nid = 3\n"


@pytest.mark.parametrize("name", ["", "ümlaut 'quoted' \"twice\" \\ [x] (y)*", "line\nbreak", "7"])
def test_any_description_gives_a_rule_that_matches_its_own_series(scanner, tmp_path, name):
    series = scanner.series(name, protocol_name=name, manufacturer=f"M & {name}")
    rules = append_site_rule(tmp_path / "site.toml", series[0], Kind.LGE_MAGNITUDE)
    assert classify(series, rules)[0].kind is Kind.LGE_MAGNITUDE
    assert rule_for_correction(series[0], Kind.VNE).startswith("[[kind]]\n")
