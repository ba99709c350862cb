"""What a commit may not carry: addresses of registries, paths of one machine, secrets."""

import re
import tomllib

# Written in pieces, so that this file does not carry what it forbids.
REGISTRY = re.compile("|".join(("py" + r"pi\.org", "pythonh" + r"osted\.org", "npm" + r"js\.")))
MACHINE_PATH = re.compile(
    r"(?<![\w.~-])/(" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me")) + ")/"
)


def test_no_file_names_a_registry_or_a_path_of_one_machine(kept_files, root) -> None:
    found = []
    for name in kept_files:
        text = (root / name).read_text(encoding="utf-8", errors="ignore")
        for line, content in enumerate(text.splitlines(), 1):
            if any(rule.search(content) for rule in (REGISTRY, MACHINE_PATH)):
                found.append(f"{name}:{line} {content.strip()[:80]}")
    assert found == []


def test_no_lock_file_with_addresses_is_kept(kept_files) -> None:
    locks = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"}
    assert [name for name in kept_files if name.rsplit("/", 1)[-1] in locks] == []


def test_no_key_database_or_hub_is_kept(kept_files) -> None:
    secret = re.compile(r"(keys\.json|\.sqlite|\.duckdb|\.parquet|hub\.json|\.env)$")
    assert [name for name in kept_files if secret.search(name)] == []


def test_the_licence_is_the_one_that_the_project_declares(project, root) -> None:
    text = (root / "LICENSE").read_text(encoding="utf-8")
    assert project["project"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability." in text


def test_the_newest_change_is_of_the_version_that_is_built(project, root) -> None:
    heads = re.findall(r"^## (\S+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert heads[0] == project["project"]["version"]


def test_the_project_file_names_no_registry_to_install_from(root) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    uv = project["tool"]["uv"]
    assert {"index", "index-url", "extra-index-url", "find-links"} & uv.keys() == set()
