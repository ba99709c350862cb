"""Who may approve what, and what runs of the house may record by themselves: policy data."""

from collections.abc import Collection
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from domain.contract import Contract
from domain.errors import BadArgument, NotPermitted
from domain.records.policy import Principal
from domain.records.proposal import PAYLOADS
from services.policy.rule_file import version_of

ANY = "*"
HOUSE = "andon:"
"""Begins the name of a run of the house; who bears such a name decides nothing."""
CaseDuty = Literal["work", "lower"]


class ProposalRule(Contract):
    """Who may approve one kind of proposal."""

    risk: str
    """What could go wrong."""
    approvers: tuple[str, ...] = Field(min_length=1)
    """Roles that may approve or reject."""
    needed: int = Field(ge=1, le=5)
    """Different people who must approve (count)."""
    own: bool = False
    """Whether the proposer may be one of them."""
    expires_hours: int = Field(ge=1, le=8760)
    """How long it waits (h)."""


class StandingOrder(Contract):
    """Something that runs of the house may record without asking."""

    order: str
    """Name of the order."""
    says: str
    """What it allows, in words."""
    actions: tuple[str, ...]
    """Actions as the audit names them, for example `case.opened`."""
    by: tuple[str, ...]
    """Runs of the house that may act under it."""
    expires: date
    """Last day it holds."""


class CaseRules(Contract):
    """Roles of people who may change a case that they see; nobody, where none is named."""

    work: tuple[str, ...] = ()
    """Who may own a case, write into it, record a fix and propose."""
    lower: tuple[str, ...] = ()
    """Who may lower its severity."""


class DataRules(Contract):
    """Roles of people who may change the data from afar; nobody, where none is named."""

    ingest: tuple[str, ...] = ()
    """Who may take files in."""


class _Rules(Contract):
    proposals: dict[str, ProposalRule]
    cases: CaseRules = CaseRules()
    data: DataRules = DataRules()
    standing_orders: tuple[StandingOrder, ...]


class ActionPolicy:
    """One version of the rules; `ActionPolicy.default` is the shipped one."""

    def __init__(self, rules: _Rules, version: str) -> None:
        self._rules = rules
        self.version = version
        """Start of the SHA-256 of the rules file; an approval names it."""

    @classmethod
    def default(cls) -> "ActionPolicy":
        """The rules that are shipped."""
        return _default()

    @classmethod
    def load(cls, path: Path, roles: Collection[str]) -> "ActionPolicy":
        """Read a rules file.

        Args:
            path: the YAML file.
            roles: the roles that there are; a rule that names another would be nobody's.

        Raises:
            BadArgument: it cannot be read, is no YAML, lacks a kind of proposal, or names an
                unknown role.
        """
        try:
            found = _read(path.read_bytes(), path)
        except OSError as error:
            raise _wrong(path, f"it cannot be read: {error.strerror}") from error
        unknown = sorted(found.roles - set(roles))
        if unknown:
            raise _wrong(path, f"unknown role {unknown[0]!r}; roles: {', '.join(sorted(roles))}")
        return found

    @property
    def roles(self) -> frozenset[str]:
        """Roles that may approve something, or change a case or the data."""
        rules = self._rules
        approving = (role for one in rules.proposals.values() for role in one.approvers)
        return frozenset((*approving, *rules.cases.work, *rules.cases.lower, *rules.data.ingest))

    def rule(self, kind: str) -> ProposalRule:
        """The rule for one kind of proposal; every kind has one."""
        return self._rules.proposals[kind]

    def check_case(self, principal: Principal, doing: CaseDuty) -> None:
        """Make sure that a person may do something to a case.

        Raises:
            NotPermitted: none of their roles may.
        """
        may: tuple[str, ...] = getattr(self._rules.cases, doing)
        if set(principal.roles) & set(may):
            return
        what = {"work": "change a case", "lower": "lower the severity of a case"}[doing]
        raise NotPermitted(
            f"{principal.id} may not {what}: {' or '.join(may) or 'nobody'} may",
            holds="nothing was changed",
            next_step="ask one of them; `andon case` shows who has it in hand",
        )

    def check_ingest(self, principal: Principal) -> None:
        """Make sure that a person may take data in: it concerns all, so they must see all.

        Raises:
            NotPermitted: none of their roles may, or they see a part of the data only.
        """
        may = self._rules.data.ingest
        whole = ANY in principal.regions and ANY in principal.suppliers
        if whole and set(principal.roles) & set(may):
            return
        who = " or ".join(may) or "nobody"
        raise NotPermitted(
            f"{principal.id} may not take data in: {who}, with every region and supplier, may",
            holds="the hub is as it was",
            next_step="ask one of them, or the operator (`andon ingest`)",
        )

    def has_order(self, action: str) -> bool:
        """Whether any standing order speaks of an action."""
        return any(action in one.actions for one in self._rules.standing_orders)

    def check_record(self, action: str, by: str, on: date) -> str:
        """The standing order under which a run may record something.

        Args:
            action: as the audit names it, for example `case.opened`.
            by: who records; a person needs no standing order.
            on: the day.

        Returns:
            Name of the order; empty for a person.

        Raises:
            NotPermitted: no order allows it.
        """
        if not by.startswith(HOUSE):
            return ""
        for one in self._rules.standing_orders:
            if action in one.actions and by in one.by and on <= one.expires:
                return one.order
        raise NotPermitted(
            f"no standing order lets {by} do {action} on {on}",
            holds="nothing was recorded",
            next_step="have the keeper of actions.yaml add or renew an order",
        )


@cache
def _default() -> ActionPolicy:
    resource = files("services.policy") / "actions.yaml"
    return _read(resource.read_bytes(), Path("actions.yaml"))


def _read(raw: bytes, path: Path) -> ActionPolicy:
    try:
        rules = _Rules.model_validate(yaml.safe_load(raw))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _wrong(path, f"it is no YAML: {error.problem}", line) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _wrong(path, "it is no YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise _wrong(path, f"{place}: {first['msg']}") from error
    if rules.proposals.keys() != PAYLOADS.keys():
        odd = ", ".join(sorted(rules.proposals.keys() ^ PAYLOADS.keys()))
        raise _wrong(path, f"it must have a rule for each kind of proposal and no other: {odd}")
    return ActionPolicy(rules, version_of(raw))


def _wrong(path: Path, reason: str, line: int | None = None) -> BadArgument:
    place = f"{path}, line {line}" if line else str(path)
    return BadArgument(
        f"rules of actions {place}: {reason}",
        holds="the rules in force are as they were",
        next_step="correct the file",
        where=(path, line),
    )
