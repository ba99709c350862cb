"""The data-quality panel over HTTP: whether the data can be trusted, and what is missing."""

from typing import Any

from fastapi import APIRouter, Request

from apps.http.answers import FAILURES, example
from apps.http.auth import Asker
from apps.quality_reading import Panels

router = APIRouter(prefix="/quality", tags=["data"], responses=FAILURES)
_PANEL = {"schema": "andon.quality/1", "commit": "C-X2DSUVOEU5", "newest_on": "2026-11-15",
          "evidence": "E-7XNB7PJBRR", "summary": "…", "warnings": [], "loads": [],
          "headline": {"read": 1000, "accepted": 990, "duplicate": 4, "quarantined": 6,
                       "quarantined_share": 0.006},
          "tables": [{"table": "claims", "rows": 990, "quarantined": {"range": 6}}],
          "gaps": {"empty": ["audits"], "orphans": [], "drift": []}}  # fmt: skip


@router.get("", summary="How good the data is", responses=example(_PANEL, "The panel."))
def panel(parts: Asker, request: Request) -> dict[str, Any]:
    """Commit, newest day, each table with what was rejected for it by rule, loads, gaps."""
    panels: Panels = request.app.state.panels
    return panels.panel(parts)
