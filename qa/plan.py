"""What form of reply a question asks for, and the questions that are searched for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa.listing import Form, as_question, list_form
from qa.sides import Comparison, comparison
from qa.understand import Catalog, Query, understand
from qa.who import person_asked


@dataclass(frozen=True, slots=True)
class Plan:
    """How a question is answered.

    `queries` are searched and read: one for each side of a comparison, else the question itself.
    `comparison`, `form` (of a list) and `person` (whose role is asked for) are set for a question
    of that form; at most one of them is.
    """

    query: Query
    queries: tuple[Query, ...]
    comparison: Comparison | None = None
    form: Form | None = None
    person: str = ""

    @property
    def reads(self) -> bool:
        """Whether the passages found are read for an answer in them."""
        return not self.person and self.form != "releases"


def plan(query: Query, catalog: Catalog) -> Plan:
    """The form of reply for a question, by its words alone."""
    person = person_asked(query)
    if person:
        return Plan(query, (query,), person=person)
    compared = comparison(query)
    if compared:
        sides = tuple(_side(query, side.question, catalog) for side in compared.sides)
        return Plan(query, sides, comparison=compared)
    form = list_form(query)
    if form == "values":
        query = replace(query, question=as_question(query.question))
    return Plan(query, (query,), form=form)


def _side(query: Query, question: str, catalog: Catalog) -> Query:
    """One side as a question of its own, under the filters and the context of the whole."""
    side = understand(question, catalog, filters=query.filters)
    return replace(side, context=query.context, context_terms=query.context_terms)
