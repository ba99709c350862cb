"""What a digest says, section by section, in the order in which somebody has to act."""

from collections.abc import Iterator

from domain.records.digest import AlarmLine, CaseLine, Digest, ProposalLine, SafetyLine
from graphs.digests.document import Document, Line, Part, Parts, Section
from graphs.digests.factory_sections import factory_sections
from graphs.digests.language import Speech
from graphs.digests.places import where


def document(digest: Digest, language: str) -> Document:
    """A digest in words.

    Args:
        digest: what there is to say.
        language: one that has a word file.
    """
    speech = Speech(language, digest.timezone)
    place, day = speech.name(digest.place), speech.day(digest.last_on)
    return Document(
        language=language,
        title=speech.say(f"title_{digest.kind}", place=place, day=day),
        lead=tuple(_lead(digest, speech)),
        sections=tuple(section for section in _sections(digest, speech) if section.lines),
        foot=tuple(_foot(digest, speech)),
    )


def _lead(digest: Digest, speech: Speech) -> Iterator[Parts]:
    yield speech.say(
        "period",
        first=speech.day(digest.first_on),
        last=speech.day(digest.last_on),
        as_of=speech.day(digest.as_of),
    )
    if digest.nothing_new:
        yield speech.say("nothing_new")


def _sections(digest: Digest, speech: Speech) -> Iterator[Section]:
    yield Section(
        speech.say("heading_safety"), tuple(_safety(one, speech) for one in digest.safety)
    )
    yield Section(speech.say("heading_alarms"), tuple(_alarm(one, speech) for one in digest.alarms))
    yield Section(speech.say("heading_cases"), tuple(_case(one, speech) for one in digest.cases))
    yield Section(
        speech.say("heading_proposals"), tuple(_proposal(one, speech) for one in digest.proposals)
    )
    checks = tuple(
        Line(
            (speech.name(check.check_id),),
            (
                speech.say("case", value=speech.name(check.case_id)),
                speech.say("judge_on", value=speech.day(check.judge_on)),
            ),
        )
        for check in digest.checks
    )
    yield Section(speech.say("heading_checks"), checks)
    if digest.factory is not None:
        yield from factory_sections(digest.factory, speech)
    yield Section(speech.say("heading_read"), tuple(_read(digest, speech)))


def _safety(line: SafetyLine, speech: Speech) -> Line:
    sign = line.sign
    details = [
        speech.say("severity", value=speech.number(sign.severity)),
        speech.say("report", value=speech.name(sign.feedback_id)),
        speech.say("received", value=speech.moment(sign.received_at)),
        _case_of(line.case_id, speech),
    ]
    if sign.model_id:
        details.append(speech.say("where_model_id", value=speech.name(sign.model_id)))
    if sign.country:
        details.append(speech.say("where_country", value=speech.country(sign.country)))
    if sign.serial:
        details.append(speech.say("unit", value=speech.name(sign.serial)))
    quote = speech.quote(sign.quote) if sign.quote else ()
    if quote and sign.language:
        quote = (*quote, Part(" ("), speech.name(sign.language), Part(")"))
    return Line(speech.symptom(sign.symptom), tuple(details), quote, sign.severity)


def _alarm(line: AlarmLine, speech: Speech) -> Line:
    alarm = line.alarm
    details = (
        (speech.term("alarm_state", alarm.state),),
        speech.say("severity", value=speech.number(alarm.severity)),
        *where(alarm.where, alarm.family, speech),
        speech.say("events", value=speech.number(alarm.events)),
        speech.say("expected", value=speech.number(alarm.expected)),
        speech.say("ratio", value=speech.measure(alarm.ratio)),
        speech.say("since", value=speech.day(alarm.since)),
        _case_of(line.case_id, speech),
    )
    return Line(speech.symptom(alarm.symptom), details, severity=alarm.severity)


def _case(line: CaseLine, speech: Speech) -> Line:
    head = (speech.name(line.case_id), Part(" "), *speech.symptom(line.symptom))
    details = [
        (speech.term("happened", line.happened),),
        speech.say("severity", value=speech.number(line.severity)),
        *where(line.where, None, speech),
        speech.say("owner", value=speech.name(line.owner))
        if line.owner
        else speech.say("no_owner"),
    ]
    if line.step:
        details.append(speech.say("step", value=speech.name(line.step)))
    return Line(head, tuple(details), severity=line.severity)


def _proposal(line: ProposalLine, speech: Speech) -> Line:
    head = (speech.name(line.proposal_id), Part(" "), speech.term("proposal", line.kind))
    details = [speech.say("case", value=speech.name(line.case_id))] if line.case_id else []
    return Line(
        head,
        (
            *details,
            speech.say("approvers", value=speech.names(line.approvers)),
            speech.say("expires", value=speech.moment(line.expires_at)),
        ),
    )


def _case_of(case_id: str | None, speech: Speech) -> Parts:
    return speech.say("case", value=speech.name(case_id)) if case_id else speech.say("no_case")


def _read(digest: Digest, speech: Speech) -> Iterator[Line]:
    if digest.coverage is not None:
        counts = {name: speech.number(count) for name, count in digest.coverage}
        yield Line(speech.say("coverage", **counts))
    elif digest.kind == "region":
        yield Line(speech.say("no_feedback"))
    if digest.watched is not None:
        cells, budget = digest.watched.cells, digest.watched.budget_per_week
        yield Line(speech.say("watched", cells=speech.number(cells), budget=speech.number(budget)))
    if digest.freshness:
        tables = speech.joined(
            (
                speech.term("table", one.table),
                Part(" "),
                speech.day(one.newest_on) if one.newest_on else speech.say("no_data")[0],
            )
            for one in digest.freshness
        )
        yield Line(speech.say("newest", tables=tables))


def _foot(digest: Digest, speech: Speech) -> Iterator[Parts]:
    made, run = speech.moment(digest.made_at), speech.name(digest.run_id)
    yield speech.say("made", made=made, run=run)
