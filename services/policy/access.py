"""What a principal sees, and what may be sent where: decided by policy data, denied by default."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from domain.contract import Contract
from domain.errors import BadArgument, InvalidArgument, NotPermitted
from domain.records.policy import DATA_CLASSES, DataClass, Principal, Scope
from services.policy.rule_file import version_of

ANY = "*"
SAME = "same"


class ChannelScope(Contract):
    """What a channel is for; it narrows whoever speaks in it."""

    name: str
    """Name of the channel."""
    regions: tuple[str, ...] = (ANY,)
    """Regions the channel is for; `*` stands for all."""
    suppliers: tuple[str, ...] = (ANY,)
    """Suppliers the channel is for; `*` stands for all."""
    external: bool = False
    """True: people of another company read along."""


class Grant(Contract):
    """The data classes that a role sees or a purpose needs."""

    says: str
    """What the role or purpose is."""
    classes: tuple[DataClass, ...]
    """Data classes."""


class ChannelClasses(Contract):
    """The data classes that each sort of channel may carry."""

    internal: tuple[DataClass, ...]
    """Channels of our own people."""
    external: tuple[DataClass, ...]
    """Channels that others read."""


class FlowRule(Contract):
    """One row of the allow-list."""

    rule: str
    """Name of the row."""
    says: str
    """Why it is allowed."""
    classes: tuple[DataClass, ...]
    """Data classes it allows."""
    origins: tuple[str, ...] = Field(alias="from")
    """Countries or groups the data comes from; `*` stands for any."""
    destinations: tuple[str, ...] = Field(alias="to")
    """Countries or groups it may go to; `*` stands for any, `same` for the origin."""
    purposes: tuple[str, ...]
    """Purposes it allows; `*` stands for any."""
    since: date | None = None
    """First day it holds."""
    expires: date
    """Last day it holds."""


class Decision(Contract):
    """Whether a flow is allowed, and by what."""

    allowed: bool
    """True: it may be sent."""
    reason: str
    """Why, in words."""
    rule: str | None
    """The row of the allow-list that allowed it, or that would have on another day."""


class Rules(Contract):
    """The content of a policy file."""

    roles: dict[str, Grant]
    """What roles see."""
    purposes: dict[str, Grant]
    """What purposes need."""
    channels: ChannelClasses
    """What channels carry."""
    groups: dict[str, tuple[str, ...]] = {}
    """Names for sets of countries."""
    flows: tuple[FlowRule, ...] = ()
    """The allow-list."""


class Policy:
    """One version of the policy; `Policy.default` is the shipped one."""

    def __init__(self, rules: Rules, version: str) -> None:
        self._rules = rules
        self.version = version
        """Start of the SHA-256 of the policy file; evidence names it."""

    @classmethod
    def default(cls) -> "Policy":
        """The policy that is shipped."""
        return _default()

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """Read a policy file.

        Raises:
            BadArgument: the file cannot be read, or is not a policy.
        """
        try:
            return _read(path.read_bytes(), path)
        except OSError as error:
            raise _wrong(path, f"it cannot be read: {error}") from error

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the roles."""
        return tuple(self._rules.roles)

    @property
    def purposes(self) -> tuple[str, ...]:
        """Names of the purposes."""
        return tuple(self._rules.purposes)

    def scope_of(
        self, principal: Principal, channel: ChannelScope | None, purpose: str = "quality_analysis"
    ) -> Scope:
        """What a principal sees here and now: person, channel and purpose, whichever is narrower.

        Raises:
            InvalidArgument: the purpose is not in the policy.
            NotPermitted: person and channel share no region, or no supplier.
        """
        needed = self._purpose(purpose).classes
        place = channel or ChannelScope(name="direct")
        carried = self._rules.channels.external if place.external else self._rules.channels.internal
        granted = {"public"}.union(
            *(self._rules.roles[role].classes for role in principal.roles if role in self.roles)
        )
        return Scope(
            regions=_shared("region", principal.id, principal.regions, place.regions),
            suppliers=_shared("supplier", principal.id, principal.suppliers, place.suppliers),
            classes=tuple(c for c in DATA_CLASSES if c in granted and c in needed and c in carried),
        )

    def may_send(
        self, data_class: DataClass, origin: str, destination: str, purpose: str, on: date
    ) -> Decision:
        """Whether data of a class may go from one country to another for a purpose on a day.

        Args:
            data_class: class of the most sensitive value in it.
            origin: country the data comes from (ISO 3166-1 alpha-2).
            destination: country it would go to.
            purpose: a purpose of the policy.
            on: the day of sending.

        Raises:
            InvalidArgument: the purpose is not in the policy.
        """
        self._purpose(purpose)
        fitting = [
            rule
            for rule in self._rules.flows
            if data_class in rule.classes
            and (ANY in rule.purposes or purpose in rule.purposes)
            and self._within(origin, rule.origins, origin)
            and self._within(destination, rule.destinations, origin)
        ]
        for rule in fitting:
            if (rule.since or on) <= on <= rule.expires:
                return Decision(allowed=True, reason=rule.says, rule=rule.rule)
        if fitting:
            rule = fitting[-1]
            days = f"{rule.since or 'its start'} to {rule.expires}"
            reason = f"rule {rule.rule} holds from {days}, not on {on}"
            return Decision(allowed=False, reason=reason, rule=rule.rule)
        flow = f"{data_class} data from {origin} to {destination} for {purpose}"
        return Decision(allowed=False, reason=f"no rule allows {flow}", rule=None)

    def _within(self, country: str, places: tuple[str, ...], origin: str) -> bool:
        if ANY in places or country in places or (SAME in places and country == origin):
            return True
        return any(country in self._rules.groups.get(place, ()) for place in places)

    def _purpose(self, purpose: str) -> Grant:
        if purpose not in self._rules.purposes:
            raise InvalidArgument(
                f"unknown purpose {purpose!r}", next_step=f"use one of {', '.join(self.purposes)}"
            )
        return self._rules.purposes[purpose]


def _shared(
    kind: str, who: str, person: tuple[str, ...], channel: tuple[str, ...]
) -> tuple[str, ...]:
    if ANY in person:
        shared = set(channel)
    elif ANY in channel:
        shared = set(person)
    else:
        shared = set(person) & set(channel)
    if not shared:
        raise NotPermitted(
            f"{who!r} and this channel have no {kind} in common",
            holds="nothing was read",
            next_step=f"ask in a channel of one of your own {kind}s",
        )
    return (ANY,) if ANY in shared else tuple(sorted(shared))


@cache
def _default() -> Policy:
    resource = files("services.policy") / "policy.yaml"
    return _read(resource.read_bytes(), Path("policy.yaml"))


def _read(raw: bytes, path: Path) -> Policy:
    try:
        # The base loader reads scalars as text: NO is Norway here.
        rules = Rules.model_validate(yaml.load(raw, Loader=yaml.BaseLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _wrong(path, f"it is no YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise _wrong(path, "it is no YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(path, f"{_dotted(first['loc'])}: {first['msg']}") from error
    return Policy(rules, version_of(raw))


def _dotted(location: Iterable[object]) -> str:
    return ".".join(map(str, location)) or "the file"


def _wrong(path: Path, reason: str, line: int | None = None) -> BadArgument:
    return BadArgument(
        f"policy file {path}: {reason}",
        holds="the policy in force is as it was",
        next_step="correct the policy file",
        where=(path, line),
    )
