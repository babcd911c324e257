from tests.vne_core.vne.made_slice import circle, made_plane
from vne_core.study.annotation import ImageKind, SliceAnnotation, epi_of


def test_the_t1_maps_contour_tells_the_place_before_the_lges():
    t1, lge = circle(made_plane(), 30.0), circle(made_plane(), 31.0)
    drawn = {
        ("s1", ImageKind.LGE): SliceAnnotation("s1", ImageKind.LGE, epi=lge),
        ("s1", ImageKind.T1): SliceAnnotation("s1", ImageKind.T1, epi=t1),
    }
    assert epi_of(drawn, "s1") is t1
    assert epi_of({("s1", ImageKind.T1): SliceAnnotation("s1", ImageKind.T1)}, "s1") is None
    assert epi_of(drawn, "s2") is None


def test_every_image_may_tell_the_place_in_the_order_t1_lge_cine_vne():
    kinds = (ImageKind.VNE, ImageKind.CINE, ImageKind.LGE, ImageKind.T1)
    drawn = {}
    for mm, kind in enumerate(kinds, 30):
        epi = circle(made_plane(), float(mm))
        drawn["s1", kind] = SliceAnnotation("s1", kind, epi=epi)
        assert epi_of(drawn, "s1") is epi
