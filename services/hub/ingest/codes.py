"""Code lists that values are checked against: countries, currencies, languages.

Countries are ISO 3166-1 alpha-2. Currencies are ISO 4217 codes that were legal tender somewhere
since 2010, and the funds codes in use: old exports still carry withdrawn ones. Languages are
ISO 639-1, the first part of a BCP 47 tag.
"""

import unicodedata
from functools import cache
from importlib.resources import files

import yaml

_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP
BYN BYR BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EEK EGP
ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK
JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD
MMK MNT MOP MRO MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL
THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VEF VES VND VUV WST XAF
XCD XCG XDR XOF XPF XSU XUA YER ZAR ZMK ZMW ZWG ZWL
"""
_LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv
dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie
ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv
mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm
rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr
ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""


@cache
def country_codes() -> frozenset[str]:
    """The 249 alpha-2 codes of ISO 3166-1."""
    return frozenset(_COUNTRIES.split())


@cache
def currency_codes() -> frozenset[str]:
    """Three-letter codes of ISO 4217."""
    return frozenset(_CURRENCIES.split())


@cache
def language_codes() -> frozenset[str]:
    """Two-letter codes of ISO 639-1."""
    return frozenset(_LANGUAGES.split())


@cache
def country_names() -> dict[str, str]:
    """Code by folded name (`folded_name`), in many languages and with former names."""
    text = (files("services.hub.ingest") / "countries.yaml").read_text(encoding="utf-8")
    return {
        folded_name(name): code for code, names in yaml.safe_load(text).items() for name in names
    }


def folded_name(name: str) -> str:
    """A name without letter case, accents, width and typographic marks, for comparison."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'")).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.split())


def country_of(name: str) -> str | None:
    """The code of a country given by name or code, None if it is neither.

    Text that was decoded wrongly once (`CÃ´te d'Ivoire`) is recognised too.
    """
    text = name.strip()
    if text.upper() in country_codes():
        return text.upper()
    found = country_names().get(folded_name(text))
    if found is None and not text.isascii():
        try:
            mended = text.encode("cp1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return None
        return country_names().get(folded_name(mended))
    return found
