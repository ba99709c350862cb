"""What a person sees when the input is bad: one clear message, and a hub that is as it was."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from apps.cli import run
from services.hub.hub import Hub

HEAD = "delivery_id,supplier_id,promised_on,quantity\n"
SUPPLIERS = "supplier_id,name\nS-1,Blech AG\n"


@pytest.fixture
def ingest(ready, place):
    """Writes one file into a folder of its own and ingests it, as JSON."""

    def command(name: str, body: bytes, *options: str):
        folder = place / "ex"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(body)
        return ready("ingest", folder, *options, "--json")

    return command


def commit_number(place: Path) -> int:
    return Hub(place / "hub").newest().number


def refused(ran, place: Path, code: int, name: str) -> str:
    """The error that the command ended with, the hub being as it was."""
    assert ran.code == code, ran.out
    assert ran.json["schema"] == "andon.error/1"
    assert ran.json["code"] == name
    assert ran.json["next_step"]
    assert commit_number(place) == 1
    return str(ran.json["message"])


def test_a_truncated_csv_keeps_its_whole_rows_and_quarantines_the_cut_one(ingest) -> None:
    body = (HEAD + 'D1,S-1,2026-01-01,5\nD2,S-1,2026-01-02,6\nD3,"S-').encode()
    report = ingest("deliveries.csv", body).json
    assert (report["read"], report["accepted"], report["quarantined"]) == (3, 2, 1)


def test_a_wrong_delimiter_is_named(ingest, place) -> None:
    mapping = 'andon_mapping: 1\nfiles: ["*.csv"]\nread: {delimiter: ";"}\n'
    mapping += "tables: {suppliers: {columns: {supplier_id: supplier_id}}}\n"
    (place / "m.yaml").write_text(mapping)
    ran = ingest("x.csv", SUPPLIERS.encode(), "--mapping", str(place / "m.yaml"))
    assert "';'" in refused(ran, place, 3, "data_rejected")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8-sig"])
def test_other_encodings_are_read_as_what_they_are(ingest, ready, encoding) -> None:
    names = "海信视像科技股份有限公司青岛工厂供应商质量管理部门"
    body = f"supplier_id,name\nS-1,{names}\nS-2,松下电器机电（中国）有限公司\n"
    report = ingest("suppliers.csv", body.encode(encoding)).json
    assert report["accepted"] == 2
    with Hub(Path(os.environ["ANDON_HUB"])).snapshot(everything()) as snapshot:
        found = snapshot.run("SELECT name FROM suppliers ORDER BY supplier_id", {})
    assert found.column("name")[0] == names


def test_a_column_twice_is_named(ingest, place) -> None:
    ran = ingest("suppliers.csv", b"supplier_id,name,name\nS-1,a,b\n")
    assert "'name' occurs twice" in refused(ran, place, 3, "data_rejected")


def test_mixed_date_formats_in_one_column_reject_the_odd_rows(ingest) -> None:
    body = HEAD + "D1,S-1,2026-01-02,1\nD2,S-1,02/01/2026,1\nD3,S-1,2.1.26,1\n"
    report = ingest("deliveries.csv", body.encode()).json
    assert report["accepted"] == 1
    assert report["files"][0]["rules"] == {"date": 2}


def test_1e9_in_an_integer_column_is_rejected_not_rounded(ingest) -> None:
    report = ingest("deliveries.csv", (HEAD + "D1,S-1,2026-01-02,1e9\n").encode()).json
    assert report["files"][0]["rules"] == {"type": 1}


def test_a_line_of_two_gigabytes_is_refused(ready, place) -> None:
    folder = place / "ex"
    folder.mkdir()
    with (folder / "suppliers.csv").open("wb") as file:
        file.write(b"supplier_id,name\nS-1," + b"x" * 20_000_000)
        file.truncate(2_000_000_000)  # the rest is sparse: it takes no room on the disk
    message = refused(ready("ingest", folder, "--json"), place, 3, "data_rejected")
    assert "MiB" in message


def test_an_empty_file_is_named(ingest, place) -> None:
    assert "empty" in refused(ingest("suppliers.csv", b""), place, 3, "data_rejected")


def test_a_zip_bomb_named_xlsx_is_not_opened(ready, place) -> None:
    folder = place / "ex"
    folder.mkdir()
    with zipfile.ZipFile(folder / "suppliers.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    message = refused(ready("ingest", folder, "--json"), place, 3, "data_rejected")
    assert "suppliers.xlsx" in message


def test_a_link_that_leaves_the_folder_is_not_followed(ready, place) -> None:
    (place / "secret.csv").write_text(SUPPLIERS)
    folder = place / "ex"
    folder.mkdir()
    (folder / "suppliers.csv").symlink_to(place / "secret.csv")
    message = refused(ready("ingest", folder, "--json"), place, 3, "data_rejected")
    assert "outside" in message


def test_a_path_that_does_not_exist_is_named(ready, place) -> None:
    assert "nowhere" in refused(ready("ingest", "nowhere", "--json"), place, 3, "data_rejected")


def without_rights(arguments: list[str]) -> int:
    """Runs a command as nobody; root may write anywhere."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    return run(arguments)


def test_a_hub_without_permission_is_named(ready, place, capfd) -> None:
    folder = place / "ex"
    folder.mkdir()
    (folder / "suppliers.csv").write_text(SUPPLIERS)
    # Once with all rights: whoever has none may not read the interpreter's own modules any more.
    assert ready("ingest", folder, "--json").code == 0
    (folder / "suppliers.csv").write_text(SUPPLIERS + "S-2,Guss AG\n")
    for entry in (place, *place.parents):
        if entry.stat().st_uid == os.getuid() and entry != Path("/"):
            entry.chmod(entry.stat().st_mode | 0o055)
    for entry in (place / "state", *(place / "state").rglob("*")):
        os.chown(entry, 65534, 65534)
    for entry in ((place / "hub"), (place / "hub/lease")):
        if entry.exists():
            entry.chmod(0o555 if entry.is_dir() else 0o444)
    capfd.readouterr()
    child = os.fork()
    if child == 0:
        os._exit(without_rights(["ingest", str(folder), "--json"]))
    _, status = os.waitpid(child, 0)
    out = capfd.readouterr().out
    assert os.waitstatus_to_exitcode(status) == 5, out
    assert "cannot write to the hub" in out
    assert commit_number(place) == 2


def test_a_full_disk_is_named_and_the_hub_stays_as_it_was(andon, place, monkeypatch) -> None:
    disk = place / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(disk)], capture_output=True
    )
    if mount.returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        monkeypatch.setenv("ANDON_HUB", str(disk / "hub"))
        assert andon("init").code == 0
        folder = place / "ex"
        folder.mkdir()
        rows = "".join(f"S-{i},{os.urandom(40).hex()}\n" for i in range(80_000))
        (folder / "suppliers.csv").write_text("supplier_id,name\n" + rows)
        message = refused(andon("ingest", folder, "--json"), disk, 5, "hub_unavailable")
        assert "cannot write" in message
        (folder / "suppliers.csv").write_text(SUPPLIERS)
        assert andon("ingest", folder, "--json").json["accepted"] == 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_corrupt_delta_log_is_named_by_table(ready, place) -> None:
    (place / "hub/tables/units/_delta_log/00000000000000000000.json").write_text("garbage{")
    ran = ready("tool", "describe_hub", "--json")
    assert "'units'" in refused(ran, place, 5, "hub_damaged")


def test_a_missing_table_version_is_named(ready, place) -> None:
    (place / "hub/tables/units/_delta_log/00000000000000000000.json").unlink()
    ran = ready("tool", "describe_hub", "--json")
    assert "'units'" in refused(ran, place, 5, "hub_damaged")


def test_ctrl_c_in_the_middle_of_an_ingest_leaves_the_hub_as_it_was(ready, place) -> None:
    ready("simulate", "--out", "plant", "--units", "20000")
    command = [sys.executable, "-c", "from apps.cli import main; main()", "ingest", "plant"]
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    try:
        while not list((place / "hub").glob("work-*")):
            assert process.poll() is None, "the ingest ended before it could be interrupted"
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert commit_number(place) == 1
    assert sorted(p.name for p in (place / "hub").iterdir() if p.name != "staged.txt") == [
        "commits",
        "hub.json",
        "lease",
        "tables",
    ]


def hold_lease(hub: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with Hub(hub).transaction():
        ready.set()
        time.sleep(60)


def test_a_second_ingest_waits_and_then_says_who_is_at_work(ready, place) -> None:
    folder = place / "ex"
    folder.mkdir()
    (folder / "suppliers.csv").write_text(SUPPLIERS)
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    holder = context.Process(target=hold_lease, args=(place / "hub", started), daemon=True)
    holder.start()
    assert started.wait(30)
    try:
        ran = ready("ingest", folder, "--wait", "0.3", "--json")
        assert f"process {holder.pid}" in refused(ran, place, 5, "hub_busy")
    finally:
        holder.kill()
        holder.join()
    assert ready("ingest", folder, "--json").json["accepted"] == 1


def test_two_ingests_at_once_both_come_in(ready, place) -> None:
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    processes = []
    for name in "ab":
        folder = place / name
        folder.mkdir()
        (folder / "suppliers.csv").write_text(f"supplier_id,name\nS-{name},x\n")
        command = [sys.executable, "-c", "from apps.cli import main; main()", "ingest", name]
        processes.append(subprocess.Popen(command, env=env, stderr=subprocess.PIPE))
    assert [process.wait(60) for process in processes] == [0, 0]
    with Hub(place / "hub").snapshot(everything()) as snapshot:
        found = snapshot.run("SELECT supplier_id FROM suppliers ORDER BY 1", {})
    assert found.column("supplier_id") == ["S-a", "S-b"]


def test_an_unknown_user_is_named_with_near_names(ready, place) -> None:
    ran = ready("tool", "describe_hub", "--as", "enginer", "--json")
    assert "enginer" in refused(ran, place, 4, "unknown_user")
    assert "engineer" in ran.json["next_step"]


def test_a_principal_without_regions_sees_nothing_and_is_told_whom_to_ask(ready, place) -> None:
    users = place / "state/users.yaml"
    users.write_text(users.read_text() + "  newcomer: {roles: [viewer]}\n")
    ran = ready("tool", "describe_hub", "--as", "newcomer", "--json")
    assert "no region" in refused(ran, place, 4, "not_permitted")


def test_without_a_hub_the_next_step_is_init(andon) -> None:
    ran = andon("tool", "describe_hub", "--json")
    assert ran.code in (2, 5)
    assert "andon init" in ran.json["next_step"]


@pytest.mark.parametrize(
    ("arguments", "code", "name"),
    [
        (("tool", "describe_hbu"), 6, "unknown_name"),
        (("tool", "describe_hub", "{"), 2, "bad_argument"),
        (("tool", "describe_hub", "[]"), 2, "bad_argument"),
        (("tool", "describe_hub", '{"nonsense": 1}'), 2, "invalid_argument"),
        (("tool", "trace_unit", '{"serial": "NONE"}'), 6, "unknown_name"),
        (("evidence", "E-AAAAAAAAAA"), 6, "unknown_name"),
        (("tool", "describe_hub", "--as-of", "yesterday"), 2, "bad_argument"),
        (("simulate", "--out", "x", "--world", "moon"), 2, "bad_argument"),
        (("nonsense",), 2, "bad_argument"),
    ],
)
def test_a_wrong_call_is_answered_with_its_documented_exit_code(
    ready, arguments, code, name
) -> None:
    ran = ready(*arguments, "--json")
    assert (ran.code, ran.json["code"]) == (code, name)
    assert ran.json["next_step"]


def test_a_fixed_clock_that_is_no_time_is_named(andon, monkeypatch) -> None:
    monkeypatch.setenv("ANDON_NOW", "soon")
    ran = andon("init", "--json")
    assert (ran.code, ran.json["code"]) == (2, "bad_argument")


def everything():
    from tests.conftest import EVERYTHING

    return EVERYTHING
