"""`andon unseal`: a customer's own words, for the person who must answer that customer."""

from typing import Annotated

import typer

from apps.options import HubOption, JsonOption, UserOption, wiring
from apps.render import OUT, escape, print_json
from domain.errors import NoData, NotPermitted, UnknownName

IdArgument = Annotated[str, typer.Argument(help="Identifier of the feedback.")]
PURPOSE = "person_request"


def unseal(
    feedback_id: IdArgument,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open the sealed words of one feedback; only roles that may see personal data can."""
    from services.hub.ingest.protect import bound_to

    parts = wiring(hub, user)
    scope = parts.policy.scope_of(parts.principal, None, PURPOSE)
    if "personal" not in scope.classes:
        raise NotPermitted(
            f"{parts.principal.id} may not see personal data",
            next_step="ask someone with the role privacy_officer",
        )
    with parts.hub.snapshot(scope) as snapshot:
        rows = snapshot.query("sealed_words", feedback_id=feedback_id).values
    if not rows:
        raise UnknownName("feedback", feedback_id, (), "search_feedback")
    if rows[0][0] is None:
        raise NoData(f"feedback {feedback_id} came without words")
    words = parts.vault.unseal(str(rows[0][0]), bound_to(feedback_id))
    if as_json:
        print_json({"schema": "andon.unsealed/1", "feedback_id": feedback_id, "text": words})
    else:
        OUT.print(escape(words))
