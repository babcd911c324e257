import pytest

from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.config_file import (
    DEFAULT_PRESET,
    config_hash,
    config_of,
    load_config,
    preset_names,
)
from vne_core.phantom.dials import DialError


@pytest.fixture
def cohort_file(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_read_and_draws_patients(name):
    config = load_config(name)
    assert config.name == name
    assert config.about
    patient = draw_patient(config, config.seed, 0)
    assert patient.tissue.field_t == config.scanner.field_t
    assert patient.t1.scan.scheme == config.scanner.scheme


def test_the_named_presets_come_with_the_program():
    assert DEFAULT_PRESET == "hcm_1p5t_shmolli"
    assert {"hcm_1p5t_shmolli", "hcm_3t_molli", "healthy", "stress"} <= set(preset_names())
    assert [
        load_config(name).tissue.t1_ecv_correlation
        for name in ("hcm_uninformative_t1", "hcm_weak_t1", "hcm_1p5t_shmolli")
    ] == [0.0, 0.3, 0.6]


def test_a_file_says_only_what_differs(cohort_file):
    mine = load_config(cohort_file("[fibrosis]\nnegative_share = 0.5\n"))
    default = load_config()
    assert mine.name == "mine"
    assert mine.fibrosis.negative_share == 0.5
    assert mine.fibrosis.strength == default.fibrosis.strength
    assert mine.anatomy == default.anatomy


def test_a_file_can_be_based_on_a_preset_that_is_based_on_another(cohort_file):
    mine = load_config(cohort_file('base = "hcm_3t_molli"\n[scanner]\nvendor = "philips"\n'))
    assert mine.scanner.field_t == 3.0
    assert mine.scanner.vendor == "philips"
    assert mine.fibrosis == load_config().fibrosis


@pytest.mark.parametrize(
    "text, found, needed",
    [
        ("[acquisition]\nlge_snr = -5.0\n", "acquisition.lge_snr is -5.0", "a table of dials"),
        (
            "[acquisition]\nlge_snr = { low = -5.0 }\n",
            "acquisition.lge_snr is -5 to 35",
            "5 to 200",
        ),
        (
            "[anatomy]\nejection_fraction = { mean = 1.0, sd = 0.0, low = 1.0, high = 1.01 }\n",
            "anatomy.ejection_fraction is 1 to 1.01",
            "0.2 to 0.8",
        ),
        ("[fibrosis]\nnegative_share = 1.4\n", "fibrosis.negative_share is 1.4", "0 to 1"),
        ("[artefacts]\nghosting = { rate = 3.0 }\n", "artefacts.ghosting.rate is 3.0", "0 to 1"),
        ("[artefacts]\nghosting = { worst = 7.0 }\n", "artefacts.ghosting.worst is 7", "0 to 1"),
        ("[scanner]\nfield_t = 7.0\n", "scanner.field_t is 7.0", "1.5 or 3.0"),
        ('[scanner]\nscheme = "SASHA"\n', "scanner.scheme is 'SASHA'", "ShMOLLI 5-1-1 or MOLLI"),
        ('[scanner]\nvendor = "acme"\n', "scanner.vendor is 'acme'", "siemens or philips"),
        ("[acquisition]\nloudness = 3\n", "acquisition.loudness is no dial", "lge_snr"),
        ('[acquisition]\nnoise = "much"\n', "acquisition.noise is 'much'", "bool"),
        ("patients = 0\n", "patients is 0", "1 to 1e"),
        ("patients = 2.5\n", "patients is 2.5", "int"),
        ('base = "hcm_7t"\n', "base is 'hcm_7t'", "hcm_3t_molli"),
        ("fibrosis = 3\n", "fibrosis is 3", "a table of dials"),
        (
            "[anatomy.shapes]\nseptal = 0\nconcentric = 0\napical = 0\nmid_cavity = 0\nnormal = 0\n",
            "anatomy.shapes has no shape",
            "above 0",
        ),
        (
            "[tissue]\nremote_ecv = { mean = 0.5 }\n",
            "tissue.remote_ecv is mean 0.5",
            "low <= mean <= high",
        ),
    ],
)
def test_a_wrong_dial_is_refused_with_its_place_and_its_range(cohort_file, text, found, needed):
    with pytest.raises(DialError) as refusal:
        load_config(cohort_file(text))
    assert found in refusal.value.found
    assert needed in refusal.value.needed


def test_an_unknown_preset_is_refused_with_those_there_are():
    with pytest.raises(DialError, match=r"'hcm' is no preset.*hcm_1p5t_shmolli, .*stress"):
        load_config("hcm")


@pytest.mark.parametrize("text", ["name = \n", "\udcff"])
def test_a_file_that_is_no_toml_is_refused(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(DialError, match="cannot be read"):
        load_config(str(path))
    with pytest.raises(DialError, match="cannot be read"):
        load_config(str(tmp_path / "absent.toml"))


def test_another_dial_or_seed_is_another_cohort():
    config = load_config()
    other = config_of({"fibrosis": {"extent": config.fibrosis.extent + 0.1}}, config.name)
    hashes = {config_hash(config, 1), config_hash(config, 2), config_hash(other, 1)}
    assert len(hashes) == 3
    assert config_hash(load_config(), 1) == config_hash(config, 1)
