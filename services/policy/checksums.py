"""Check digits of personal numbers, which tell them from part numbers of the same length.

Every function takes the bare characters (no blanks or dashes) and says whether the check holds.
Sources: ISO/IEC 7812-1 (card), ISO 13616 (IBAN), 49 CFR 565.15 (VIN), GB 11643 (China), and the
published rules of the Spanish, Italian, Brazilian, Polish, French and Indian registers.
"""

from datetime import date

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20,
    "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18,
    "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27,
    "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
VIN_VALUES = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", "012345678912345678123457923456789", strict=True)
)
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
CN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
FISCALE_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22,
               25, 24, 23)  # fmt: skip
VERHOEFF_PRODUCT = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
VERHOEFF_ORDER = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def luhn(digits: str) -> bool:
    """Payment cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def ean13(digits: str) -> bool:
    """A trade item's bar code of 13 digits, which is no card."""
    weights = (1, 3) * 7
    return len(digits) == 13 and _weighted(digits, weights) % 10 == 0


def iban(text: str) -> bool:
    """Bank accounts: length of the country and remainder 1 modulo 97."""
    if IBAN_LENGTHS.get(text[:2]) != len(text) or not text[2:4].isdecimal():
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def vin(text: str) -> bool:
    """Vehicle identification numbers with the North American check digit in the ninth place."""
    values = [VIN_VALUES.get(c) for c in text]
    if len(text) != 17 or None in values or text.isdecimal():
        return False
    total = sum(w * int(v or 0) for w, v in zip(VIN_WEIGHTS, values, strict=True))
    return text[8] == "0123456789X"[total % 11]


def china_resident(text: str) -> bool:
    """Chinese resident identity numbers of 18 places."""
    if not _is_day(text[6:10], text[10:12], text[12:14]):
        return False
    return text[17] == "10X98765432"[_weighted(text[:17], CN_WEIGHTS) % 11]


def spain_person(text: str) -> bool:
    """Spanish DNI (eight digits and a letter) and NIE (X, Y or Z first)."""
    number = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return number.isdecimal() and text[-1] == DNI_LETTERS[int(number) % 23]


def italy_person(text: str) -> bool:
    """Italian fiscal code of 16 places."""
    total = 0
    for place, character in enumerate(text[:15]):
        value = int(character) if character.isdecimal() else ord(character) - ord("A")
        total += value if place % 2 else FISCALE_ODD[value]
    return text[15] == chr(ord("A") + total % 26)


def brazil_person(digits: str) -> bool:
    """Brazilian CPF of 11 digits."""
    first = _weighted(digits[:9], range(10, 1, -1)) * 10 % 11 % 10
    second = _weighted(digits[:10], range(11, 1, -1)) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}" and len(set(digits)) > 1


def poland_person(digits: str) -> bool:
    """Polish PESEL of 11 digits; the month carries the century."""
    century = {0: 19, 1: 20, 2: 21, 3: 22, 4: 18}[int(digits[2:4]) // 20]
    month = f"{int(digits[2:4]) % 20:02d}"
    if not _is_day(f"{century}{digits[:2]}", month, digits[4:6]):
        return False
    return (10 - _weighted(digits[:10], PESEL_WEIGHTS) % 10) % 10 == int(digits[10])


def france_person(digits: str) -> bool:
    """French social security number: 13 digits and a key of two."""
    return len(digits) == 15 and 97 - int(digits[:13]) % 97 == int(digits[13:])


def korea_person(digits: str) -> bool:
    """Korean registration number: a birth date and a century digit (no check digit since 2020)."""
    century = {"9": "18", "0": "18", "1": "19", "2": "19", "5": "19", "6": "19"}.get(
        digits[6], "20"
    )
    return _is_day(century + digits[:2], digits[2:4], digits[4:6])


def india_person(digits: str) -> bool:
    """Indian Aadhaar of 12 digits (Verhoeff)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        turned = int(VERHOEFF_ORDER[place % 8][int(digit)])
        check = int(VERHOEFF_PRODUCT[check][turned])
    return check == 0


def _weighted(digits: str, weights: tuple[int, ...] | range) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
