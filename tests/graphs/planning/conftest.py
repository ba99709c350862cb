"""A small hub with the names that requests speak of."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from graphs.planning.understanding import understand
from graphs.planning.understood import Understood
from services.hub.hub import Hub
from services.hub.snapshot import Snapshot
from tests.conftest import EVERYTHING, fill

TODAY = date(2026, 11, 15)


@pytest.fixture(scope="session")
def plant(tmp_path_factory, empty_hub) -> Snapshot:
    """Models, markets, sites, suppliers, symptoms, parts and a characteristic; to be read only."""
    folder = tmp_path_factory.mktemp("planning") / "hub"
    shutil.copytree(empty_hub, folder)
    hub = Hub(folder)
    fill(
        hub,
        {
            "models": [
                {"model_id": "65Q8", "family": "TV", "name": "Quantum 65 Q8"},
                {"model_id": "RF-440", "family": "RF", "name": "Fresh 440"},
                {"model_id": "RF-330U", "family": "RF", "name": "Fresh 330 U"},
                {"model_id": "WM-900", "family": "WM", "name": "Wave 900"},
                {"model_id": "L", "family": "MACHINE"},
            ],
            "markets": [
                {"country": "DE", "region": "EU"},
                {"country": "FR", "region": "EU"},
                {"country": "BR", "region": "LATAM"},
                {"country": "EG", "region": "MEA"},
            ],
            "sites": [{"site_id": "QDA", "name": "Qingdao", "country": "CN", "region": "APAC"}],
            "suppliers": [
                {"supplier_id": "S-0102", "name": "Nordwerk Elektronik"},
                {"supplier_id": "S-0105", "name": "Kitano Denshi"},
                {"supplier_id": "S-0110", "name": "Slaskie Napedy"},
            ],
            "codes": [
                {"code": "NOISE", "kind": "symptom", "name": "makes noise"},
                {"code": "SMOKE_BURN", "kind": "symptom", "name": "smoke or burning"},
                {"code": "D-GAP", "kind": "defect", "name": "door gap uneven"},
            ],
            "units": [
                {
                    "serial": "QDA00000001",
                    "model_id": "65Q8",
                    "site_id": "QDA",
                    "line_id": "QDA-L1",
                    "built_at": datetime(2026, 5, 4, 8, tzinfo=UTC),
                }
            ],
            "signals": [
                {
                    "station_id": "QDA-L1-VIS",
                    "signal": "lamp",
                    "at": datetime(2026, 5, 4, 8, tzinfo=UTC),
                    "value": 1.0,
                }
            ],
            "parts": [{"part_id": "P-COMP", "name": "compressor"}],
            "characteristics": [{"characteristic_id": "CHR-TORQUE", "name": "bezel screw torque"}],
        },
    )
    return hub.snapshot(EVERYTHING)


@pytest.fixture
def asked(plant) -> Callable[..., Understood]:
    """Understands a request, after others of its thread."""

    def understood(text: str, *before: str) -> Understood:
        history: list[Understood] = []
        for one in (*before, text):
            history.append(understand(one, as_of=TODAY, snapshot=plant, history=history))
        return history[-1]

    return understood
