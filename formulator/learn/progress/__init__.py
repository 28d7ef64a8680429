"""The trainee's progress: one local file, lessons that come back, skills, calibration, what to learn next."""

from formulator.learn.progress.kind import progress_file
from formulator.learn.progress.store import Judged, ProgressStore, judged, open_progress

__all__ = ["Judged", "ProgressStore", "judged", "open_progress", "progress_file"]
