"""One patient, one concern, as the clinician gives it: validated here, every flag yes, no or unknown."""

from formulator.profile.dates import read_date
from formulator.profile.fields import Catalogue, Field, load_catalogue
from formulator.profile.profile import DateRange, Profile, Value
from formulator.profile.read import profile_from_file, profile_from_mapping, profile_from_text, read_limited

__all__ = [
    "Catalogue",
    "DateRange",
    "Field",
    "Profile",
    "Value",
    "load_catalogue",
    "profile_from_file",
    "profile_from_mapping",
    "profile_from_text",
    "read_date",
    "read_limited",
]
