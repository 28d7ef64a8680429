"""What the knowledge of an older version would have answered, and which of its changes made the difference.

Causes are found by asking the engine again, never guessed: each changed item that this patient can meet is taken over
alone into the old knowledge, and the changes of the answer that it brings about are its own. A change that no single
item brings about needs several together, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from formulator.conditions import truth
from formulator.engine import Preferences, recommend
from formulator.engine.answer import Recommendation
from formulator.engine.facts import facts_of
from formulator.engine.ranking import DEFAULT_PREFERENCES
from formulator.evidence.answer import EvidenceModel
from formulator.explain.difference import Change, Difference, difference
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.knowledge.changes import ItemChange, changes_between, items_by_name
from formulator.knowledge.mixture import with_one
from formulator.knowledge.versions import Snapshot, VersionRecord, order
from formulator.profile import Profile, profile_from_mapping

MOST_ITEMS = 80
"""Changed items that are tried one by one; with more of them that a patient can meet, none is."""
_NEVER_READ = ("source ", "claim ", "file ", "table evidence/", "about unread_fields")
_NEVER_READ += tuple(f"{kind} profile/changeable.csv" for kind in ("table", "row of"))
Items = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a record says about a changed item; without a version nobody has written about it yet."""

    change: ItemChange
    version: str
    says: str
    why: str


@dataclass(frozen=True)
class Since:
    """An old answer and today's: their difference, and for each change the items that bring it about alone.

    `met` are the changed items that this patient can meet, `others` those that no answer for this patient reads;
    `tried` is false where there were too many to try. `left_out` names given fields that did not exist then, and
    `lent` what of today the old version was read and answered with.
    """

    then: VersionRecord
    newer: tuple[VersionRecord, ...]
    difference: Difference
    causes: tuple[tuple[Items, ...], ...]
    told: Mapping[str, Told]
    met: Items
    others: Items
    tried: bool
    left_out: tuple[str, ...]
    lent: tuple[str, ...]
    before: Knowledge
    after: Knowledge

    @property
    def responsible(self) -> Items:
        """The items that alone bring about some change of the answer, in order of name."""
        return tuple(sorted({item for causes in self.causes for items in causes for item in items}))

    @property
    def together(self) -> tuple[Change, ...]:
        """The changes that no single item brings about."""
        pairs = zip(self.difference.changes, self.causes, strict=True)
        return tuple(change for change, causes in pairs if not causes)


@dataclass(frozen=True, slots=True)
class Asked:
    """All that an answer is made from, but the knowledge."""

    profile: Profile
    today: date
    model: EvidenceModel | None = None
    preferences: Preferences = DEFAULT_PREFERENCES

    def answer(self, knowledge: Knowledge) -> Recommendation:
        """The answer with one state of the knowledge; raises FaultsFound where dates do not fit the day."""
        return recommend(self.profile, knowledge, self.today, self.model, self.preferences)


def since(then: VersionRecord, old: Snapshot, new: Snapshot, records: Iterable[VersionRecord], asked: Asked) -> Since:
    """Compare the answers with two states of the knowledge; `old` is that of the record `then`.

    Raises FaultsFound where the older version could not have taken the profile.
    """
    asked_then, left_out = _as_then(asked, old.knowledge, then.version)
    found = difference(asked_then.answer(old.answering), asked.answer(new.knowledge))
    changed = changes_between(old, new)
    met = items_met(changed, old.knowledge, new.knowledge, asked)
    tried = len(met) <= MOST_ITEMS
    newer = tuple(one for one in records if order(one.version) > order(then.version))
    return Since(
        then=then,
        newer=newer,
        difference=found,
        causes=_causes(found, met if tried else (), old.answering, new.knowledge, asked_then),
        told={one.item: _told(one, newer) for one in changed},
        met=met,
        others=tuple(one.item for one in changed if one.item not in set(met)),
        tried=tried,
        left_out=left_out,
        lent=old.lent,
        before=old.knowledge,
        after=new.knowledge,
    )


def _as_then(asked: Asked, old: Knowledge, version: str) -> tuple[Asked, tuple[str, ...]]:
    """The question as the older version would have read it, and the given fields that it did not have."""
    given = asked.profile.plain()
    left_out = tuple(name for name in given if name not in old.catalogue.fields)
    kept = {name: value for name, value in given.items() if name not in left_out}
    try:
        profile = profile_from_mapping(kept, "profile", old.catalogue)
    except FaultsFound as found:
        problem = f"Version {version} could not have answered: {found.faults[0].field}: {found.faults[0].problem}"
        raise FaultsFound([Fault(Place("profile"), "", problem)]) from None
    return Asked(profile, asked.today, asked.model, asked.preferences), left_out


def items_met(changed: Iterable[ItemChange], old: Knowledge, new: Knowledge, asked: Asked) -> Items:
    """The changed items that an answer for this patient can read: nothing whose condition is false then and today."""
    states = [(items_by_name(one), facts_of(asked.profile, one, asked.today)) for one in (old, new)]
    facts = [one for _, one in states]
    met = []
    for change in changed:
        forms = [items[change.item] for items, _ in states if change.item in items]
        conditions = [] if change.kind == "derivation" else [getattr(one, "when", None) for one in forms]
        silent = bool(conditions) and all(when and truth(when, one) is False for when in conditions for one in facts)
        if not silent and not change.item.startswith(_NEVER_READ):
            met.append(change.item)
    return tuple(met)


def _causes(
    found: Difference, met: Iterable[str], old: Knowledge, new: Knowledge, asked: Asked
) -> tuple[tuple[Items, ...], ...]:
    """For each change the items that alone bring it about, in the same way."""
    causes: list[list[Items]] = [[] for _ in found.changes]
    for item in met if found else ():
        alone = _alone(item, old, new, asked, found.before)
        for position, change in enumerate(found.changes):
            if change in alone:
                causes[position].append((item,))
    return tuple(tuple(one) for one in causes)


def _alone(item: str, old: Knowledge, new: Knowledge, asked: Asked, before: Recommendation) -> tuple[Change, ...]:
    """What changes in the answer when this item alone is as it is today; nothing where it cannot stand alone."""
    mixed = with_one(old, new, item)
    return difference(before, asked.answer(mixed)).changes if mixed else ()


def _told(change: ItemChange, newer: Iterable[VersionRecord]) -> Told:
    """The last record that names the item, or the sentence that the data themselves make."""
    entries = [(record.version, entry) for record in newer for entry in record.changes if change.item in entry.items]
    if not entries:
        return Told(change, "", change.says, "")
    says = " Then: ".join(dict.fromkeys(entry.says for _, entry in entries))
    return Told(change, entries[-1][0], says, entries[-1][1].why)


def about_component(found: Since, component: str) -> Iterator[int]:
    """The positions of the changes that are about one component: its own, and sessions and formulations with it."""
    for position, change in enumerate(found.difference.changes):
        sides = (change.before, change.after)
        in_session = change.part == "session" and any(component in one.components for one in sides if one)
        if change.subject == component or component in change.key.split("+") or in_session:
            yield position
