"""A draft goes to the review form and back without loss."""

import json

import pytest

from events.importing.draft import (
    AttendanceDraft,
    DateDraft,
    Draft,
    OrganisationDraft,
    OrganisationPart,
    PersonDraft,
    PersonPart,
    Span,
    TalkDraft,
    TextFact,
)


def example() -> Draft:
    return Draft(
        title=TextFact(value="Книга без границ", printed="«Книга без границ»", spans=[Span(10, 28)]),
        dates=[DateDraft(start="XXXX-05-24", end="XXXX-05-25", printed="24–25 мая", uncertainty="год не указан")],
        organisations=[
            OrganisationDraft(key="o1", name="Библиотека", parts=[OrganisationPart(role="organiser")]),
            OrganisationDraft(key="o2", name="отдел маркетинга", department_of="o1"),
        ],
        people=[
            PersonDraft(key="p1", family_name="Алехина", initials="И. Л.", parts=[PersonPart(role="moderator")]),
        ],
        talks=[TalkDraft(title="О чтении", speakers=["p1"])],
        attendance=[AttendanceDraft(value=140, counted="специалистов", precision="about")],
    )


def test_a_draft_survives_the_way_to_json_and_back():
    draft = example()
    back = Draft.from_json(draft.to_json())
    assert back == draft
    assert isinstance(back.title.spans[0], Span)


@pytest.mark.parametrize(
    "broken",
    ["", "[]", "null", '{"nonsense": 1}', '{"dates": {}}', '{"talks": [{"title": 5}]}', '{"attendance": [{}]}',
     '{"title": {"spans": [[1]]}}', '{"attendance": [{"value": true}]}'],
)  # fmt: skip
def test_what_is_not_a_draft_is_refused_and_never_half_read(broken):
    with pytest.raises(ValueError):
        Draft.from_json(broken)


def test_facts_finds_those_inside_people_and_organisations_too():
    kinds = {type(fact) for fact in example().facts()}
    assert {OrganisationPart, PersonPart, TalkDraft, DateDraft} <= kinds


def test_keys_lead_from_a_talk_to_its_speaker():
    draft = example()
    assert draft.person(draft.talks[0].speakers[0]).name == "Алехина И. Л."
    assert draft.organisation("o9") is None


def test_json_is_plain():
    assert json.loads(example().to_json())["dates"][0]["start"] == "XXXX-05-24"
