"""List the English words by which wishes are recognised. A star stands for any ending."""

ENGLISH = """
filler: a, an, the, to, of, for, on, in, at, by, as, and, so, also, just, only, here, there, all, everyone, everybody
filler: team, folks, guys, both, thanks, thank you, thx, cheers, sorry, ok, okay, yes, yep, well, hi, hello, hey, dear
filler: good morning, my, your, our, you, from, off, up, out, be, been, is, are, am, will, too, very, much, still
filler: really, fyi, oops, me too, from me, of me, to the, as we said, as discussed, as agreed, as planned, as i said
filler: after all, at all, for this, of this, myself, today, mostly, fully, quite, finally, luckily, oh, ah, hm, hmm
filler: i think, we think, i guess, i suggest, i propose, imo, imho, level, more, got, get, it seems, looks, seems
filler: should be, has been, have been, done with, any longer, new, on our side, from our side, on my side, on our end
filler: from us, works for me, works on, from my side, close to, over and out, with an update, down as, down for, you'll
filler: you will, i'm afraid, i am afraid, unfortunately, sadly, or so, ish, latest, at the latest, again around
filler: again in, again at, tbh, btw
now: now, right now, immediately, asap, at once, already, currently, officially, from now on, from now, from here on
now: from here, for now, then, clearly, definitely, obviously, certainly, surely, straight away
this: this, it, that, this one, that one, the incident, incident, this incident, the thing, whole thing, the whole thing
this: last one, last change, last update, the last one, the last change, the last update, my last, last, the issue
this: the problem, issue, problem, everything, it's, its, that's, thats, this is, it is, that is, the lot, these, things
we: we'll, we will, we'd, we, we're, we are, we've, we have, us
me: i, i'm, im, i am, i'll, i will, i've, ive, me, myself, i'd, i would, put me down, put me, add me, count me, it's me
me: that's me, use me, with me
opinion: from my point of view, in my view, in my opinion, to my mind, for me, think, guess, feel, feels, sounds, looks
opinion: qualifies, treat, consider, call, declare, imo, imho, definitely, clearly, probably, maybe, obviously
opinion: certainly, surely, say, same, must be, has to be, needs to be, should be
please: please, pls, plz, pleas, kindly, be so kind
ask: can we, can you, can i, can someone, can somebody, can anyone, can anybody, could we, could you, could i
ask: could someone, somebody please, someone please, anybody please, could somebody, could anyone, could anybody
ask: would you, would someone, will you, will someone, may i, may we, would it be possible to, is it possible to
ask: are you able to, can u, could u, can sb, would you mind, any chance to
wish: let, let's, lets, let us, we should, you should, someone should, somebody should, need to, needs to, we need to
wish: must, have to, has to, i want to, want to, we want, i'd like to, i would like to, like to, i wish, i suggest
wish: i suggest to, i propose to, i vote to, time to, ready to, feel free to, go ahead and, it is good to, good to
wish: safe to, ok to, okay to, fine to, we can, you can, we could, i think we can, can be, may be, should be, to be
wish: can now be, can, could be, ought to, it is time to, you may, we may, we must, you must, please do, do it
wish: i ask you to, i ask to, asking to, request to, requesting to, time for, should go, should go up, ready for
wish: happy to, glad to, fine with, am fine with, ok with, shall be, shall
severity: severity, sev, sevs, sevr, severty, urgency level, severity level, sev level
level: level
phase: phase
stage: stage
raise: raise, raising, bump, bumping, escalat*, upgrad*, increas*, upping, crank up, make it worse
lower: lower, lowering, downgrad*, reduc*, de escalate, de escalating, deescalat*, decreas*, drop, dropping
lower: bring it down, take it down
move: move, moving, go, going, set, setting, put, putting, make, making, change, changing, switch, switching, enter
move: entering, entered, reached, proceed*, advance, advancing, declare, declaring, bring, bringing, adjust, correct
move: call, calling, moved, treat, treating, mark, marking
worse: worse, getting worse, got worse, much worse, higher, more severe, severity up, sev up
milder: less severe, lower severity, not that bad, not so bad, not that severe, not so severe, severity down, sev down
next phase: next phase
take: take, taking, assume, assuming, run, running, own, owning, handle, handling, drive, driving, coordinat*, manag*
take: do, doing, have, having, got, hold, holding, keep, keeping, has, takes, is taking, takes on, take on, taking on
take: carry, i've, i've got, i got, leading, commanding, lead
takeover: take over, taking over, takes over, is taking over, takeover, taking this over, take this over, taking it over
takeover: take it over, step in, stepping in, i relieve you, i relieve, jump in as, commanding, take from here
takeover: take it from here, taking it from here, taking from here, take this from here, run with it, run with this
takeover: in charge, on point, your lead, be leading, i lead, i coordinate, i am leading, i'm leading, leads, is leading
takeover: will lead, has it from here, has this from here, has it now, i now run the incident, i run the incident
takeover: i run this
grab: i've, i've got, i got, take, taking, own, owning, handle, handling, run, running, drive, driving, lead, leading
grab: coordinat*, have, got, manag*
lead: command, incident command, the lead, con, conn, the conn, the con, the hat, hat, ic hat, commander hat
lead: coordination, wheel, the wheel, reins, the reins, helm, the helm, leadership, ownership, lead, baton
mine: mine, my incident, i got this, i've got this, i got it, i've got it, volunteering
hand: handing over, hand over, handed over, handover, hand off, handing off, handoff, handing, handed, pass, passing
hand: passed, give, giving, gave, given, transfer, transferring, transferred, turn over, turning over, hand it over
hand: handing it over, over to, goes to, hand
is: is, is now, becomes, will be, 's, as, for, be, acts as, =
close: close, closing, closed, end, ending, ended, finish, finishing, terminate, terminated, wrap up, wrapping up
close: shut down, wrap this up, wrap it up, end of incident, call it done, closing down, finalise, finalize
close: stop the incident, close down
solved: resolved, solved, fixed, mitigated, recovered, restored, stable, contained, monitoring, over, sorted, all clear
solved: all good, all green, all well, all ok, all fine, all done, good again, back to normal, back up, up again, works
solved: works again, work again, working again, working, is fine, fine again, recovering, finished, back in service
solved: is ok, normal again, is back, are good, are done, are ok, are clear, are through, we're good, we're done
solved: we're ok, we're clear, we're through, we're back, it's done, it's finished, work, up and running, back online
solved: online again, ok again
false: false alarm, false positive, false alert, non issue, non event, non incident, nonissue, nonevent, incidental
false: never mind, nevermind, nvm, not an incident, no incident, not a real incident, no real incident, a mistake
false: just a test, only a test, just a drill, only a drill, a drill, only the drill
retract: bin it, bin this, scrap this incident, throw it away, call the whole thing off, call this off
retract: call everything off, drop the incident, retract, retracting, withdraw, withdrawing, call off, stand down
retract: call it off
cancel: disregard, ignore, revoke, cancel, canceling, cancelling, discard
whole: incident, the incident, whole thing, the whole thing, everything, the lot, alarm, the alarm, alert, the alert
whole: declaration, the declaration, all of it
reopen: reopen, reopening, re open, re opening, reopened, open again, open it again, open this again, open this up again
reopen: open that up again, open it once more, open this once more, open this one again, open it up again
reopen: open the incident again, restart the incident, reactivate, unclose, reinstate, open this back up
reopen: open it back up, back open
back: is back, it's back, back again, happening again, down again, failing again, broken again, not fixed, not over
back: not resolved, not solved, still broken, still failing, still happening, still down, not working, recurr*, reoccur*
back: returned, has returned, came back, started again, same problem again, same issue again, same error again, again
back: isn't fixed, isn't over, still there, still an issue, still not working
undo: scratch, forget, strike, undo, undoing, revert, reverting, roll back, rollback, take back, reverse, take that back
undo: undo that, roll that back, reset
wrong: was wrong, is wrong, not right, incorrect, my mistake, my bad, wrong number, wrong severity, wrong phase
wrong: wrong thread, wrong incident, wrong one, wrong mail, wrong button, scratch that, forget that, strike that, oops
wrong: by mistake
no change: no change, nothing new, no news, nothing to report, no updates, no update, no changes, unchanged, status quo
no change: same, same state, same status, same as before, nothing changed, nothing has changed
next update: next update, next upd, next updt, nxt update, nxt upd, nxt updt, nxt updte, next updte, nxt updates
next update: next updates, the next update, my next update, next news, next report, next mail, next info, next message
next update: new update, next status, next status update, next bulletin
tell: update you, update everyone, update everybody, update the list, update again, will update, be back, report back
tell: write again, get back to you, more, more news, more info, news, more details, update here, report, back with news
tell: come back, be back with an update, hear from me, back with you
help: can help, i can help, can join, i can join, happy to help, glad to help
leave: remove me, unsubscribe, unsubscribe me, delete me, take me off, stop sending me, stop mailing me, stop sending
leave: stop mailing
list: mailing list, list, thread, mails, e mails, emails, email, mail, this list, these mails, the list, these emails
do: be, do, take, act, cover, play, serve, write, keep, handle, run, manage, taking, doing, has, takes, does, join
do: joining, add, put, put me down, put me, add me, make, can be, have, help, hold, be on, is, are, will be, volunteer
do: volunteering, use, use me
and: and, plus
number done: done, finished, completed, are done, is done, fixed, ticked off
scribe: notes, the notes, take notes, protocol, the protocol, the minutes, note taking, notetaking, log keeper
scribe: taking notes, secretary
communications: customer comms, comms, press, communication, public relations, pr
customer liaison: customer contact, customers contact, talk to customers, customer side
business liaison: management contact, business contact, business side, talk to management
deputy: second in command, backup commander, stand in, 2ic
denied: or, than, either, whether, not, no, never, none, nothing, nobody, isn't, wasn't, don't, doesn't, didn't, won't
denied: wouldn't, shouldn't, can't, cannot, dont, cant, haven't, hasn't, aren't, without, instead, except, unlike, nor
denied: neither, do not, does not, less, isnt, doesnt, wont, not yet, no longer, any more, anymore, hardly, barely
denied: far from, refuse, refused, avoid, unless, rather than
past: felt, this week, this month, this year, i was wrong, was, were, had, did, used, yesterday, ago, last week
past: last month, last year, last time, last night, earlier, previous, previously, in the past, once, formerly
past: back then, before, at the time, stayed, became, we had, we were, happened, since, took
reported: he, she, they, his, her, hers, their, theirs, said, says, saying, asked, asks, told, tells, wrote, writes
reported: claims, claimed, heard, according, thought, suggested, proposed, decided, wants, wanted, agreed to, argued
reported: argues, mentioned, remember, wonder, wondering, imagine, imagined, joke, joked, reports, reported, quote
reported: quoting, called, calls it, planning, supposed
condition: if, when, whenever, until, till, once, after, provided, assuming that, as soon as, in case, while, suppose
condition: depending, otherwise, in theory, ideally
doubtful: doubt, doubts, would, might, could, would be, may, can only, do we
doubtful: do i, does it, does this, does that, does the, does anyone, is this, is it, are we, is that, was it, are you
doubtful: do you, did, have we, have you, has anyone, has somebody, has someone, did somebody, will it, will we, am i
doubtful: could be, might be, would have, could have, should have, how, why, what, who, which, whose, whom, where
doubtful: whoever, whatever
later: tomorrow, tonight, next week, next month, next time, next year, eventually, some day, later, on monday
later: on tuesday, on wednesday, on thursday, on friday, on saturday, on sunday, this evening, in the morning, at night
later: one day, soon
often: ever, always, usually, often, sometimes, every, each, any, another, other, others, everyone's, mean, means
often: meaning, meant, average, generally, normally, typically, most, rarely, nearly, almost, similar, some, few, many
often: several, both of, at a time, one at a time
others: customer, customers, user, users, ticket, tickets, incidents, bug, bugs, alerts, case, cases, issues, process
others: criteria, definition, support, response, page, pages, rule, rules, policy, policies, template, review, reviews
others: threshold, events, outages, runbook, wiki, vendor, vendors, supplier, client, clients, manual, contract, meeting
others: people, shop, store, door, doors, valve, port, bridge, road, office, school, schools, account, accounts
others: connection, file, project, migration, power, their, ship, session, button, function, feature, command line, drug
others: trial, trials, study, provider, bank, team's, sla, poster, training
modal: can, could
subject matter experts: expert, experts, specialist, subject expert
item: item, items, action, actions, task, tasks, number, numbers
denied: close call, same here, same for me, same for us
filler: honestly, frankly, got it, come, comes, perhaps, as is
opinion: +1, plus one, my vote is, my vote goes to, voting, i vote, vote
now: this minute, as we speak
ask: should i, should we, shall i, shall we, shouldn't i, shouldn't we, should this, should it, shouldn't this
ask: shouldn't it, isn't this, isn't that, isn't it, what about, how about, why not, why don't we, why don't i
ask: wouldn't it be better to, would it make sense to, wouldn't it make sense to, would it be better to, shouldn't that
ask: can this, could this, can it, could it, is it time to, do you want me to, want me to, would it help to
ask: say the word, would it be an idea to
wish: would be good to, it would be good to, we'd like to, we would like to
worse: can't imagine anything worse, can't imagine anything worse than this, as bad as it gets
worse: up a notch, a notch up, one notch up, a notch higher, one level up, one up, one higher, a level up
worse: a level higher, one step up, a step up
milder: down a notch, a notch down, one notch down, a notch lower, one level down, one down, one lower, a level down
milder: a level lower, one step down, a step down
move: coming down
take: overtake, overtaking
takeover: overtaking, overtake
mine: it's mine, it is mine
no change: still the same, still the same here
next update: next actualisation, next actualization, next refresh, next sitrep, next heads up, next check in, next word
next update: next post, next ping
next update: next briefing, next sign of life, the next message, the next mail, another update, another mail
tell: mail everyone, mail everybody, mail all, mail the list, mail you, mail you all, mail again, write to everyone
tell: write to all, write you
tell: let you know, let you all know, let everyone know, post again, post an update, ping you, ping the list
tell: shout again, send word
tell: send an update, send another mail, send a mail, be in touch, keep you posted, tell you more
undo: go back to what it was, back to what it was, back to how it was, back to the old value, as it was before
undo: put it back, put that back
undo: set it back, set that back, change it back, change that back, turn that back, go back to before
wrong: a typo, typo, mistyped, fat fingers, fat finger, fat thumbs, slip of the finger, meant for the other incident
wrong: meant for another incident, meant for the other thread, in the wrong thread, into the wrong thread
wrong: not what i meant
false: nothing was ever broken, there was never a problem, never an incident, there never was a problem
false: there never was an incident
false: there was no incident, never was an incident, was never an incident, shouldn't have raised this
false: nothing ever broke
false: should not have raised this, shouldn't have declared, should never have declared this
false: shouldn't have declared this
false: i shouldn't have, we shouldn't have, raised this by mistake
false: cried wolf, raised this for nothing
solved: nothing left to do, nothing more to do, nothing else to do, nothing left to fix, case closed
leave: take me off this, get me off, take my address off, remove my address, opt out
list: mailings, notifications, distribution list
ended: closed, ended, finished, terminated
milder: down a level, go down a level
worse: go up a level, up a level
severity: severety
vote: +1, plus one, i vote for, my vote is, vote for, voting for
opinion: second, agree, agree with, worth, deserves
worse: a bump, deserves a bump, up a step, up one, a step higher
milder: down a step, down one, be lowered by one, lowered by one, a step lower, take it down a step
milder: take this down a step
tell: drop a line, drop everyone a line, drop you a line, hear from us, post the next one, come back to you
tell: give you an update, write
tell: get back to everyone
undo: put the severity back, put the phase back, put the old value back, undo what i did, undo what i wrote
undo: undo it all
wrong: not intended, was not intended, meant as a joke, answered the wrong mail
wrong: shouldn't have sent that, should not have sent that
false: all a test, our own load test, own load test, only my browser, just my browser, only my laptop, just my laptop
false: only our own test
leave: no more mails, no more emails, how do i unsubscribe, how can i unsubscribe, be taken off, taken off, get off
ask: how do i unsubscribe, how can i unsubscribe, can i be taken off, where do i unsubscribe
leave: can i be taken off, where do i unsubscribe
raise: go up to, going up to, up to
lower: go down to, going down to, down to
worse: raise by one, go up by one, up by one
milder: drop by one, go down by one, down by one, lower by one
tell: check in again
leave: stop these mails, stop these emails, stop the mails, stop these messages
false: was never real, never real
"""
