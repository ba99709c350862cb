"""Builds everything once. Nothing else reads the clock, or a secret from the environment."""

import copy
import os
import sys
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property, partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from apps.settings import Settings
from apps.vision_wiring import vision_of
from domain.errors import BadArgument, HubUnavailable
from domain.records.asked import Asked
from domain.records.evidence import Versions
from domain.records.knowledge import Knowledge
from domain.records.policy import Principal, Scope
from memory.bundle import Conversations, Memory
from memory.casebook import Casebook
from memory.evidence import EvidenceStore
from memory.knowledge import learnt
from memory.ledger import Ledger
from memory.schema import make_ready
from services.bundle import Services
from services.database import open_database
from services.hub.hub import Hub
from services.jobs.jobs import Jobs
from services.messaging.messenger import Messenger, Surroundings
from services.messaging.routing import FILE_NAME as MESSAGING_FILE
from services.messaging.routing import Messaging
from services.policy.access import ChannelScope, Policy
from services.policy.actions import ActionPolicy
from services.policy.channels import FILE_NAME as CHANNELS_FILE
from services.policy.channels import Channels
from services.policy.people import People
from services.policy.personal import Deidentifier, contains_personal
from services.policy.vault import Vault
from tools.tool import ToolContext

if TYPE_CHECKING:
    from graphs.run import Run
    from services.model.chat import ChatModel


class Wiring:
    """The parts of the running program, made when first used."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def now(self) -> datetime:
        """The moment that "now" is (UTC)."""
        return self.settings.now or datetime.now(UTC)

    @cached_property
    def hub(self) -> Hub:
        """The opened hub."""
        return Hub(self.settings.hub)

    @cached_property
    def vault(self) -> Vault:
        """Keys for tokens and sealed fields."""
        return Vault.open(self.settings.state)

    @cached_property
    def policy(self) -> Policy:
        """The access policy: the user's own beside the users file, else the shipped one."""
        own = self.settings.config / "policy.yaml"
        return Policy.load(own) if own.exists() else Policy.default()

    @cached_property
    def services(self) -> Services:
        """What tools may reach outside the process."""
        return Services(
            self.hub, self.policy.version, self.settings.config, partial(vision_of, self)
        )

    @cached_property
    def action_policy(self) -> ActionPolicy:
        """Who may approve what: the user's own rules beside the users file, else the shipped."""
        own = self.settings.config / "actions.yaml"
        return ActionPolicy.load(own, self.policy.roles) if own.exists() else ActionPolicy.default()

    @cached_property
    def ledger(self) -> Ledger:
        """Cases, proposals, outbox and audit."""
        return Ledger(self._database, self.action_policy)

    @cached_property
    def people(self) -> People:
        """The people of the users file."""
        path = self.settings.config / "users.yaml"
        if not path.exists():
            raise BadArgument(
                f"there is no users file at {path}",
                next_step="make one with `andon init`, or point ANDON_CONFIG at yours",
            )
        return People.load(path, self.policy)

    @cached_property
    def principal(self) -> Principal:
        """Who asks."""
        return self.people.principal(self.settings.user)

    @cached_property
    def scope(self) -> Scope:
        """What the asker may see."""
        return self.policy.scope_of(self.principal, None)

    @cached_property
    def memory(self) -> Memory:
        """What was found before."""
        casebook = Casebook(self.ledger, self.action_policy, self.now)
        return Memory(evidence=EvidenceStore(self._database), casebook=casebook)

    @cached_property
    def conversations(self) -> Conversations:
        """What was asked, and where each conversation stands."""
        return Conversations.open(self._database, self.settings.state)

    @cached_property
    def jobs(self) -> Jobs:
        """What is to be done later."""
        make_ready(self._database)
        return Jobs(self._database)

    @cached_property
    def messaging(self) -> Messaging:
        """Who is reached how: the user's own file beside the users file, else the shipped one."""
        own = self.settings.config / MESSAGING_FILE
        return Messaging.load(own) if own.exists() else Messaging.default()

    @cached_property
    def channels(self) -> Channels:
        """Which chat accounts and channels are linked to whom; without a file, none."""
        return Channels.load(self.settings.config / CHANNELS_FILE)

    @cached_property
    def messenger(self) -> Messenger:
        """The ways out.

        Raises:
            BadArgument: a secret that a target needs is not in the environment.
        """
        around = Surroundings(
            state=self.settings.state.resolve(),
            secret=os.environ.get,
            now=self.now,
            write=_shown,
            outside=self.channels.external,
        )
        return Messenger.open(self.messaging.settings, around)

    @cached_property
    def model(self) -> "ChatModel | None":
        """The language model; none if none is configured.

        Raises:
            BadArgument: its address, key or prices cannot be used.
        """
        if self.settings.model is None:
            return None
        from apps.model_wiring import chat_model

        return chat_model(self.settings)

    def open_shared(self) -> "Wiring":
        """Make what all askers share now, so that `speaking_as` hands it on; returns itself.

        Raises:
            AndonError: hub, users file, database, messaging or model cannot be used.
        """
        for _ in (self.hub, self.vault, self.services, self.people, self.memory, self.model):
            pass
        for _ in (self.conversations, self.jobs, self.messenger):
            pass
        return self

    def speaking_as(self, principal: Principal, channel: ChannelScope | None = None) -> "Wiring":
        """The same opened parts for another asker, who sees no more than the channel carries."""
        one = copy.copy(self)
        told = {} if channel is None else {"channel": channel.name}
        one.__dict__["principal"] = principal.model_copy(update=told)
        one.__dict__["scope"] = self.policy.scope_of(principal, channel)
        return one

    async def close_model(self) -> None:
        """Let go of the model's connections, if there are any."""
        if "model" in self.__dict__ and self.model is not None:
            await self.model.close()

    def without_personal(self, text: str) -> str:
        """A request with tokens in the place of personal strings."""
        return Deidentifier(self.vault).clean(text).text if contains_personal(text) else text

    def run(self, asked: Asked, *, run_id: str, thread_id: str) -> "Run":
        """What one request may use.

        Raises:
            AndonError: the hub, the users file or the model's settings cannot be used.
        """
        from agents.roster import AGENTS
        from graphs.run import Run

        if asked.plan_only:
            tools, as_of = None, asked.as_of or self.now().date()
            commit, policy = "", ""
        else:
            tools = replace(self.context(as_of=asked.as_of), run_id=run_id)
            as_of = tools.snapshot.as_of
            commit, policy = tools.snapshot.commit.commit_id, self.policy.version
        return Run(
            run_id=run_id,
            thread_id=thread_id,
            as_of=as_of,
            as_of_given=asked.as_of is not None,
            tools=tools,
            agents=AGENTS,
            versions=Versions(hub_commit=commit, policy=policy, code=f"andon/{version('andon')}"),
            model=self.model,
            learnt=partial(self._learnt, as_of),
        )

    def _learnt(self, on: date, symptom: str) -> tuple[Knowledge, ...]:
        """What cases closed by that day taught about a symptom."""
        with self.ledger.read() as connection:
            return tuple(learnt(connection, symptom=symptom, on=on, scope=self.scope))

    def context(self, *, as_of: date | None = None, commit_id: str | None = None) -> ToolContext:
        """What a tool call receives, on one snapshot."""
        scope = self.scope
        return ToolContext(
            principal=self.principal,
            snapshot=self.hub.snapshot(scope, commit_id=commit_id, as_of=as_of),
            services=self.services,
            memory=self.memory,
            run_id=f"R-{uuid.uuid4().hex[:12]}",
        )

    @cached_property
    def _database(self) -> Engine:
        if self.settings.database_url:
            return _named_database(self.settings.database_url)
        try:
            return open_database(self.settings.state.resolve() / "memory.sqlite")
        except OSError as error:
            raise HubUnavailable(
                f"cannot write to {self.settings.state}: {error.strerror}",
                next_step="mend the folder's permissions, or point ANDON_STATE elsewhere",
            ) from error


def _named_database(url: str) -> Engine:
    try:
        return create_engine(url)
    except ModuleNotFoundError as error:
        raise BadArgument(
            f"ANDON_DATABASE_URL needs a driver that is not installed: {error.name}",
            next_step="install `andon[postgres]`",
        ) from error
    except SQLAlchemyError as error:
        raise BadArgument(f"ANDON_DATABASE_URL cannot be used: {error}") from error


def _shown(text: str) -> None:
    sys.stderr.write(f"{text}\n")
