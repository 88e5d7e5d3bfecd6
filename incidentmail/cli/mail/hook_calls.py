"""Show, retry and drop hook calls, as `outbox` does with mail. Their numbers begin with `h`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import click

from incidentmail.app.context import AppContext
from incidentmail.app.hooks.deliver import deliver_to_hooks
from incidentmail.cli.common import NUMBER_DIGITS_MAX, print_json, say
from incidentmail.cli.main import TEMPORARY_FAILURE
from incidentmail.core.facts import json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.errors import UsageError
from incidentmail.ledger.deliveries import Delivery

FAILED_FOR_GOOD = 69
DROPPED = "dropped by the operator"
LOOK = "'incidentmail outbox list' shows them; with --all also those that were done"


def number_of(which: str) -> int | None:
    """Return the number of a hook call, such as `h12`, or None if `which` names something else."""
    found = re.fullmatch(rf"h(\d{{1,{NUMBER_DIGITS_MAX}}})", which.strip().lower(), re.ASCII)
    return int(found[1]) if found else None


def line_json(one: Delivery) -> dict[str, JsonValue]:
    """Return one hook call as JSON, in the form used in lists."""
    return {
        "number": f"h{one.id}",
        "hook": one.hook,
        "event": one.event,
        "incident": one.incident,
        "id": one.name,
        "state": one.state,
        "attempts": one.attempts,
        "last_error": one.last_error,
        "queued_at": json_time(one.queued_at),
        "next_attempt_at": json_time(one.next_attempt_at) if one.state == "queued" else None,
        "sent_at": json_time(one.sent_at),
    }


def list_calls(calls: Iterable[Delivery], *, as_json: bool) -> None:
    """Print hook calls, one after the other."""
    for one in calls:
        if as_json:
            print_json(line_json(one))
            continue
        tried = f", {_tried(one)}" if one.attempts else ""
        say(f"{f'h{one.id}':>4}  {one.state}{tried}, to the hook {one.hook}: {one.event} of {one.incident}")
        if one.last_error:
            say(f"    {one.last_error}")


def show_call(context: AppContext, number: int, *, as_json: bool, raw: bool) -> None:
    """Print one hook call and its JSON payload. Raise UsageError if there is no such call."""
    one = _find(context, number)
    if as_json:
        print_json({**line_json(one), "payload": None if one.payload is None else json.loads(one.payload)})
        return
    if not raw:
        list_calls([one], as_json=False)
    if one.payload is None:
        say("the hook has it, so its text was removed", err=True)
    else:
        click.echo(one.payload if raw else json.dumps(json.loads(one.payload), indent=2, ensure_ascii=True))


def retry_calls(context: AppContext, numbers: list[int]) -> int:
    """Retry these calls now, along with any calls queued before them. Return the exit code."""
    found = [_find(context, number) for number in numbers]
    for one in found:
        if one.payload is None:
            raise UsageError(f"h{one.id}: the hook {one.hook} has it", hint="no command calls a hook twice")
        if one.hook not in [hook.name for hook in context.config.settings.hook]:
            raise UsageError(
                f"h{one.id}: no hook is called {one.hook}", hint=f'add [[hook]] with name = "{one.hook}", or drop it'
            )
    with context.ledger.transaction() as tx:
        tx.requeue_deliveries(at=context.now(), only=numbers)
    return report_calls(deliver_to_hooks(context, only=[one.hook for one in found]))


def drop_call(context: AppContext, number: int) -> None:
    """Give up a hook call. Raise UsageError if that is not possible."""
    one = _find(context, number)
    with context.ledger.transaction() as tx:
        dropped = tx.drop_delivery(number, why=DROPPED, at=context.now())
    if not dropped:
        done = {"sent": "the hook has it", "dropped": "it was dropped before"}.get(one.state, "it is being made now")
        raise UsageError(f"h{number}: {done}", hint=LOOK)
    say(f"dropped h{number} to the hook {one.hook}: {one.event} of {one.incident}")


def report_calls(calls: Iterable[Delivery], *, quiet: bool = False) -> int:
    """Print the results of hook calls. Return the exit code."""
    code = 0
    for one in calls:
        about = f"{one.event} of {one.incident}"
        if one.state == "sent":
            if not quiet:
                say(f"the hook {one.hook} was told: {about}")
            continue
        if one.state == "dropped":
            continue  # the hook may not be told any more, so there is nothing to do
        again = f"; again at {one.next_attempt_at:%H:%M:%S} UTC" if one.state == "queued" else ""
        say(f"incidentmail: warning: the hook {one.hook} was not told: {about}: {one.last_error}{again}", err=True)
        code = max(code, TEMPORARY_FAILURE) if one.state == "queued" else code or FAILED_FOR_GOOD
    return code


def _find(context: AppContext, number: int) -> Delivery:
    with context.ledger.snapshot() as view:
        found = view.delivery(number)
    if found is None:
        raise UsageError(f"no call to a hook has the number h{number}", hint=LOOK)
    return found


def _tried(one: Delivery) -> str:
    return "tried once" if one.attempts == 1 else f"tried {one.attempts} times"
