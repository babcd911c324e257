def _slice_truth(
    scanner: _Scanner,
    name: str,
    t1_plane: SlicePlane,
    lge_plane: SlicePlane,
    uids: tuple[str, str],
    lge: LgeImages,
) -> SliceTruth:
    """Return what is true of a slice; burdens on the T1 grid, at the LGE's breath-hold."""
    dials, body = scanner.dials, scanner.body
    t1_contraction = float(contraction_at(dials.shmolli.cycle_share))
    lge_contraction = float(contraction_at(dials.lge.cycle_share))
    shift = dials.lge_heart_shift_mm
    at_lge = outlines(body.heart(lge_contraction), body.frame, lge_plane, shift)
    on_grid = _moved_to(t1_plane, lge_plane)
    wall = map_wall(body, on_grid, lge_contraction, shift)
    true_lge = _on_grid(lge.true_signal, lge_plane, t1_plane)
    area, burden = true_burden(true_lge, t1_plane, at_lge)
    in_wall = np.isfinite(wall.ecv)
    enhancement = tissue_enhancement(wall.ecv[in_wall], wall.t1_ms[in_wall], dials.lge)
    return SliceTruth(
        name=name,
        t1_plane=t1_plane,
        lge_plane=lge_plane,
        t1_map_uid=uids[0],
        lge_uid=uids[1],
        t1=outlines(body.heart(t1_contraction), body.frame, t1_plane, (0.0, 0.0, 0.0)),
        lge=at_lge,
        myocardium_mm2=area,
        burden_percent=burden,
        tissue_percent={level: 100 * float(np.mean(enhancement >= level)) for level in LEVELS},
        fibrosis_share=wall.share,
        ecv=wall.ecv,
        true_lge=true_lge,
    )


def _on_grid(
    image: NDArray[np.float64], source: SlicePlane, target: SlicePlane
) -> NDArray[np.float32]:
    """Return an image of a parallel plane, linearly interpolated on the target's pixels."""
    from scipy.ndimage import map_coordinates  # noqa: PLC0415 - heavy, start-up path

    rows, cols = target.shape_px
    x_px, y_px = np.meshgrid(np.arange(cols), np.arange(rows))
    points = target.pixel_to_patient(np.stack([x_px.ravel(), y_px.ravel()], axis=1))
    x, y = source.patient_to_pixel(points).T
    return map_coordinates(image, [y, x], order=1).reshape(rows, cols).astype(np.float32)


def _moved_to(plane: SlicePlane, depth_of: SlicePlane) -> SlicePlane:
    """Return the plane moved along its normal to the depth of a parallel one."""
    height = float(plane.height_mm(depth_of.centre_mm[None])[0])
    origin = np.asarray(plane.origin_mm) + height * plane.normal
    return SlicePlane(
        _vector(origin), plane.row_dir, plane.col_dir, plane.spacing_mm, plane.shape_px,
        plane.thickness_mm,
    )


def _ejection_fraction(body: Body) -> float:
    """Return the left ventricle's ejection fraction, fibrosis included."""
    full, left = (cavity_volume_ml(body.heart(contraction)) for contraction in (0.0, 1.0))
    return round(1 - left / full, 4)


