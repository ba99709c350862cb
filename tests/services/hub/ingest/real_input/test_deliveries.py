"""Order lines of a supply chain: promised against delivered, by supplier and year."""

from datetime import UTC, datetime

from services.hub.ingest.load import ingest
from tests.conftest import EVERYTHING

NOW = datetime(2026, 11, 22, tzinfo=UTC)
COMPARABLE = "promised_on IS NOT NULL AND delivered_on IS NOT NULL"


def test_all_order_lines_are_deliveries_with_their_suppliers_and_parts(taken) -> None:
    data = taken("scms")
    assert data.counts == (10_324, 10_324, 0, 0)
    assert data.rows(
        "SELECT (SELECT count(*) FROM deliveries), (SELECT count(*) FROM suppliers),"
        " (SELECT count(*) FROM parts), (SELECT count(quantity) FROM deliveries)"
    ) == [(10_324, 73, 184, 10_324)]


def test_the_share_of_late_lines_is_the_documented_one(taken) -> None:
    ((late, days),) = taken("scms").rows(
        "SELECT avg((delivered_on > promised_on)::INT), avg(delivered_on - promised_on)"
        f" FILTER (delivered_on > promised_on) FROM deliveries WHERE {COMPARABLE}"
    )
    assert round(late, 4) == 0.1149
    assert round(days, 1) == 21.4


def test_late_shares_of_suppliers_with_many_lines_are_the_documented_ones(taken) -> None:
    found = taken("scms").rows(
        "SELECT supplier_id, count(*), round(avg((delivered_on > promised_on)::INT), 4) AS late"
        f" FROM deliveries WHERE {COMPARABLE} GROUP BY supplier_id HAVING count(*) >= 50"
        " ORDER BY late DESC LIMIT 4"
    )
    assert found == [
        ("SCMS from RDC", 5404, 0.1715),
        ("Aurobindo Pharma Limited", 668, 0.1407),
        ("CIPLA LIMITED", 175, 0.1314),
        ("Orgenics, Ltd", 754, 0.1300),
    ]


def test_the_worst_year_is_the_documented_one(taken) -> None:
    found = taken("scms").rows(
        "SELECT year(promised_on) AS y, round(avg((delivered_on > promised_on)::INT), 4) AS late"
        f" FROM deliveries WHERE {COMPARABLE} GROUP BY y ORDER BY late DESC LIMIT 1"
    )
    assert found == [(2011, 0.2354)]


def test_the_own_warehouse_is_marked_so_that_no_supplier_is_blamed(taken) -> None:
    names = dict(taken("scms").rows("SELECT supplier_id, name FROM suppliers"))
    assert names.pop("SCMS from RDC") == "SCMS from RDC (own warehouse)"
    assert all(name == supplier for supplier, name in names.items())


def test_countries_become_codes_even_where_accents_or_commas_stand(taken) -> None:
    found = dict(
        taken("scms").rows(
            "SELECT to_country, count(*) FROM shipments s JOIN deliveries d"
            " ON s.shipment_id = d.delivery_id AND s.at::DATE = d.delivered_on GROUP BY to_country"
        )
    )
    assert sum(found.values()) == 10_324
    assert len(found) == 43
    assert (found["CI"], found["ZA"], found["NG"]) == (1083, 1406, 1194)
    assert "CD" in found


def test_a_date_not_captured_is_no_date_and_an_unknown_country_is_rejected(
    hub, vault, tmp_path
) -> None:
    head = (
        "ID\tCountry\tScheduled Delivery Date\tDelivered to Client Date\tProduct Group\t"
        "Sub Classification\tVendor\tItem Description\tLine Item Quantity\n"
    )
    body = (
        "1\tHaiti\tDate Not Captured\t2-Jun-06\tA\tB\tAcme\tKit\t5\n"
        "2\tAtlantis\t1-Jun-06\t2-Jun-06\tA\tB\tAcme\tKit\t5\n"
    )
    path = tmp_path / "SCMS_Delivery_History_Dataset.csv"
    path.write_text(head + body)
    report = ingest(hub, path, vault, now=NOW, mapping="scms")
    assert (report.read, report.accepted, report.quarantined) == (2, 1, 1)
    assert report.files[0].rules == {"map": 1}
    with hub.snapshot(EVERYTHING) as snapshot:
        found = snapshot.run("SELECT promised_on, delivered_on::VARCHAR FROM deliveries", {})
    assert (None, "2006-06-02") in found.values
