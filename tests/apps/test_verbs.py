"""Each verb does what its help says, and tells a program the same in one JSON object."""

import json
from pathlib import Path

SITES = "site_id,name,country,region,timezone\nS1,North,DE,EU,Europe/Berlin\n"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / f"{name}.csv").write_text(body)
    return folder


def test_init_makes_hub_keys_and_users_and_keeps_keys_out_of_the_hub(andon, place) -> None:
    made = andon("init", "--json").json
    assert Path(made["hub"]).is_dir()
    assert (place / "state/keys.json").stat().st_mode & 0o077 == 0
    assert (place / "state/users.yaml").exists()
    assert not list((place / "hub").rglob("keys.json"))


def test_init_does_not_touch_a_hub_that_is_there(ready) -> None:
    assert ready("init").code == 2


def test_ingest_reports_every_row(ready, place) -> None:
    report = ready("ingest", write(place / "ex", sites=SITES), "--json").json
    assert report["schema"] == "andon.ingest/1"
    assert (report["read"], report["accepted"], report["already_loaded"]) == (1, 1, False)
    assert report["files"][0]["path"] == "sites.csv"
    assert ready("ingest", place / "ex", "--json").json["already_loaded"] is True


def test_ingest_prints_a_table_for_people(ready, place) -> None:
    shown = ready("ingest", write(place / "ex", sites=SITES))
    assert "sites.csv" in shown.out
    assert "1 rows read: 1 accepted" in shown.out


def test_simulate_writes_tables_and_truth(andon, place) -> None:
    assert andon("simulate", "--out", "plant", "--units", "300").code == 0
    assert (place / "plant/units.csv").exists()
    assert json.loads((place / "plant/truth.json").read_text())["world"] == "supplier_lot_window"


def test_a_tool_answers_with_evidence_that_can_be_shown_and_checked_again(ready, place) -> None:
    ready("ingest", write(place / "ex", sites=SITES))
    found = ready("tool", "describe_hub", "--json").json
    assert found["schema"] == "andon.evidence/1"
    assert ready("evidence", found["id"], "--json").json["result"] == found["result"]
    assert ready("evidence", found["id"], "--rerun", "--json").json["status"] == "identical"


def test_evidence_now_shows_what_has_changed_since(ready, place) -> None:
    ready("ingest", write(place / "ex", sites=SITES))
    found = ready("tool", "describe_hub", "--json").json
    ready("ingest", write(place / "more", sites=SITES.replace("S1", "S2")))
    now = ready("evidence", found["id"], "--now", "--json").json
    assert now["status"] == "changed"
    assert now["changes"]
    assert ready("evidence", found["id"], "--rerun", "--json").json["status"] == "identical"


def test_evidence_whose_data_is_no_longer_there_is_gone(ready, place) -> None:
    ready("ingest", write(place / "ex", sites=SITES))
    found = ready("tool", "describe_hub", "--json").json
    for file in (place / "hub/tables/sites").glob("*.parquet"):
        file.unlink()
    assert ready("evidence", found["id"], "--rerun", "--json").json["status"] == "gone"


def test_evidence_found_with_a_wider_scope_is_not_shown(ready, place) -> None:
    found = ready("tool", "describe_hub", "--json").json
    refused = ready("evidence", found["id"], "--as", "maria", "--json")
    assert refused.code == 4
    assert refused.json["code"] == "not_permitted"


def test_tools_lists_each_tool_with_its_question(andon) -> None:
    listed = andon("tools", "--json").json["tools"]
    assert {"describe_hub", "trace_unit"} <= {tool["name"] for tool in listed}
    assert all(tool["question"]["type"] == "object" for tool in listed)


def test_doctor_finds_a_sound_hub_sound(ready) -> None:
    checks = ready("doctor", "--json").json["checks"]
    assert {check["state"] for check in checks} <= {"ok", "warning"}


def test_doctor_names_what_is_broken_and_fails(ready, place) -> None:
    for entry in (place / "hub/commits/_delta_log").glob("*.json"):
        entry.write_text("garbage")
    shown = ready("doctor")
    assert shown.code == 5
    assert "failed   hub" in shown.out


def test_evidence_lists_what_was_found_with_its_summary(ready) -> None:
    found = ready("tool", "describe_hub", "--json").json
    (listed,) = ready("evidence", "--json").json["evidence"]
    assert (listed["id"], listed["tool"]) == (found["id"], "describe_hub")
    assert found["id"] in ready("evidence").out


def test_commands_to_the_terminal_in_data_are_not_obeyed(ready, place) -> None:
    row = {
        "change_id": "C1",
        "effective_at": "2026-01-01",
        "description": "\x1b]0;p\x07\x1b[2Jevil",
    }
    (place / "process_changes.jsonl").write_text(json.dumps(row))
    ready("ingest", place / "process_changes.jsonl")
    shown = ready("tool", "list_changes", '{"first": "2025-12-01", "last": "2026-02-01"}')
    assert "evil" in shown.out
    assert "\x1b]" not in shown.out
    assert "\x1b[2J" not in shown.out


def test_an_unknown_user_cannot_write_either(ready, place) -> None:
    assert ready("ingest", write(place / "ex", sites=SITES), "--as", "nobody", "--json").code == 4


def test_update_completes_master_data(ready, place) -> None:
    ready("ingest", write(place / "ex", sites=SITES))
    changed = write(place / "new", sites=SITES.replace("North", "South"))
    assert ready("ingest", changed, "--json").json["quarantined"] == 1
    assert ready("ingest", changed, "--update", "--json").json["accepted"] == 1


def test_andon_alone_shows_its_help(andon) -> None:
    shown = andon()
    assert shown.code == 0
    assert "ingest" in shown.out


def test_only_someone_who_may_see_personal_data_opens_sealed_words(ready, place) -> None:
    body = "feedback_id,received_at,text\nF1,2026-01-01,call 0171 2345678\n"
    ready("ingest", write(place / "ex", feedback=body))
    assert ready("unseal", "F1", "--as", "privacy").out.strip() == "call 0171 2345678"
    refused = ready("unseal", "F1", "--json")
    assert refused.code == 4
    assert "2345678" not in refused.out
    assert ready("unseal", "F9", "--as", "privacy").code == 6
