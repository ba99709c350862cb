"""Pictures that a person names on the command line."""

from pathlib import Path

from domain.errors import BadArgument
from services.vision.fetching import read_file
from services.vision.settings import LARGEST_PICTURE

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp")


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, by name.

    Raises:
        BadArgument: it is no folder, or has none.
    """
    if not folder.is_dir():
        raise BadArgument(f"{folder} is no folder", next_step="name a folder of pictures")
    found = sorted(one for one in folder.iterdir() if one.suffix.lower() in ENDINGS)
    if not found:
        raise BadArgument(
            f"{folder} has no pictures", next_step=f"it should hold {', '.join(ENDINGS)} files"
        )
    return found


def content_of(path: Path) -> bytes:
    """The bytes of a picture.

    Raises:
        InvalidArgument: it cannot be read, or is too large.
    """
    return read_file(path, LARGEST_PICTURE)
