"""On which edition of the international standard a national edition rests.

The library says it in words beside each equivalence; evidence is carried over by it, so that it has
to be decided by. An edition that is not named here rests on one that the library does not know.
"""

from collections.abc import Iterable

from services.standards.library import Library

BASES: dict[str, dict[str, tuple[str, ...]]] = {
    "EN_60335-1": {"2012": ("5.2",), "2023": ("6",)},
    "UL_60335-1": {"5": ("4.2",), "6": ("5", "5.1", "5.2")},
    "CSA_60335-1": {"2": ("5", "5.1", "5.2")},
    "GB_4706.1": {"2005": ("4.2",), "2024": ("5.2",)},
    "IS_302-1": {"2024": ("6",)},
    "GOST_IEC_60335-1": {"2015": ("5", "5.1", "5.2")},
    "NBR_NM_60335-1": {"2010": ("4.2",)},
    "EN_60335-2-24": {"2010": ("7",), "2022": ("8",)},
    "UL_60335-2-24": {"2": ("7",)},
    "EN_60335-2-40": {"2003": ("4",), "2023": ("7",)},
    "UL_60335-2-40": {"3": ("6",), "4": ("6", "7")},
    "CSA_60335-2-40": {"3": ("6",), "4": ("6", "7")},
    "EN_60335-2-7": {"2010": ("7",), "2023": ("8",)},
    "EN_62368-1": {"2014": ("2",), "2020": ("3",), "2024": ("4",)},
    "UL_62368-1": {"2": ("2",), "3": ("3",), "4": ("4",)},
    "CSA_62368-1": {"3": ("3",), "4": ("4",)},
    "GB_4943.1": {"2022": ("3",)},
    "IS_IEC_62368-1": {"2023": ("4",)},
    "AS_NZS_62368-1": {"2022": ("3",)},
    "GOST_IEC_62368-1": {"2014": ("2",)},
    "CNS_15598-1": {"109": ("2", "3")},
}
"""By national standard and edition: the editions of its base (`ed` of the library)."""


def rests_on(library: Library, standard: str, refs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """On which editions of the base (`ed`) each edition of a national standard rests.

    Args:
        library: the rows.
        standard: the national standard (id).
        refs: full designations of those of its editions that are accepted.

    Returns:
        By full designation, in the order asked; without those of which the library does not know.
    """
    known = BASES.get(standard, {})
    eds = {one.ref: one.ed for one in library.standards[standard].editions}
    return {ref: known[eds[ref]] for ref in refs if eds[ref] in known}
