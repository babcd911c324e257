"""Connects session, widgets, worker, writer and jobs; the only place that knows all of them."""
