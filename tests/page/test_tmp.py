def test_x(explained, live):
    print(explained["cause"]["verdict"], len(explained["cause"]["ranked_causes"]), explained["limits"], explained["text"])
    for q in ("Why do customers report water leaks?", "Why do the refrigerators not cool?", "Why do units have no power?"):
        from tests.page.conftest import _asked
        a=_asked(live,q); print(q, a["cause"] and len(a["cause"]["ranked_causes"]), a["limits"])
    with live.client() as c:
        print(c.get("/digests").json()["digests"][:1])
