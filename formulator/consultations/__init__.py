"""Consultations that a clinic chooses to keep: answers as they were given, what was done, what came of it, replay."""

from formulator.consultations.store import ConsultationStore, consultations_file, open_consultations

__all__ = ["ConsultationStore", "consultations_file", "open_consultations"]
