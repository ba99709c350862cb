"""What becomes of every row that is read."""

import json

import pytest

from domain.errors import BadArgument, DataRejected
from services.hub.ingest.load import ingest
from services.hub.ingest.protect import bound_to
from services.policy.vault import Vault
from tests.conftest import EVERYTHING
from tests.services.hub.ingest.conftest import NOW

SITES = "site_id,name,country,region,timezone\nS1,North,DE,EU,Europe/Berlin\n"
MODELS = "model_id,family,name,launched_on\nTV-55,tv,Vista,2025-01-01\n"
UNITS = "serial,model_id,site_id,built_at\nU1,TV-55,S1,2026-01-05T10:00:00Z\n"
FEEDBACK = "feedback_id,received_at,country,text,author_key\n"


def test_files_that_bear_table_names_need_no_mapping(take_in, rows) -> None:
    report = take_in({"sites.csv": SITES, "models.csv": MODELS, "units.csv": UNITS})
    assert (report.read, report.accepted, report.quarantined) == (3, 3, 0)
    assert rows("SELECT serial, site_id FROM units") == [("U1", "S1")]


def test_part_files_of_a_folder_that_bears_a_table_name_fill_one_table(take_in, rows) -> None:
    take_in({"sites/part-1.csv": SITES, "sites/part-2.csv": SITES.replace("S1", "S2")})
    assert rows("SELECT site_id FROM sites ORDER BY 1") == [("S1",), ("S2",)]


def test_every_row_read_is_accepted_duplicate_or_quarantined(take_in) -> None:
    body = SITES + "S1,North,DE,EU,Europe/Berlin\n" + "S2,East,XX,EU,UTC\n" + ",No key,DE,EU,UTC\n"
    report = take_in({"sites.csv": body})
    assert (report.read, report.accepted, report.duplicate, report.quarantined) == (4, 1, 1, 2)
    assert report.files[0].rules == {"code": 1, "missing": 1}


def test_a_rejected_row_is_kept_with_rule_reason_file_and_line(take_in, rows, vault) -> None:
    take_in({"sites.csv": SITES + "S2,East,XX,EU,UTC\n"})
    ((file, line, table, rule, reason, row),) = rows(
        'SELECT file, line, "table", rule, reason, "row" FROM quarantine'
    )
    assert (file, line, table, rule) == ("sites.csv", 3, "sites", "code")
    assert reason == "country XX is no ISO 3166 country code"
    assert json.loads(vault.unseal(row, "quarantine/sites.csv/3/sites"))["name"] == "East"


def test_lines_are_right_behind_a_field_that_spans_lines(take_in, rows) -> None:
    body = 'site_id,name,country\nS1,"two\nlines",DE\nS2,x,XX\n'
    take_in({"sites.csv": body})
    assert rows("SELECT line FROM quarantine") == [(4,)]


def test_lines_are_right_in_a_file_of_many_rows(take_in, rows) -> None:
    count, bad = 300_000, (7, 150_001, 299_999)
    lines = [f"F{i},2026-02-01,{'XX' if i in bad else 'DE'},m" for i in range(count)]
    take_in({"claims.csv": "claim_id,reported_at,country,finding\n" + "\n".join(lines) + "\n"})
    assert rows("SELECT line FROM quarantine ORDER BY 1") == [(i + 2,) for i in bad]


def test_loading_the_same_again_writes_nothing(take_in, hub) -> None:
    first = take_in({"sites.csv": SITES})
    commit = hub.newest()
    again = take_in({"sites.csv": SITES})
    assert again.already_loaded
    assert again.model_copy(update={"already_loaded": False}) == first
    assert hub.newest() == commit


def test_rows_that_the_hub_holds_already_are_duplicates(take_in, rows) -> None:
    take_in({"sites.csv": SITES})
    report = take_in({"sites.csv": SITES + "S2,East,DE,EU,UTC\n"})
    assert (report.accepted, report.duplicate) == (1, 1)
    assert rows("SELECT count(*) FROM sites") == [(2,)]


def test_a_key_with_other_values_is_a_conflict_and_the_first_stays(take_in, rows) -> None:
    take_in({"sites.csv": SITES})
    report = take_in({"sites.csv": SITES.replace("North", "South")})
    assert report.files[0].rules == {"key": 1}
    assert rows("SELECT name FROM sites") == [("North",)]
    ((reason,),) = rows("SELECT reason FROM quarantine")
    assert reason == "(site_id) = (S1) stands with other values in the hub"


def test_a_key_twice_in_one_file_with_other_values_is_a_conflict(take_in, rows) -> None:
    report = take_in({"sites.csv": SITES + "S1,South,DE,EU,UTC\n"})
    assert (report.accepted, report.quarantined) == (1, 1)
    assert rows("SELECT name FROM sites") == [("North",)]


def test_a_strict_reference_to_nothing_is_rejected(take_in) -> None:
    report = take_in({"models.csv": MODELS, "units.csv": UNITS + "U2,GHOST,,2026-01-05\n"})
    assert report.files[1].rules == {"reference": 1}


def test_references_are_checked_against_rows_of_the_same_load(take_in) -> None:
    report = take_in({"units.csv": UNITS, "models.csv": MODELS, "sites.csv": SITES})
    assert report.quarantined == 0


def test_a_reference_cannot_be_checked_while_its_table_is_empty_and_that_is_said(take_in) -> None:
    report = take_in({"units.csv": UNITS})
    assert report.accepted == 1
    assert any("model_id was not checked" in warning for warning in report.files[0].warnings)


def test_a_safety_report_with_a_mistyped_serial_is_kept_and_counted_as_orphan(
    take_in, rows
) -> None:
    take_in({"models.csv": MODELS, "sites.csv": SITES, "units.csv": UNITS})
    body = "feedback_id,received_at,serial,text\nF1,2026-02-01,U7,it burns\n"
    assert take_in({"feedback.csv": body}).accepted == 1
    assert rows("SELECT orphans FROM loads WHERE \"table\" = 'feedback'") == [(1,)]


def test_rows_rejected_for_a_missing_parent_come_in_once_the_parent_is_there(take_in, rows) -> None:
    other = MODELS.replace("TV-55", "TV-65")
    take_in({"sites.csv": SITES, "models.csv": other})
    assert take_in({"units.csv": UNITS}).files[0].rules == {"reference": 1}
    assert take_in({"units.csv": UNITS}).already_loaded
    take_in({"models.csv": MODELS})
    assert take_in({"units.csv": UNITS}).accepted == 1
    assert take_in({"units.csv": UNITS}).already_loaded
    assert rows("SELECT serial FROM units") == [("U1",)]


@pytest.mark.parametrize(
    ("line", "rule", "reason"),
    [
        ("D1,2026-12-24,1,0", "future", "lies in the future"),
        ("D1,2026-01-01,-5,0", "range", "quantity -5 is not within 0"),
        ("D1,2026-01-01,1e9,0", "type", "1e9"),
        ("D1,2026-01-01,99999999999999999999,0", "type", "99999999999999999999"),
        ("D1,01/02/2026,1,0", "date", "01/02/2026"),
        ("D1,2026-01-01,many,0", "type", "many"),
        (",2026-01-01,1,0", "missing", "delivery_id is empty"),
    ],
)
def test_a_value_that_cannot_be_is_rejected_and_named(take_in, rows, line, rule, reason) -> None:
    head = "delivery_id,delivered_on,quantity,rejected_quantity\n"
    report = take_in({"deliveries.csv": head + "D0,2026-01-01,1,0\n" + line + "\n"})
    assert report.files[0].rules == {rule: 1}
    assert reason in rows("SELECT reason FROM quarantine")[0][0]


def test_a_promise_may_lie_in_the_future(take_in) -> None:
    body = "delivery_id,promised_on\nD1,2027-01-01\n"
    assert take_in({"deliveries.csv": body}).quarantined == 0


def test_customers_words_are_stored_without_personal_strings(take_in, rows, vault) -> None:
    words = "It smells. Mail me: ana.lopez@example.com"
    take_in({"feedback.csv": f"{FEEDBACK}F1,2026-02-01,DE,{words},cust-9\n"})
    ((text, raw, author),) = rows("SELECT text, text_raw, author_key FROM feedback")
    assert "example.com" not in text
    assert text.startswith("It smells.")
    assert "ana" not in raw
    assert vault.unseal(raw, bound_to("F1")) == words
    assert author == vault.author_token("cust-9")


def test_one_author_has_one_token(take_in, rows) -> None:
    body = FEEDBACK + "F1,2026-02-01,DE,a,cust-9\nF2,2026-02-02,DE,b,cust-9\n"
    take_in({"feedback.csv": body})
    assert rows("SELECT count(DISTINCT author_key) FROM feedback") == [(1,)]


def test_rejected_feedback_is_sealed_in_quarantine(take_in, rows, vault) -> None:
    take_in({"feedback.csv": FEEDBACK + "F1,2026-02-01,XX,call +49 170 1234567,\n"})
    ((row,),) = rows('SELECT "row" FROM quarantine')
    assert "1234567" not in row
    assert "1234567" in vault.unseal(row, "quarantine/feedback.csv/2/feedback")


def test_an_export_cannot_fill_what_the_ingest_writes_itself(take_in, rows) -> None:
    take_in({"feedback.csv": "feedback_id,received_at,text_raw\nF1,2026-02-01,forged\n"})
    assert rows("SELECT text_raw FROM feedback") == [(None,)]


def test_ids_such_as_24e012_stay_text(take_in, rows) -> None:
    take_in({"suppliers.csv": "supplier_id,name\n24E012,x\n0042,y\n"})
    assert rows("SELECT supplier_id FROM suppliers ORDER BY 1") == [("0042",), ("24E012",)]


def test_files_that_nothing_describes_are_named(take_in) -> None:
    with pytest.raises(DataRejected, match=r"notes\.csv") as caught:
        take_in({"notes.csv": "a,b\n1,2\n"})
    assert "--propose" in caught.value.next_step


MAPPING = """
andon_mapping: 1
files: ["*.txt"]
read: {delimiter: ";"}
tables:
  models: {distinct: true, columns: {model_id: Typ, name: Bezeichnung}}
  units:
    where: "[Typ] <> 'PROTO'"
    columns:
      serial: Seriennummer
      model_id: Typ
      built_at: {from: Gebaut, date: "%d.%m.%Y %H:%M", zone: Europe/Berlin}
  characteristics: {rows: [{characteristic_id: torque, unit: N*m, lsl: 1}]}
  measurements:
    columns:
      serial: Seriennummer
      characteristic_id: {constant: torque}
      value: {from: Moment, decimal: ",", unit: cN*m, to: N*m}
      measured_at: {from: Gebaut, date: "%d.%m.%Y %H:%M", zone: Europe/Berlin}
"""
EXPORT = """Seriennummer;Typ;Bezeichnung;Gebaut;Moment
U1;A;Alpha;05.01.2026 10:00;120,5
U2;A;Alpha;05.07.2026 10:00;viel
U3;B;Beta;05.01.2026 11:00;99
"""


def test_one_foreign_file_fills_several_tables_and_counts_each_row_once(take_in, rows) -> None:
    report = take_in({"werk.txt": EXPORT.encode("cp1252")}, MAPPING)
    assert (report.read, report.accepted, report.duplicate, report.quarantined) == (3, 2, 0, 1)
    assert rows("SELECT model_id FROM models ORDER BY 1") == [("A",), ("B",)]
    assert rows("SELECT serial, hour(built_at) FROM units ORDER BY 1") == [
        ("U1", 9),
        ("U2", 8),
        ("U3", 10),
    ]
    assert rows("SELECT serial, round(value, 3) FROM measurements ORDER BY 1") == [
        ("U1", 1.205),
        ("U3", 0.99),
    ]
    assert rows('SELECT line, "table" FROM quarantine') == [(3, "measurements")]


def test_rows_that_a_mapping_leaves_out_are_not_counted_as_read(take_in, rows) -> None:
    mapping = MAPPING.split("  characteristics:")[0]
    report = take_in({"werk.txt": EXPORT + "U4;PROTO;x;05.01.2026 10:00;1\n"}, mapping)
    assert rows("SELECT count(*) FROM units WHERE serial = 'U4'") == [(0,)]
    assert report.read == report.accepted + report.duplicate + report.quarantined


def test_a_bad_row_written_in_the_mapping_is_a_fault_of_the_mapping(take_in) -> None:
    mapping = MAPPING.replace("lsl: 1", "lsl: one")
    with pytest.raises(BadArgument, match="row of characteristics"):
        take_in({"werk.txt": EXPORT}, mapping)


def test_columns_that_nothing_takes_are_remembered(take_in, rows) -> None:
    take_in({"sites.csv": SITES.replace("\n", ",x\n", 1).replace("Berlin\n", "Berlin,1\n")})
    ((ignored,),) = rows("SELECT ignored_columns FROM loads WHERE \"table\" = 'sites'")
    assert json.loads(ignored) == ["x"]


def test_a_named_zone_is_rejected_and_does_not_shift_the_rows_behind_it(take_in, rows) -> None:
    times = ["2026-06-01T10:00:00", "2026-06-01 10:00:00 Asia/Tokyo", "2026-06-01T10:00:00",
             "2026-06-01", "2026-06-01 10:00:00 CET", "2026-06-01T10:00:00+02:00",
             "2026-06-01T10:00:00Z"]  # fmt: skip
    lines = [f"U{i},M,{time}" for i, time in enumerate(times)]
    report = take_in({"units.csv": "serial,model_id,built_at\n" + "\n".join(lines) + "\n"})
    assert report.files[0].rules == {"date": 2}
    assert rows("SELECT serial, hour(built_at) FROM units ORDER BY 1") == [
        ("U0", 10),
        ("U2", 10),
        ("U3", 0),
        ("U5", 8),
        ("U6", 10),
    ]


def test_nothing_personal_stands_in_clear_in_quarantine(take_in, rows) -> None:
    words = "F2,Max Geheim +49 171 9998877,DE,x,y"
    take_in({"feedback.csv": FEEDBACK + words + "\n"})
    claims = "claim_id,reported_at,cost,Kunde\nC1,2026-01-01,max@geheim.example,Max Geheim\n"
    take_in({"claims.csv": claims})
    shown = " ".join(
        f"{reason} {row}" for reason, row in rows('SELECT reason, "row" FROM quarantine')
    )
    assert "Geheim" not in shown
    assert "9998877" not in shown
    assert "geheim.example" not in shown


def test_a_service_reports_words_are_de_identified_too(take_in, rows) -> None:
    take_in({"claims.csv": "claim_id,reported_at,finding\nC1,2026-01-01,call 0171 2345678\n"})
    ((finding,),) = rows("SELECT finding FROM claims")
    assert "2345678" not in finding
    assert finding.startswith("call [PHONE:")


def test_files_that_were_not_taken_are_named_in_the_report(take_in) -> None:
    report = take_in({"sites.csv": SITES, "Unit.csv": UNITS, "notes.txt": "x"})
    assert report.not_taken == ("Unit.csv", "notes.txt")
    assert take_in({"sites.csv": SITES, "Unit.csv": UNITS, "notes.txt": "x"}).not_taken


def test_a_number_or_date_may_follow_a_tables_name(take_in, rows) -> None:
    take_in({"sites_2026-01.csv": SITES, "Sites 2.csv": SITES.replace("S1", "S2")})
    assert rows("SELECT count(*) FROM sites") == [(2,)]


def test_a_hub_inside_the_folder_is_not_read(take_in, hub, tmp_path, vault) -> None:
    (tmp_path / "sites.csv").write_text(SITES)
    report = ingest(hub, tmp_path, vault, now=NOW)
    assert [file.path for file in report.files] == ["sites.csv"]


def test_a_hub_is_written_with_its_own_keys_only(take_in, hub, tmp_path) -> None:
    take_in({"sites.csv": SITES})
    commit = hub.newest()
    other = Vault.open(tmp_path / "elsewhere")
    with pytest.raises(BadArgument, match="keys are not those"):
        ingest(hub, tmp_path / "exports1", other, now=NOW)
    assert hub.newest() == commit


def test_updating_replaces_held_rows_of_the_same_key(hub, take_in, rows, tmp_path, vault) -> None:
    take_in({"sites.csv": SITES + "S2,East,DE,EU,UTC\n"})
    before = hub.newest().commit_id
    (tmp_path / "new").mkdir()
    (tmp_path / "new/sites.csv").write_text("site_id,name\nS1,South\nS3,West\nS2,East\n")
    report = ingest(hub, tmp_path / "new", vault, now=NOW, update=True)
    assert (report.accepted, report.duplicate, report.quarantined) == (2, 1, 0)
    assert rows("SELECT site_id, name, country FROM sites ORDER BY 1") == [
        ("S1", "South", "DE"),  # a column that the file does not have keeps its value
        ("S2", "East", "DE"),
        ("S3", "West", None),
    ]
    with hub.snapshot(EVERYTHING, commit_id=before) as snapshot:
        old = snapshot.run("SELECT name FROM sites ORDER BY site_id", {}).column("name")
    assert old == ["North", "East"]
    assert any("1 rows replaced" in text for text in report.files[0].warnings)


def test_updating_one_key_from_two_files_keeps_the_first_of_them(
    hub, take_in, rows, tmp_path, vault
) -> None:
    take_in({"sites.csv": SITES})
    (tmp_path / "new/sites").mkdir(parents=True)
    (tmp_path / "new/sites/a.csv").write_text("site_id,name\nS1,South\n")
    (tmp_path / "new/sites/b.csv").write_text("site_id,name\nS1,West\n")
    report = ingest(hub, tmp_path / "new", vault, now=NOW, update=True)
    assert (report.accepted, report.quarantined) == (1, 1)
    assert rows("SELECT name FROM sites") == [("South",)]


@pytest.mark.parametrize("unseen", ["\t", "\x1f", "\u200b", "\ufeff"])
def test_a_key_with_a_character_that_is_not_seen_is_rejected(take_in, unseen) -> None:
    row = json.dumps({"site_id": f"S{unseen}1", "name": "North"})
    report = take_in({"sites.jsonl": row + "\n" + json.dumps({"site_id": "S1"})})
    assert (report.accepted, report.files[0].rules) == (1, {"character": 1})
