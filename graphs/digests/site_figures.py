"""The figures of a site as its digest holds them, from those of the factory watch."""

from domain.records.digest import DefectLine, Factory, GapLine, ShiftLine
from tools.production.site_figures import SiteFigures


def factory_of(figures: SiteFigures) -> Factory:
    """What a site's digest shows beside alarms and cases."""
    return Factory(
        shifts=tuple(
            ShiftLine(
                line_id=one.line_id,
                shift=one.shift,
                built=one.output.built,
                inspected=one.output.inspected,
                first_pass_yield=one.output.first_pass_yield,
            )
            for one in figures.shifts
        ),
        defects=tuple(
            DefectLine(code=one.code, safety_critical=one.safety_critical, units=one.units)
            for one in figures.defects
        ),
        gaps=tuple(
            GapLine(
                line_id=one.line_id,
                station_id=one.station_id,
                missing=one.missing,
                last_on=one.last_on,
                built=one.built,
            )
            for one in figures.gaps
        ),
        gauges_unfit=figures.gauges_unfit,
    )
