"""How many tokens a text may be, before the server has counted them.

A tokenizer is made for one model and has to be downloaded. Four characters a token, and one for
each Chinese, Japanese or Korean character, is near enough to keep a budget; the counts that the
server reports take its place afterwards.
"""

import re
from math import ceil

CHARACTERS_PER_TOKEN = 4
ONE_EACH = re.compile(
    "[\u1100-\u11ff\u2e80-\u2fdf\u3000-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)


def estimated_tokens(text: str) -> int:
    """About how many tokens a text is (count)."""
    single = 0 if text.isascii() else sum(1 for _ in ONE_EACH.finditer(text))
    return single + ceil((len(text) - single) / CHARACTERS_PER_TOKEN)
