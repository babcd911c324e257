"""Virtual native enhancement: the network, its training, and images generated with it.

Only ``network``, ``train`` and what they name load torch, and only in a job's process; what the
window uses (``config``, ``normalise`` and the modules that generate) does without.
"""
