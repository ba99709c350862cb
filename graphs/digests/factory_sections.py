"""What the digest of a site says of its lines: output, defects, gaps, gauges."""

from collections.abc import Iterator

from domain.records.digest import Factory, GapLine, ShiftLine
from graphs.digests.document import Line, Section
from graphs.digests.language import Speech


def factory_sections(factory: Factory, speech: Speech) -> Iterator[Section]:
    """The sections of a site."""
    shifts = tuple(_shift(one, speech) for one in factory.shifts)
    yield Section(speech.say("heading_output"), shifts)
    defects = tuple(
        Line(
            (speech.name(defect.code),),
            (
                speech.say("units", value=speech.number(defect.units)),
                *((speech.say("safety_critical"),) if defect.safety_critical else ()),
            ),
        )
        for defect in factory.defects
    )
    yield Section(speech.say("heading_defects"), defects)
    gaps = tuple(_gap(one, speech) for one in factory.gaps)
    yield Section(speech.say("heading_gaps"), gaps)
    gauges = tuple(Line((speech.name(name),)) for name in factory.gauges_unfit)
    yield Section(speech.say("heading_gauges"), gauges)


def _shift(line: ShiftLine, speech: Speech) -> Line:
    head = speech.joined(
        (
            speech.say("where_line_id", value=speech.name(line.line_id)),
            speech.say("where_shift", value=speech.name(line.shift)),
        )
    )
    passed = (
        speech.say("yield", value=speech.share(line.first_pass_yield))
        if line.inspected
        else speech.say("no_yield")
    )
    return Line(
        head,
        (
            speech.say("built", value=speech.number(line.built)),
            speech.say("inspected", value=speech.number(line.inspected)),
            passed,
        ),
    )


def _gap(gap: GapLine, speech: Speech) -> Line:
    places = [speech.say("where_line_id", value=speech.name(gap.line_id))]
    if gap.station_id:
        places.append(speech.say("where_station_id", value=speech.name(gap.station_id)))
    last = (
        speech.say("last_recorded", value=speech.day(gap.last_on))
        if gap.last_on
        else speech.say("never_recorded")
    )
    built = speech.say("built_since", value=speech.number(gap.built))
    return Line((speech.term("table", gap.missing),), (*places, last, built))
