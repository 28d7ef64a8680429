"""From a folder of evidence to a fitted model and all that its document and card say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from formulator.evidence.effects import Effect, Exclusion, Rules
from formulator.evidence.extract import effects_of_tables
from formulator.evidence.model.additivity import Additivity, additivity_of
from formulator.evidence.model.cells import Fitted
from formulator.evidence.model.contrasts import Contrasts, component_columns, contrasts_of, controlled, inert_components
from formulator.evidence.model.funnel import Funnel, funnel_of
from formulator.evidence.model.validate import Say, Validation, validate
from formulator.evidence.model.variants import Variant
from formulator.evidence.tables import Tables, read_tables
from formulator.faults import Fault, FaultsFound, Place

IMPUTED_CORRELATIONS = (0.3, 0.7)


@dataclass(frozen=True)
class Training:
    """Everything that a training run found; `alternatives` are fits under other assumptions, by what they assume."""

    tables: Tables
    effects: tuple[Effect, ...]
    exclusions: tuple[Exclusion, ...]
    validation: Validation
    fitted: Fitted
    alternatives: dict[str, Fitted]
    additivity: tuple[Additivity, ...]


def train_model(folder: Path, say: Say = lambda _: None) -> Training:
    """Read, fit, test and vary. Raises FaultsFound for bad rows and for a folder without a controlled trial."""
    say("reading the tables")
    tables = read_tables(folder, refuse=True)
    effects, exclusions = effects_of_tables(tables, Rules())
    contrasts, inert, columns = prepared(tables, effects, folder)
    validation = validate(contrasts, say)
    fitted = fitted_to(validation.chosen, contrasts, tables, inert, columns, validation)
    say("other assumptions")
    return Training(
        tables=tables,
        effects=effects,
        exclusions=exclusions,
        validation=validation,
        fitted=fitted,
        alternatives=alternatives(tables, fitted),
        additivity=tuple(additivity_of(family, contrasts, inert) for family in families_of(contrasts)),
    )


def prepared(
    tables: Tables, effects: Sequence[Effect], folder: Path
) -> tuple[Contrasts, frozenset[str], tuple[str, ...]]:
    """Contrasts, inert components and component columns. Raises FaultsFound where too few trials are controlled."""
    used, inert = controlled(effects), inert_components(tables.vocabulary)
    if len({effect.study for effect in used}) < 10:
        problem = "Fewer than ten controlled studies with a variance: no model can be fitted and tested."
        raise FaultsFound([Fault(Place(str(folder)), "", problem)])
    columns = component_columns(used, inert)
    return contrasts_of(used, inert, columns), inert, columns


def fitted_to(  # noqa: PLR0913
    entry: Variant,
    contrasts: Contrasts,
    tables: Tables,
    inert: frozenset[str],
    columns: tuple[str, ...],
    validation: Validation | None = None,
) -> Fitted:
    """A variant fitted to contrasts, with the funnel of each family."""
    funnels: dict[str, Funnel] = {family: funnel_of(family, contrasts) for family in families_of(contrasts)}
    regressor = validation.fit if validation else entry.fit(contrasts)
    return Fitted(entry, regressor, contrasts, inert, columns, tables.studies, funnels)


def families_of(contrasts: Contrasts) -> list[str]:
    """Outcome families of the contrasts, in order of name."""
    return sorted({effect.family for effect in contrasts.effects})


def alternatives(tables: Tables, fitted: Fitted) -> dict[str, Fitted]:
    """The chosen variant under other correlations, without borrowed SDs, and without imputed numbers at all."""
    found = {f"correlation {r}": _refitted(tables, fitted, Rules(correlation=r)) for r in IMPUTED_CORRELATIONS}
    found["no borrowed SDs"] = _refitted(tables, fitted, Rules(borrow_sd=False))
    kept = [effect for effect in fitted.contrasts.effects if "imputed_sd" not in effect.flags]
    found["no imputed SDs"] = _with_effects(fitted, kept)
    return found


def _refitted(tables: Tables, fitted: Fitted, rules: Rules) -> Fitted:
    return _with_effects(fitted, controlled(effects_of_tables(tables, rules)[0]))


def _with_effects(fitted: Fitted, effects: Sequence[Effect]) -> Fitted:
    contrasts = contrasts_of(effects, fitted.inert, fitted.columns)
    return replace(fitted, regressor=fitted.variant.fit(contrasts), contrasts=contrasts)
