"""Convert commands to JSON and back. The ledger stores proposed commands in this form.

The names in `NAMES` never change once released. A field that a newer version adds to a command needs a default.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import commands as c
from .commands import Command
from .frozen import JsonValue, plain, read
from .retro import retro_commands as r
from .teams import team_commands as t

NAMES: Mapping[str, type[Command]] = {
    "declare": c.Declare,
    "set_severity": c.SetSeverity,
    "set_phase": c.SetPhase,
    "set_status": c.SetStatus,
    "set_description": c.SetDescription,
    "set_venue": c.SetVenue,
    "set_text": c.SetText,
    "set_time": c.SetTime,
    "take_command": c.TakeCommand,
    "name_commander": c.NameCommander,
    "offer_command": c.OfferCommand,
    "assign_role": c.AssignRole,
    "add_note": c.AddNote,
    "give_update": c.GiveUpdate,
    "add_item": c.AddItem,
    "finish_item": c.FinishItem,
    "assign_item": c.AssignItem,
    "release_item": c.ReleaseItem,
    "ask_item": c.AskItem,
    "judge_item": c.JudgeItem,
    "join": c.Join,
    "leave": c.Leave,
    "call_roll": c.CallRoll,
    "undo": c.Undo,
    "decline": c.Decline,
    "accept_proposal": c.AcceptProposal,
    "reject_proposal": c.RejectProposal,
    "stop_customer_words": t.StopCustomerWords,
    "merge_into": t.MergeInto,
    "restrict": t.Restrict,
    "plan_handover": c.PlanHandover,
    "take_break": c.TakeBreak,
    "end_break": c.EndBreak,
    "state_aware": c.StateAware,
    "mark_notified": c.MarkNotified,
    "name_retro_owner": r.NameRetroOwner,
    "plan_retro": r.PlanRetro,
    "call_off_retro": r.CallOffRetro,
    "mark_retro_held": r.MarkRetroHeld,
    "waive_retro": r.WaiveRetro,
    "unmark_retro": r.UnmarkRetro,
}
_NAME_OF = {kind: name for name, kind in NAMES.items()}


def command_json(command: Command) -> JsonValue:
    """Return a command as a JSON object: its name, under `command`, and its fields.

    >>> command_json(c.SetSeverity(1))
    {'command': 'set_severity', 'severity': 1}
    """
    return {"command": _NAME_OF[type(command)], **plain(command)}


def read_command(value: JsonValue) -> Command:
    """Return the command that `value` represents. Raise ValueError if it is redacted or from a later version.

    >>> read_command({"command": "undo", "number": 7})
    Undo(number=7)
    """
    fields = dict(value) if isinstance(value, dict) else {}
    kind = NAMES.get(str(fields.pop("command", None)))
    if kind is None:
        raise ValueError("this is no command that is known here")
    try:
        return read(kind, fields)
    except ValueError as error:
        raise ValueError(f"this is no {kind.__name__}: {error}") from error
