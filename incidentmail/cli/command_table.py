"""List the commands and show them on one screen. This file imports nothing that is slow to load."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "declare": ("incident.declare", "Announce a new incident to the list."),
    "update": ("incident.change", "Change an incident, or tell the list where it stands."),
    "handoff": ("track.handoff", "Offer command to somebody, or pass it."),
    "note": ("incident.change", "Add a note to the timeline; the list is not mailed."),
    "action": ("track.items", "Write down what is to be done, by whom and until when."),
    "need": ("track.items", "Write down what or who is needed."),
    "done": ("track.items", "Say that an action is done, or a need is met."),
    "assign": ("track.items", "Give an action or a need to somebody."),
    "assume": ("track.items", "Write down what is only assumed."),
    "evidence": ("track.items", "Write down what was seen, or ruled out."),
    "decide": ("track.items", "Write down what was decided."),
    "ask": ("track.items", "Ask the author of an assumption whether it holds."),
    "role": ("track.people", "Show who holds which role, or give one to somebody."),
    "join": ("track.people", "Say that you are at work in an incident."),
    "leave": ("track.people", "Say that you are no longer at work in it."),
    "roll-call": ("track.people", "Ask everybody with a role what they see, do and need."),
    "break": ("track.hours", "Say that you are away for a while."),
    "back": ("track.hours", "Say that you are back."),
    "aware": ("track.hours", "Say when you became aware of it: deadlines count from then."),
    "notified": ("track.hours", "Say that those were told who had to be told by a deadline."),
    "close": ("incident.ending", "Close an incident."),
    "retract": ("incident.ending", "Retract an incident: it was a false alarm."),
    "reopen": ("incident.ending", "Reopen an incident."),
    "restrict": ("conduct.restrict", "Let only the restricted list hear of it from now on."),
    "merge": ("conduct.merge", "Make an incident a part of another one about the same outage."),
    "undo": ("incident.change", "Put back what an update announced."),
    "list": ("incident.list", "List the open incidents, the worst first."),
    "show": ("incident.show", "Show where an incident stands, and what happened last."),
    "brief": ("incident.brief", "Bring yourself up to date on one screen."),
    "timeline": ("incident.timeline", "Show what happened, in order."),
    "log": ("incident.log", "Show everything that happened, entry by entry."),
    "retro": ("retro.retro", "Write the retrospective from the record; plan it; say it was held."),
    "search": ("record.search", "Find words in all incidents, the newest first."),
    "stats": ("figures.stats", "Show how long things took, and how much people carried."),
    "promote": ("record.promote", "Make this standby the installation that leads."),
    "serve": ("operate.serve", "Listen for mail, apply it, send what is due."),
    "password": ("operate.password", "Print the line that lets somebody submit mail to 'serve'."),
    "ingest": ("mail.ingest", "Take one mail from standard input."),
    "fetch": ("mail.fetch", "Take new mail from an IMAP folder."),
    "flush": ("mail.flush", "Do what is due and send it, where 'serve' does not run."),
    "status": ("operate.status", "Say whether incidentmail works, and what needs attention."),
    "inbox": ("mail.inbox", "Show the mail that came in and what became of it; assign what was filed."),
    "outbox": ("mail.outbox", "Show, retry or drop the mail going out."),
    "hook": ("operate.hook", "Show the pagers, chats and programs that are called, and try one."),
    "proposal": ("incident.proposal", "Show, accept or reject changes that wait for somebody's word."),
    "alert": ("mail.alert", "Show, accept or reject the incidents that alerts propose."),
    "explain": ("mail.explain", "Show how a mail would be read, and why; changes nothing."),
    "publish": ("operate.publish", "Write web pages, feeds and the public status page."),
    "template": ("operate.template", "Show, check and preview the mails' templates."),
    "init": ("setup.init", "Make a configuration: asks what is needed, and finds the rest."),
    "doctor": ("setup.doctor", "Say what works, what does not, and what to do about it."),
    "config": ("setup.config", "Check the configuration, show what is in effect, print an example."),
    "ledger": ("record.ledger", "Verify, back up and export the record."),
    "completion": ("operate.completion", "Let the TAB key complete commands and incidents in your shell."),
    "drill": ("drill.drill", "Play a scenario to the list of drills, and see how it went."),
    "demo": ("operate.demo", "See it work: a list, three subscribers, one incident, nothing outside this machine."),
}
"""Each command: its module below incidentmail.cli (imported only if the command runs) and one line of help."""


HELP = """\
Usage: incidentmail COMMAND             'incidentmail help COMMAND' says more

In an incident; its name is needed only if several are open:
  declare "Checkout is down" --severity 2    announce it to the list
  update --severity 1 -m "Refunds fail too"  tell what changed
  handoff "Ann B. <ann@example.com>"         offer command (--spoken: pass it)
  note "The bank was called"                 keep it on record; mails nobody
  action "Call the bank @bo by 15:10"        Bo is told, and nobody else
  done, assign, need, assume, ask, evidence, decide: what else to keep track of
  role, join, leave, break 30m, back, roll-call: who does what, and how it goes
  close "All payments work again"            it is over
  retract, reopen, undo 3                    false alarm; back; undo update 3
  merge A B; restrict; aware; notified       two are one; fewer know; deadlines
  Typed alone at a terminal, declare, update, handoff, close and retract ask.
To look:
  list, show, brief, timeline, log, search   all, one, short, in order, in full
  status, inbox, outbox, proposal, alert     is all well? mail; what waits
  retro, stats, drill                        what it teaches; figures; practise
For the operator:
  init, config, doctor                       set it up; does everything work?
  serve, ingest, fetch, flush                take mail in, send what is due
  explain, template, ledger, password        readings, mails, the record, logins
  demo, completion, promote, hook, publish   try it; TAB; lead; pager; web pages
Options: --config FILE; --version; -h, --help
"""
"""The overview that fits on one screen of 24 lines and 80 columns. A test compares it with the commands."""
