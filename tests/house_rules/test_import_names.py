"""Our packages bear ordinary words: nobody else's may stand in their place."""

from importlib.metadata import packages_distributions


def test_no_other_distribution_installs_a_package_of_our_names(packages) -> None:
    owners = packages_distributions()
    foreign = {
        name: sorted(set(owners.get(name, ())) - {"andon"})
        for name in packages
        if set(owners.get(name, ())) - {"andon"}
    }
    assert foreign == {}


def test_imports_of_our_names_find_our_folders(packages, root) -> None:
    found = {name: __import__(name).__path__[0] for name in packages}
    assert found == {name: str(root / name) for name in packages}
