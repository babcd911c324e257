"""A model against the truth and the LGE of unseen virtual patients: tables with intervals."""
