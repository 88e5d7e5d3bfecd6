"""List the English words by which wishes are recognised. A star stands for any ending."""

ENGLISH = """
filler: a, an, the, to, of, for, on, in, at, by, as, and, so, also, just, only, here, there, all, everyone, everybody
filler: team, folks, guys, both, thanks, thank you, thx, cheers, sorry, ok, okay, yes, yep, well, hi, hello, hey
filler: dear, good morning
filler: my, your, our, you, from, off, up, out, be, been, is, are, am, will, too, very, much, still, really, fyi
filler: oops, me too
filler: from me, of me, to the, as we said, as discussed, as agreed, as planned, as i said, after all, at all
filler: for this, of this, myself
filler: today, mostly
filler: fully, quite, finally, luckily, oh, ah, hm, hmm, i think, we think, i guess, i suggest, i propose, imo, imho
filler: level, more, got, get, it seems, looks, seems, should be, has been, have been, done with, any longer
filler: new, on our side, from our side, on my side, on our end, from us, works for me, works on, from my side
filler: close to
filler: over and out, with an update
filler: down as, down for
now: now, right now, immediately, asap, at once, already, currently, officially, from now on, from now, from here on
now: from here
now: for now, then, clearly, definitely, obviously, certainly, surely, straight away
this: this, it, that, this one, that one, the incident, incident, this incident, the thing, whole thing
this: the whole thing
this: last one, last change, last update, the last one, the last change, the last update, my last, last
this: the issue, the problem, issue, problem, everything, it's, its, that's, thats, this is, it is, that is, the lot
this: these, things
filler: you'll, you will, i'm afraid, i am afraid, unfortunately, sadly, or so, ish, latest, at the latest
filler: again around, again in, again at, tbh, btw
we: we'll, we will, we'd, we, we're, we are, we've, we have, us
me: i, i'm, im, i am, i'll, i will, i've, ive, me, myself, i'd, i would, put me down, put me, add me, count me
me: it's me, that's me
me: use me
me: with me
opinion: from my point of view, in my view, in my opinion, to my mind, for me
opinion: think, guess, feel, feels, sounds, looks, qualifies, treat, consider, call, declare, imo, imho, definitely
opinion: clearly
opinion: probably, maybe, obviously, certainly, surely, say, same, must be, has to be, needs to be, should be
please: please, pls, plz, pleas, kindly, be so kind
ask: can we, can you, can i, can someone, can somebody, can anyone, can anybody, could we, could you, could i
ask: could someone, somebody please, someone please, anybody please
ask: could somebody, could anyone, could anybody, would you, would someone, will you, will someone, may i, may we
ask: would it be possible to
ask: is it possible to, are you able to, can u, could u, can sb, would you mind, any chance to
wish: let, let's, lets, let us, we should, you should, someone should, somebody should, need to, needs to, we need to
wish: must, have to
wish: has to, i want to, want to, we want, i'd like to, i would like to, like to, i wish, i suggest, i suggest to
wish: i propose to
wish: i vote to, time to, ready to, feel free to, go ahead and, it is good to, good to, safe to, ok to, okay to
wish: fine to, we can
wish: you can, we could, i think we can, can be, may be, should be, to be, can now be, can, could be, ought to
wish: it is time to
wish: you may, we may, we must, you must, please do, do it, i ask you to, i ask to, asking to, request to
wish: requesting to
wish: time for, should go, should go up, ready for
wish: happy to, glad to, fine with, am fine with, ok with
wish: shall be, shall
severity: severity, sev, sevs, sevr, severty
severity: urgency level, severity level, sev level
level: level
phase: phase
stage: stage
raise: raise, raising, bump, bumping, escalat*, upgrad*, increas*, upping, crank up, make it worse
lower: lower, lowering, downgrad*, reduc*, de escalate, de escalating, deescalat*, decreas*, drop, dropping
lower: bring it down
lower: take it down
move: move, moving, go, going, set, setting, put, putting, make, making, change, changing, switch, switching, enter
move: entering
move: entered, reached, proceed*, advance, advancing, declare, declaring, bring, bringing, adjust, correct, call
move: calling, moved
move: treat, treating, mark, marking
worse: worse, getting worse, got worse, much worse, higher, more severe, severity up, sev up
milder: less severe, lower severity, not that bad, not so bad, not that severe, not so severe, severity down, sev down
next phase: next phase
take: take, taking, assume, assuming, run, running, own, owning, handle, handling, drive, driving, coordinat*
take: manag*
take: do, doing, have, having, got, hold, holding, keep, keeping, has, takes, is taking, takes on, take on
take: taking on, carry
take: i've, i've got, i got, leading, commanding, lead
takeover: take over, taking over, takes over, is taking over, takeover, taking this over, take this over
takeover: taking it over
takeover: take it over, step in, stepping in, i relieve you, i relieve, jump in as, commanding, take from here
takeover: take it from here
takeover: taking it from here, taking from here, take this from here, run with it, run with this, in charge
takeover: on point, your lead
takeover: be leading, i lead, i coordinate, i am leading, i'm leading, leads, is leading, will lead
takeover: has it from here, has this from here, has it now, i now run the incident, i run the incident, i run this
grab: i've, i've got, i got, take, taking, own, owning, handle, handling, run, running, drive, driving, lead
grab: leading, coordinat*, have, got, manag*
lead: command, incident command, the lead, con, conn, the conn, the con, the hat, hat, ic hat, commander hat
lead: coordination, wheel
lead: the wheel, reins, the reins, helm, the helm, leadership, ownership, lead, baton
mine: mine, my incident, i got this, i've got this, i got it, i've got it, volunteering
hand: handing over, hand over, handed over, handover, hand off, handing off, handoff, handing, handed, pass, passing
hand: passed, give
hand: giving, gave, given, transfer, transferring, transferred, turn over, turning over, hand it over, handing it over
hand: over to, goes to, hand
is: is, is now, becomes, will be, 's, as, for, be, acts as, =
close: close, closing, closed, end, ending, ended, finish, finishing, terminate, terminated, wrap up, wrapping up
close: shut down
close: wrap this up, wrap it up, end of incident, call it done, closing down, finalise, finalize, stop the incident
close: close down
solved: resolved, solved, fixed, mitigated, recovered, restored, stable, contained, monitoring, over, sorted
solved: all clear, all good
solved: all green, all well, all ok, all fine, all done, good again, back to normal, back up, up again, works
solved: works again, work again
solved: working again, working, is fine, fine again, recovering, finished, back in service, is ok, normal again
solved: is back, are good
solved: are done, are ok, are clear, are through, we're good, we're done, we're ok, we're clear, we're through
solved: we're back, it's done
solved: it's finished, work, up and running, back online, online again, ok again
false: false alarm, false positive, false alert, non issue, non event, non incident, nonissue, nonevent, incidental
false: never mind
false: nevermind, nvm, not an incident, no incident, not a real incident, no real incident, a mistake, just a test
false: only a test
false: just a drill, only a drill, a drill, only the drill
retract: bin it, bin this, scrap this incident, throw it away
retract: call the whole thing off, call this off, call everything off, drop the incident
retract: retract, retracting, withdraw, withdrawing, call off, stand down, call it off
cancel: disregard
cancel: ignore, revoke
cancel: cancel, canceling, cancelling
cancel: discard
whole: incident, the incident, whole thing, the whole thing, everything, the lot, alarm, the alarm, alert, the alert
whole: declaration
whole: the declaration, all of it
reopen: reopen, reopening, re open, re opening, reopened, open again, open it again, open this again
reopen: open this up again, open that up again, open it once more, open this once more
reopen: open this one again, open it up again
reopen: open the incident again, restart the incident, reactivate, unclose, reinstate
reopen: open this back up, open it back up, back open
back: is back, it's back, back again, happening again, down again, failing again, broken again, not fixed, not over
back: not resolved
back: not solved, still broken, still failing, still happening, still down, not working, recurr*, reoccur*, returned
back: has returned
back: came back, started again, same problem again, same issue again, same error again, again, isn't fixed
back: isn't over, still there
back: still an issue, still not working
undo: scratch, forget, strike, undo, undoing, revert, reverting, roll back, rollback, take back, reverse
undo: take that back, undo that, roll that back, reset
wrong: was wrong, is wrong, not right, incorrect, my mistake, my bad, wrong number, wrong severity, wrong phase
wrong: wrong thread, wrong incident, wrong one, wrong mail, wrong button, scratch that, forget that, strike that, oops
wrong: by mistake
no change: no change, nothing new, no news, nothing to report, no updates, no update, no changes, unchanged
no change: status quo, same
no change: same state, same status, same as before, nothing changed, nothing has changed
next update: next update, next upd, next updt, nxt update, nxt upd, nxt updt, nxt updte, next updte, nxt updates
next update: next updates
next update: the next update, my next update, next news, next report, next mail, next info, next message, new update
next update: next status, next status update, next bulletin
tell: update you, update everyone, update everybody, update the list, update again, will update, be back
tell: report back, write again
tell: get back to you, more, more news, more info, news, more details, update here, report, back with news, come back
tell: be back with an update, hear from me, back with you
help: can help, i can help, can join, i can join, happy to help, glad to help
leave: remove me, unsubscribe, unsubscribe me, delete me, take me off, stop sending me, stop mailing me
leave: stop sending, stop mailing
list: mailing list, list, thread, mails, e mails, emails, email, mail, this list, these mails, the list, these emails
do: be, do, take, act, cover, play, serve, write, keep, handle, run, manage, taking, doing, has, takes, does, join
do: joining, add
do: put, put me down, put me, add me, make, can be, have, help, hold, be on, is, are, will be
do: volunteer, volunteering
do: use, use me
and: and, plus
number done: done, finished, completed, are done, is done, fixed, ticked off
scribe: notes, the notes, take notes
scribe: protocol, the protocol, the minutes, note taking, notetaking, log keeper, taking notes, secretary
communications: customer comms, comms, press, communication, public relations, pr
customer liaison: customer contact, customers contact, talk to customers, customer side
business liaison: management contact, business contact, business side, talk to management
deputy: second in command, backup commander, stand in, 2ic
denied: or, than, either, whether, not, no, never, none, nothing, nobody, isn't, wasn't, don't, doesn't, didn't
denied: won't, wouldn't, shouldn't, can't, cannot, dont
denied: cant, haven't, hasn't, aren't, without, instead, except, unlike, nor, neither, do not, does not, less, isnt
denied: doesnt, wont
denied: not yet, no longer, any more, anymore, hardly, barely, far from, refuse, refused, avoid, unless, rather than
past: felt, this week, this month, this year, i was wrong, was, were, had, did, used, yesterday, ago, last week
past: last month, last year, last time, last night, earlier, previous
past: previously, in the past, once, formerly, back then, before, at the time, stayed, became, we had, we were
past: happened, since
past: took
reported: he, she, they, his, her, hers, their, theirs, said, says, saying, asked, asks, told, tells, wrote, writes
reported: claims, claimed, heard
reported: according, thought, suggested, proposed, decided, wants, wanted, agreed to, argued, argues, mentioned
reported: remember, wonder
reported: wondering, imagine, imagined, joke, joked, reports, reported, quote, quoting, called, calls it, planning
reported: supposed
condition: if, when, whenever, until, till, once, after, provided, assuming that, as soon as, in case, while, suppose
condition: depending, otherwise, in theory, ideally
doubtful: doubt, doubts, would, might, could, would be, may, can only, should i, should we, shall i, shall we, do we
doubtful: do i, does it, does this, does that, does the, does anyone, is this, is it, are we
doubtful: is that, was it, are you, do you, did, have we, have you, has anyone, has somebody, has someone
doubtful: did somebody, will it, will we
doubtful: am i, could be, might be, would have, could have, should have, how, why, what, who, which, whose, whom
doubtful: where, whoever, whatever
later: tomorrow, tonight, next week, next month, next time, next year, eventually, some day, later, on monday
later: on tuesday
later: on wednesday, on thursday, on friday, on saturday, on sunday, this evening, in the morning, at night, one day
later: soon
often: ever, always, usually, often, sometimes, every, each, any, another, other, others, everyone's, mean, means
often: meaning, meant
often: average, generally, normally, typically, most, rarely, nearly, almost, similar, some, few, many, several
often: both of
often: at a time, one at a time
others: customer, customers, user, users, ticket, tickets, incidents, bug, bugs, alerts, case, cases, issues
others: process, criteria
others: definition, support, response, page, pages, rule, rules, policy, policies, template, review, reviews
others: threshold, events, outages
others: runbook, wiki, vendor, vendors, supplier, client, clients, manual, contract, meeting, people, shop, store
others: door, doors, valve
others: port, bridge, road, office, school, schools, account, accounts, connection, file, project, migration, power
others: their
others: ship, session, button, function, feature, command line, drug, trial, trials, study, provider, bank, team's
others: sla, poster, training
modal: can, could
subject matter experts: expert, experts, specialist, subject expert
item: item, items, action, actions, task, tasks, number, numbers
"""
