"""One row a header convention met in files or in public code: what the scanner wrote, what it is."""

import pytest

from vne_core.dicom.classify import classify
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import load_rules

M, P, R = (("ORIGINAL", "PRIMARY", letter, "ND") for letter in "MPR")
GE_OTHER = ("ORIGINAL", "PRIMARY", "OTHER")
OLD = ("DERIVED", "SECONDARY", "M", "RETRO")
T1_TOKENS = ("DERIVED", "PRIMARY", "T1_MAP", "ND", "MOCO")
SHMOLLI_TI = (100, 1100, 2100, 3100, 4100, 180, 260)
MOLLI_TI = (120, 200, 1080, 1180, 2060, 2150, 3040, 4010)
TI_SCOUT_TI = tuple(100 + 25 * i for i in range(28))
CYCLE = tuple(33.16 * i for i in range(25))
PERFUSION_SECONDS = tuple(1000.0 * i for i in range(60))
GRE_IR = ("GR", "IR")
GE = "GE MEDICAL SYSTEMS"
PHILIPS = "Philips"

VIGNETTES = [
    # ShMOLLI, Siemens Prisma: the T1 map calls itself a phase image
    ("ShMOLLI_192i_e11", Kind.IR_MAGNITUDE, {"image_type": M, "inversion_times": SHMOLLI_TI, "scanning_sequence": GRE_IR, "sequence_name": "tfi2d1_84"}),
    ("ShMOLLI_192i_e11", Kind.IR_PHASE, {"image_type": P, "inversion_times": SHMOLLI_TI, "scanning_sequence": GRE_IR, "sequence_name": "tfi2d1_84"}),
    ("ShMOLLI_192i_e11_T1MAP", Kind.T1_MAP, {"image_type": P, "scanning_sequence": GRE_IR, "comments": ("ShMOLLI T1 Map",)}),
    ("ShMOLLI_192i_e11_T1MAP", Kind.T1_MAP, {"image_type": P, "scanning_sequence": GRE_IR}),
    ("ShMOLLI_192i_e11_FITPARAMS", Kind.FIT_PARAMETER, {"image_type": P, "scanning_sequence": GRE_IR, "comments": ("_ShMOLLIT1range", "_RelSNRFinal", "Rsquare*4000 Map")}),
    ("recon 7", Kind.FIT_PARAMETER, {"image_type": P, "comments": ("Signal(TI)=A-[___BMap___]*exp(-TI/T1star)",)}),
    # UK Biobank
    ("ShMOLLI_192i_SAX_b2s", Kind.IR_MAGNITUDE, {"inversion_times": SHMOLLI_TI}),
    ("ShMOLLI_192i_SAX_b2s_SAX_b2s_SAX_b2s_T1MAP", Kind.T1_MAP, {"image_type": P}),
    ("ShMOLLI_192i_SAX_b2s_SAX_b2s_SAX_b2s_FITPARAMS", Kind.FIT_PARAMETER, {"image_type": P}),
    ("CINE_segmented_SAX_b1", Kind.CINE_SAX, {"trigger_times": CYCLE}),
    ("CINE_segmented_LAX_4Ch", Kind.CINE_LAX, {"trigger_times": CYCLE}),
    ("CINE_segmented_LAX_2Ch", Kind.CINE_LAX, {"trigger_times": CYCLE}),
    ("CINE_segmented_LVOT", Kind.CINE_LAX, {"trigger_times": CYCLE}),
    ("CINE_segmented_Ao_dist", Kind.OTHER, {"trigger_times": CYCLE}),
    ("cine_tagging_3sl_SAX_b1s", Kind.OTHER, {"trigger_times": CYCLE}),
    ("flow_250_tp_AoV_bh_ePAT@c_P", Kind.OTHER, {"image_type": P, "trigger_times": CYCLE, "sequence_name": "*fl2d1_v250in"}),
    # MOLLI and MyoMaps
    ("T1Map_LongT1_SAX_b", Kind.IR_MAGNITUDE, {"inversion_times": MOLLI_TI, "scanning_sequence": GRE_IR}),
    ("T1Map_LongT1_SAX_b_MOCO", Kind.IR_MAGNITUDE, {"image_type": (*M, "MOCO"), "inversion_times": MOLLI_TI}),
    ("T1Map_LongT1_SAX_b_MOCO_T1", Kind.T1_MAP, {"image_type": T1_TOKENS}),
    ("T1Map_LongT1_SAX_b_MOCO_T1", Kind.T1_MAP, {"image_type": ("DERIVED", "PRIMARY", "M", "ND")}),
    ("MyoMaps 4CH", Kind.T1_MAP, {"image_type": ("DERIVED", "PRIMARY", "MYOMAPS_T1", "ND")}),
    ("MOLLI_5s(3s)3s_192", Kind.IR_MAGNITUDE, {"inversion_times": tuple(reversed(MOLLI_TI))}),
    ("MOLLI SA mid", Kind.IR_MAGNITUDE, {"inversion_times": (None,) * 8}),
    ("T1_MAP_MOLLI_PSIR", Kind.OTHER, {"image_type": R, "inversion_times": MOLLI_TI}),
    ("T1Map_ShortT1_SAX", Kind.POST_CONTRAST_IR, {"inversion_times": MOLLI_TI}),
    ("T1Map_ShortT1_SAX_MOCO_T1", Kind.POST_CONTRAST_T1_MAP, {"image_type": T1_TOKENS}),
    ("ShMOLLI post Gd_T1MAP", Kind.POST_CONTRAST_T1_MAP, {"image_type": P}),
    ("MOLLI pc", Kind.POST_CONTRAST_IR, {"inversion_times": MOLLI_TI}),
    ("MOLLI pc", Kind.POST_CONTRAST_IR, {"image_type": P, "inversion_times": MOLLI_TI}),
    ("T1 map 15min", Kind.POST_CONTRAST_T1_MAP, {"image_type": T1_TOKENS}),
    ("MOLLI T1 map", Kind.POST_CONTRAST_T1_MAP, {"image_type": T1_TOKENS, "contrast_agent": "Gadovist"}),
    ("MOLLI T1 map", Kind.T1_MAP, {"image_type": T1_TOKENS, "contrast_agent": "NONE"}),
    ("MOLLI T1 map", Kind.T1_MAP, {"image_type": T1_TOKENS, "contrast_agent": "No contrast given"}),
    ("T1 native_T1MAP", Kind.T1_MAP, {"image_type": P, "contrast_agent": "Dotarem"}),
    ("T1_MOLLI_T1_err", Kind.FIT_PARAMETER, {}),
    ("SASHA_192_T1MAP", Kind.T1_MAP, {}),
    ("SASHA_192", Kind.OTHER, {"inversion_times": (130, 200, 300, 400, 500, 600, 700)}),
    ("ECV_map", Kind.OTHER, {"image_type": ("DERIVED", "PRIMARY", "ECV_MAP")}),
    ("Synthetic ECV T1", Kind.OTHER, {}),
    ("T2Map_BEAT_MOCO_T2", Kind.OTHER, {"image_type": ("DERIVED", "PRIMARY", "T2_MAP")}),
    ("T2_STAR_map", Kind.OTHER, {}),
    # cine
    ("cine_trufi_retro", Kind.CINE_SAX, {"trigger_times": CYCLE, "sequence_name": "*tfi2d1_10", "cardiac_images": 25}),
    ("cine_trufi_retro 4CH", Kind.CINE_LAX, {"trigger_times": CYCLE}),
    ("cine_trufi_retro RVOT", Kind.CINE_LAX, {"trigger_times": CYCLE}),
    ("tf2d14_retro_iPAT_3 cavites", Kind.CINE_LAX, {"trigger_times": CYCLE}),
    ("SA old", Kind.CINE_SAX, {"image_type": OLD, "trigger_times": CYCLE}),
    ("FIESTA SA", Kind.CINE_SAX, {"image_type": GE_OTHER, "manufacturer": GE, "ge_image_kind": 0, "trigger_times": CYCLE}),
    ("sBTFE_BH 4ch", Kind.CINE_LAX, {"image_type": ("ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"), "manufacturer": PHILIPS, "trigger_times": CYCLE}),
    ("cine b1", Kind.CINE_SAX, {"trigger_times": (None,) * 25}),
    ("", Kind.CINE_SAX, {"trigger_times": CYCLE, "protocol_name": "cine sa"}),
    ("cine post gd", Kind.POST_CONTRAST_CINE, {"trigger_times": CYCLE}),
    ("cine 4ch pc", Kind.POST_CONTRAST_CINE, {"trigger_times": CYCLE}),
    ("cine sax", Kind.POST_CONTRAST_CINE, {"trigger_times": CYCLE, "contrast_agent": "Gadovist 0.1"}),
    ("PC cine flow", Kind.OTHER, {"trigger_times": CYCLE}),
    ("fl_pc 100", Kind.OTHER, {"image_type": P, "trigger_times": CYCLE}),
    # late enhancement
    ("PSIR T1 TARDIF PA_PSIR", Kind.LGE_PSIR, {"image_type": R, "inversion_times": (400,), "scanning_sequence": GRE_IR, "sequence_name": "*fl2d1_14", "comments": ("PS recon image",)}),
    ("PSIR T1 TARDIF PA_MAG", Kind.LGE_MAGNITUDE, {"inversion_times": (400,), "scanning_sequence": GRE_IR}),
    ("MDE FLASH PSIR_PSIR", Kind.LGE_PSIR, {"image_type": R, "inversion_times": (300,)}),
    ("MDE FLASH PSIR_MAG", Kind.LGE_MAGNITUDE, {"inversion_times": (300,)}),
    ("LATE GAD PSIR SERIES", Kind.LGE_PSIR, {"inversion_times": (300,)}),
    ("LGE 4ch_PSIR", Kind.LGE_LAX, {"image_type": R, "inversion_times": (300,)}),
    ("2D MDE SA", Kind.LGE_MAGNITUDE, {"image_type": GE_OTHER, "manufacturer": GE, "ge_image_kind": 0, "inversion_times": (250,), "contrast_agent": "Gd"}),
    ("PS MDE SA", Kind.LGE_PSIR, {"image_type": GE_OTHER, "manufacturer": GE, "ge_image_kind": 2, "inversion_times": (250,)}),
    ("delayed enh sax", Kind.LGE_PSIR, {"image_type": GE_OTHER, "manufacturer": GE, "ge_image_kind": 2, "inversion_times": (250,)}),
    ("sa stack", Kind.LGE_MAGNITUDE, {"inversion_times": (280,), "scanning_sequence": GRE_IR}),
    ("sa stack ir", Kind.LGE_PSIR, {"image_type": R, "inversion_times": (280,), "scanning_sequence": GRE_IR}),
    ("EGE early sax", Kind.OTHER, {"inversion_times": (440,), "scanning_sequence": GRE_IR}),
    ("t2 stir sax", Kind.OTHER, {"inversion_times": (170,), "scanning_sequence": ("SE", "IR")}),
    ("db tse ir", Kind.OTHER, {"inversion_times": (170,), "scanning_sequence": ("SE", "IR")}),
    # scouts, localisers, perfusion
    ("TI_scout", Kind.TI_SCOUT, {"inversion_times": TI_SCOUT_TI, "trigger_times": TI_SCOUT_TI}),
    ("Look Locker sa", Kind.TI_SCOUT, {"manufacturer": PHILIPS, "inversion_times": TI_SCOUT_TI}),
    ("Cine IR", Kind.TI_SCOUT, {"image_type": GE_OTHER, "manufacturer": GE, "ge_image_kind": 0, "trigger_times": CYCLE, "inversion_times": (200,)}),
    ("mid sa", Kind.TI_SCOUT, {"inversion_times": TI_SCOUT_TI, "scanning_sequence": GRE_IR}),
    ("localizer", Kind.LOCALISER, {}),
    ("4ch loc", Kind.LOCALISER, {}),
    ("3-plane", Kind.LOCALISER, {"image_type": ("ORIGINAL", "PRIMARY", "M", "LOCALIZER")}),
    ("survey BFFE", Kind.LOCALISER, {"manufacturer": PHILIPS}),
    ("freq scout", Kind.OTHER, {}),
    ("First Pass", Kind.PERFUSION, {"image_type": GE_OTHER, "manufacturer": GE, "ge_image_kind": 0, "inversion_times": (120,), "trigger_times": PERFUSION_SECONDS}),
    ("FGRE SA", Kind.PERFUSION, {"image_type": GE_OTHER, "manufacturer": GE, "ge_image_kind": 0, "inversion_times": (120,), "trigger_times": PERFUSION_SECONDS}),
    ("tfl_3sl dyn", Kind.PERFUSION, {"inversion_times": (100,), "trigger_times": (80.0,) * 50, "at_s": 100.0, "every_s": 0.9}),
    ("3sl 192", Kind.PERFUSION, {"inversion_times": (100,), "trigger_times": (80.0,) * 50, "at_s": 100.0, "every_s": 0.9}),
    ("perf test", Kind.OTHER, {"trigger_times": (80.0,) * 5}),
    # the rest
    ("VNE", Kind.VNE, {"image_type": ("DERIVED", "PRIMARY", "VNE")}),
    ("screen save", Kind.OTHER, {"sop_class_uid": "1.2.840.10008.5.1.4.1.1.7"}),
    ("T1 map", Kind.OTHER, {"photometric": "RGB"}),
    ("MOLLI TI 260", Kind.OTHER, {"inversion_times": (260,), "scanning_sequence": GRE_IR}),
    ("T1Map Long T1 SAX", Kind.IR_MAGNITUDE, {"inversion_times": MOLLI_TI}),
    ("T1Map_LongT1_4CH_MOCO_T1", Kind.T1_MAP, {"image_type": T1_TOKENS}),
    ("cine posterior wall", Kind.CINE_SAX, {"trigger_times": CYCLE}),
    ("haste tra", Kind.OTHER, {"scanning_sequence": ("SE",)}),
    ("", Kind.OTHER, {}),
]  # fmt: skip


def test_the_table_holds_at_least_sixty_conventions():
    assert len(VIGNETTES) >= 60


@pytest.mark.parametrize(
    "description, kind, header", VIGNETTES, ids=[f"{d}-{k}" for d, k, _ in VIGNETTES]
)
def test_a_header_of_this_convention_is_called_what_it_is(scanner, description, kind, header):
    (result,) = classify(scanner.series(description, **header), load_rules())
    assert (result.kind, result.rule) == (kind, result.rule)
    assert kind is Kind.OTHER or result.rule != "no-rule"
