"""A draft finds table, columns, formats and doubts, and always loads."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.hub import schema
from services.hub.ingest.mapping import compile_target, load_mapping
from services.hub.ingest.mapping.proposing import propose
from services.hub.ingest.reading import ReadOptions, open_source

DATA = Path(os.environ.get("ANDON_TEST_DATA", "../shared/data"))
if not DATA.is_absolute():
    DATA = Path(__file__).parents[6] / DATA


@pytest.fixture
def draft(connection, tmp_path):
    """Writes a file, or takes one, drafts its mapping, loads and compiles it."""

    def make(text_or_path, name="export.csv"):
        path = text_or_path
        if isinstance(text_or_path, str):
            path = tmp_path / name
            path.write_text(text_or_path, encoding="utf-8", newline="")
        (tmp_path / "workspace").mkdir(exist_ok=True)
        source = open_source(connection, path, ReadOptions(), tmp_path / "workspace", path.parent)
        proposal = propose(connection, source)
        saved = tmp_path / "draft.yaml"
        saved.write_text(proposal.text, encoding="utf-8")
        block = load_mapping(saved).sources[0]
        for target in block.targets:
            compiled = compile_target(target, source, schema.table(target.table))
            connection.execute(f"SELECT count(*) FROM ({compiled.staged_sql})").fetchall()
        return proposal, block

    return make


def _columns(block, table):
    return block.tables[table][0].columns


def _table(header, *rows):
    return "\n".join([header, *rows]) + "\n"


def test_a_german_delivery_list_is_recognised(draft):
    rows = [
        f"L{i};ACME;{i % 28 + 1:02d}.03.2026;{i % 27 + 2:02d}.03.2026;1.{i:03d},50"
        for i in range(40)
    ]
    proposal, block = draft(_table("Lieferschein;Lieferant;Liefertermin;Lieferdatum;Betrag", *rows))
    assert proposal.table == "deliveries"
    columns = _columns(block, "deliveries")
    assert columns["delivery_id"].source == ("Lieferschein",)
    assert columns["supplier_id"].source == ("Lieferant",)
    assert (columns["promised_on"].source, columns["promised_on"].date) == (
        ("Liefertermin",), ("%d.%m.%Y",)
    )  # fmt: skip
    assert columns["delivered_on"].source == ("Lieferdatum",)
    assert block.tables["suppliers"][0].distinct
    fates = {item.source: item for item in proposal.columns}
    assert fates["Lieferant"].confidence == 1.0
    assert fates["Betrag"].column is None


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("索赔单号,序列号,型号,故障日期,故障代码,费用,币种", "claims"),
        ("クレーム番号,シリアル番号,型番,故障日,症状コード,費用,通貨", "claims"),
        (
            "numéro de réclamation,numéro de série,modèle,date de panne,code défaut,coût,devise",
            "claims",
        ),
        ("Garantía,Número de serie,Modelo,Fecha de fallo,Código de fallo,Costo,Moneda", "claims"),
        ("رقم,الرقم التسلسلي,الطراز,failed,symptom,cost,currency", "claims"),
    ],
)
def test_headers_in_many_scripts_are_recognised(draft, header, table):
    rows = [f"C{i},SN{i},M1,2026-01-{i % 28 + 1:02d},E{i % 3},{i}.5,EUR" for i in range(30)]
    proposal, block = draft(_table(header, *rows))
    assert proposal.table == table
    assert {"serial", "failed_at", "symptom_code", "cost", "currency"} <= set(
        _columns(block, table)
    )


def test_country_names_become_a_map_and_codes_need_none(draft):
    rows = ["a1,Vietnam,x", "a2,Deutschland,y", "a3,日本,z", "a4,Vietnam,x"]
    _, block = draft(_table("feedback id,Country,comment", *rows))
    country = _columns(block, "feedback")["country"]
    assert country.map == {"Vietnam": "VN", "Deutschland": "DE", "日本": "JP"}
    _, block = draft(_table("feedback id,Country,comment", "a,VN,x", "b,NO,y"))
    assert _columns(block, "feedback")["country"].map == {}


def test_a_doubtful_day_order_is_asked_and_both_orders_are_declared(draft):
    doubtful = [f"D{i},S1,{i % 12 + 1:02d}/{i % 11 + 1:02d}/2026" for i in range(30)]
    proposal, block = draft(_table("delivery number,supplier,promised date", *doubtful))
    assert set(_columns(block, "deliveries")["promised_on"].date) == {"%d/%m/%Y", "%m/%d/%Y"}
    assert any("day-first or month-first" in question for question in proposal.questions)
    clear = [*doubtful, "D99,S1,12/31/2026"]
    proposal, block = draft(_table("delivery number,supplier,promised date", *clear))
    assert _columns(block, "deliveries")["promised_on"].date == ("%m/%d/%Y",)
    assert not any("day-first" in question for question in proposal.questions)


def test_repeated_words_among_dates_are_proposed_as_no_value(draft):
    rows = [f"D{i},S1,{'not yet' if i % 3 == 0 else '2026-01-02'}" for i in range(30)]
    proposal, block = draft(_table("delivery number,supplier,delivery date", *rows))
    assert _columns(block, "deliveries")["delivered_on"].null_values == ("not yet",)
    assert any("'not yet'" in question for question in proposal.questions)


def test_times_without_a_zone_and_values_without_a_unit_are_asked(draft):
    rows = [f"2026-01-01 10:00:{i:02d},{i}.5,{i}.1,{i}.2" for i in range(30)]
    proposal, block = draft(_table("datetime,pressure [bar],current,speed", *rows))
    assert proposal.table == "signals"
    assert block.tables["signals"][0].unpivot.columns == ("pressure [bar]", "current", "speed")
    asked = " ".join(proposal.questions)
    assert "time zone" in asked
    assert "'current'" in asked
    assert "'pressure [bar]'" not in asked


def test_a_file_like_nothing_known_still_gives_a_draft_that_loads(draft):
    proposal, _ = draft(_table("foo,bar", "1,2", "3,4"))
    assert proposal.questions


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)
def test_no_column_name_or_value_breaks_the_draft(draft, name, value):
    cells = [text.replace('"', '""') for text in (name, value)]
    proposal, _ = draft(f'"x{cells[0]}",serial number\n"{cells[1]}",SN1\n"b",SN2\n')
    assert len(proposal.columns) == 2


def test_the_scms_export_is_drafted_as_deliveries(draft):
    path = DATA / "supplier_scms" / "SCMS_Delivery_History_Dataset.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    proposal, block = draft(path)
    assert proposal.table == "deliveries"
    columns = _columns(block, "deliveries")
    assert columns["supplier_id"].source == ("Vendor",)
    assert columns["promised_on"].source == ("Scheduled Delivery Date",)
    assert columns["promised_on"].date == ("%d-%b-%y",)
    assert columns["quantity"].source == ("Line Item Quantity",)


def test_the_ai4i_export_is_drafted_as_units_with_measurements(draft):
    path = DATA / "rca_ai4i2020" / "ai4i2020.csv"
    if not path.exists():
        pytest.skip(f"{path} is absent")
    proposal, block = draft(path)
    assert proposal.table == "units"
    assert "Torque [Nm]" in block.tables["measurements"][0].unpivot.columns
    rows = {
        row["characteristic_id"]: row["unit"] for row in block.tables["characteristics"][0].rows
    }
    assert rows["Rotational speed [rpm]"] == "rpm"
