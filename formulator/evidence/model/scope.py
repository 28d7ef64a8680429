"""What the model may be asked: indications with the family of outcomes that answers first."""

from __future__ import annotations

from collections.abc import Mapping

HAIR, HYDRATION = "hair_density", "hydration_elasticity"
MAIN_FAMILY: Mapping[str, str] = {
    "aga_male": HAIR,
    "aga_female": HAIR,
    "telogen_effluvium": HAIR,
    "nutritional_hair_loss": HAIR,
    "traction_alopecia": HAIR,
    "drug_induced_hair_loss": HAIR,
    "hair_transplant_adjunct": "hair_photographic",
    "alopecia_areata": "salt",
    "melasma": "pigment_score",
    "pih": "pigment_score",
    "uneven_tone_dullness": "pigment_score",
    "periorbital_dark_circles": "pigment_score",
    "fine_lines_photoaging": "wrinkle",
    "skin_laxity": HYDRATION,
    "dehydration_skin_quality": HYDRATION,
    "preventive_skin_ageing": HYDRATION,
    "acne_scars": "scar_score",
    "scars_other": "scar_score",
    "striae": "scar_score",
    "periorbital_puffiness": "fat",
    "cellulite": "fat",
    "localised_fat": "fat",
}
LAST_FAMILY = "satisfaction"
