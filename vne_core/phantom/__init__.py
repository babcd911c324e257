"""Virtual patients whose truth is known: anatomy, fibrosis, tissue, sequences, artefacts, cohorts.

A patient (``patient.py``) is dials; ``cohort.py`` draws them from a TOML file (``config.py``,
``resources/cohorts/``); ``body.py`` and ``scene.py`` say what fills each pixel; ``bloch.py``,
``cine.py``, ``t1_mapping.py`` and ``late_enhancement.py`` make the images, ``artefacts.py`` and
``reception.py`` what happens on the way; ``studies.py`` writes DICOM, ``training_set.py`` arrays.

What is still unlike real hearts and scanners, seen beside a person's cine:

* Blood does not flow: no inflow, no jets, no swirl that changes from frame to frame; the unevenness
  of blood on the cine is a fixed pattern. The right ventricle is a little small, its inflow and
  outflow are missing in basal slices, and no valve leaflet or tendon is drawn.
* Systole and diastole pass through the same shapes; the septum does not flatten, the right
  ventricle has no motion of its own, walls that infiltrated or are ischaemic do not bulge.
* The chest is one average anatomy, scaled: same ribs, same spine, no breasts, no arms; the fat has no
  lobules, the liver few vessels, and no stomach is full of food. Lungs are even but for vessels.
* Myocardium has no fibre structure, no fat and no oedema; lesions are Gaussian foci in patches.
  Magnetisation transfer is inside the apparent T1 and not simulated; T2 does not rise in lesions.
* Coil images are combined with known sensitivities and sampled fully: no parallel-imaging noise, no
  wrap-around, no gradient distortion. Cine and LGE move by rigid shifts, MOLLI images are not
  motion-corrected by the scanner.
* LGE is a closed form nulled at remote myocardium: no readout effects, no fat or fluid variation
  between patients beyond T1, contrast in equilibrium.
"""
