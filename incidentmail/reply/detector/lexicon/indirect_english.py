"""List the English words of indirect wishes (`subject is misleading`). A star stands for any ending."""

INDIRECT_ENGLISH = """
text: text, the text, subject, the subject, title, the title, headline, the headline, description, the description
text: wording, the wording, subject line, summary line, the subject line, that summary line, correct that, correct this
text: correct it, impact line, the impact line
misleading: misleading, is wrong, wrong, outdated, out of date, incorrect, is not right, isn't right, not correct
misleading: inaccurate, not accurate, no longer true, isn't correct, not true any more, not true anymore, too vague
misleading: does not fit, doesn't fit, confusing, doesn't match, does not match, says the wrong thing, not quite right
misleading: needs an update, needs changing, needs a correction, needs to change, not right any more
misleading: is not right any more, wrong title, wrong subject
amend: change, correct, fix, update, edit, reword, rephrase, adjust, adapt, rename, rewrite, amend, be fixed
amend: be changed, be corrected, be updated, be reworded, changing, correcting, be edited, be adapted, reword it
amend: rename it, correct that, correct this, correct it
impact: impact, the impact
mention: mention, also mention, include, also include, also list, say, also say, also be
wish: should
record: put that into the incident, put this into the incident, put that in the incident, put this in the incident
record: add that to the incident, put it in the mail, add this to the incident, add it to the incident
record: put that on record, put this on record, put it on record, put it in the incident, put it into the incident
record: add this to the impact, add that to the impact, put that in the next update, put this in the next update
record: put that into the next update, include that in the next update, include this in the next update
record: add that to the record, add this to the record, note that in the incident, mention that in the next update
record: mention this in the next update, add it to the impact
remedy: fix, the fix, a fix, patch, the patch, a patch, hotfix, the hotfix, a hotfix, workaround, the workaround
remedy: a workaround, correction, the correction
underway: written, is written, ready, is ready, merged, is merged, in review, building, deploying, rolling out
underway: being rolled out, being deployed, being built, in progress, underway, under way, on its way, in the pipeline
underway: in the works, going out, going live, being written, being tested, in testing, coming, is out in ten
underway: is building, is deploying, almost ready, nearly ready, being prepared, is coming, goes live, in place
underway: goes out, out in
cause: cause, the cause, root cause, the root cause, culprit, the culprit, source of the problem
cause: the source of the problem, bug, the bug, the fault
found: found, known, identified, pinned down, located, spotted, tracked down, nailed, nailed down, got, know why
found: understood, we have, we've got
fixing: we're fixing, we are fixing, fixing it, no longer investigating, not investigating any more, working on the fix
fixing: working on a fix, not investigating anymore, building the fix, building a fix, writing the fix, writing a fix
fixing: rolling out the fix, deploying the fix, applying the fix, done investigating, rolling out a fix
fixing: deploying a fix, applying a fix, finished investigating, we know what it is, we know what's wrong
fixing: we know what is wrong, we know what broke, stopped looking for the cause, we repair, now we repair
fixing: we're repairing, we are repairing, on to the repair, the repair, repairing, we know why, we have a fix
fixing: have a fix, testing the fix, we found it, found it, fixing now, fixing, we fix, found the problem
fixing: problem found, found the error, found the bug, we found the problem
watching: keep an eye on, keeping an eye on, keep watching, watching it, observing, keep observing
watching: leave it like this and watch, leave it like that and watch, under observation, watching how it holds
watching: see if it holds, see whether it holds, let it settle, letting it settle, keep monitoring, watching the graphs
watching: we are watching, we're watching, just watching, just observing, only watching, only observing, watch it
watching: leave it running and watch, now watching, let's keep an eye on, let us keep an eye on, monitor, we monitor
watching: monitor it, watch it till, watch it until, give it an hour, give it half an hour, give it some time
watching: keep looking, watching, watching them, will keep monitoring, will keep watching
recovered: going through again, go through again, passing again, climbing again, succeed again, accepted again
recovered: coming through again
unwanted: why am i still getting, why do i still get, why do i get, why am i getting, why am i on, why am i still on
unwanted: why do you send me, why do i keep getting, i don't need, i do not need, i don't want, i do not want
unwanted: no longer need, i no longer want, do not want, don't want, why are you sending me, no more of
unwanted: am not interested in, i'm not interested in, want no more, want out of, please no more, should not be on
unwanted: shouldn't be on, should never be on, don't belong on
box: these, these mails, these emails, these e mails, those, those mails, this list, these messages
box: these notifications, the mails, this stuff, mails, emails, the list, these alerts, this thread, more of these
box: any of these, any more of these, of these, such mails, this any more, these any more, these anymore, this
offering: i can, i could, i'll, i will, happy to, glad to, i am happy to, i'm happy to, i'd be happy to, let me
offering: i can also, i volunteer to, i am able to, i offer to, want me to, shall i, i am free to, i'm free to
offering: i'm able to, should i, i would gladly, i'd gladly, i might be able to, i'll gladly, i don't mind, don't mind
offering: i have time to, i've time to, i'm willing to, i am willing to, if you like, if you want, if needed, i'm happy
offering: if it helps
contact: ring, call, phone, talk to, speak to, speak with, talk with, inform, brief, answer, write to, handle
contact: look after, deal with, take care of, take, informed, up to date, posted, in the loop, reassure, contact, tell
contact: reply to, call back, ringing, calling, talking to, answering, field, face, update, be the contact for, manage
contact: liaise with, do the talking with, phoning, writing to, write, speaking to
audience: customers, the customers, our customers, clients, the clients, merchants, the merchants, big merchants
audience: the big merchants, key accounts, our clients, the key accounts, big accounts, partners, the partners, callers
audience: the callers, big customers, the big customers, the big clients, our merchants, big clients, the customer side
audience: customer side, the big accounts, customer calls, the customer calls, customer questions, customer mails
audience: the shops, shops, the press
bosses: management, the board, board, directors, the directors, executives, the executives, sales heads
bosses: the sales heads, upper management, the bosses, bosses, the c level, the managers, regional managers
bosses: the regional managers, heads of sales, retail directors, the management, the ceo, the leadership
bosses: the retail directors, department heads, the department heads, the business side, business side
bosses: the leadership team, the executive team
chief: who is running this, who's running this, who is leading this, who's leading this, who is in charge
chief: who's in charge, who is even running this, who leads this, who runs this, anybody running this
chief: is anyone running this, is anybody running this, nobody is running this, who is even leading this
chief: nobody is leading this, is anybody leading this, is anyone leading this, is anyone in charge
chief: is anybody in charge, nobody is in charge, we have no commander, there is no commander, nobody leads this
chief: nobody seems to lead this, no one is leading this, no one is running this, nobody seems to be in charge
chief: who's even in charge, who is even in charge, no commander, someone has to lead this, somebody has to lead this
do it: i'll do it, i do it, i can do it, i'll take it, i can take it, i'd do it, i could do it, i will do it
do it: i will take it, i would do it, i volunteer, if nobody objects i'll do it, i'm happy to, i am happy to
do it: i'll run it, i'll lead it, i can run it, i can lead it, happy to do it, i'd take it
someone: someone, somebody, anyone, anybody, people, a person, hands, a dba, a developer, an engineer, an admin
someone: a technician, an electrician, can anybody, can anyone, can someone, can somebody, could anybody, could anyone
someone: could someone, could somebody, whoever
relative: who, with, from, that knows, that can, who's, whoever, at, near, is near, awake, has, knows
present: reads this, is reading this, reading this, sees this, is around, is online, is awake, is here, hears this
present: is listening, around, online, awake, available
needed: we need you, we need your help, is needed, are needed, needed, wanted, is wanted, please come, please join
needed: please call, please help, please show up, please shout, please step forward, please report, please dial in
needed: please speak up, we need, i need, please ring, please get in touch, call me please, we could use, looking for
needed: we're looking for, we are looking for, please raise your hand, please write, is there, please call me
needed: please ring me, i could use, would help, would help a lot, come and help, please come and help, come please
needed: join please, help please, urgently needed, is missing, need, call me, missing, we're missing, we are missing
needed: please come to the call, does anybody have, does anyone have, give me a call
meet: room, teams, zoom, webex, bridge, call, channel, huddle, meeting, conference, conference call, chat, chat room
meet: war room, warroom, slack, google meet, voice chat, hangout, phone bridge, discord, mattermost, jitsi, dial in
meet: conf call, skype, signal group, conference bridge, dial in number, new bridge, new call, new room, new number
meet: join the others, please join
moving: over to, moved to, moving to, we're in, we are in, sitting in, come to, join, new one, new link, new room
moving: new call, new bridge, the new one, take this into, take this to, moving into, switched to, switching to
moving: switch to, move to, moved into, dial, now in, gather in, gather at, come into, continue in, continue on
moving: we are now on, we're now on, we are on, we're on, meet in, meet at, meet on, meeting in, use, please use
moving: talking in, jump on, jump into, all in, are all in, new number, new venue, new place, hop on, hop into
moving: is where we are, going to use, bridge, come over to, join the others, join us, please join
add: add, put, make, take, use, bring in, call in, invite, get, list
pronoun: her, him, them
role: expert, experts, scribe, liaison, deputy, sme, specialist
minutes: the notes, the minutes, write the notes, take the notes, take notes, write the minutes, take the minutes
takes over: take over, lead this, run this, take command, take this over, be commander, take the lead
takes over: take it from here
elsewhere: posted, wrote, put, shared, uploaded, log, logs, screenshot, screenshots, graph, graphs, dashboard
elsewhere: discussed, asked, read, reads, recording, notes, wiki, joke, picture, saw, found, mentioned, pasted
elsewhere: tomorrow, retro, review
gathers: we, we're, us, everyone, everybody, all, all hands, team, please, come, join, meet, gather, gathering, now
gathers: talk, continue, folks
reword: more accurate to say, be more accurate to say, would it be more accurate to say, better to say, reword
reword: would it be better to say, wouldn't it be better to say, wouldn't it be more accurate to say, should rather say
reword: more precise to say, should we rather say, shouldn't we rather say, shouldn't we say, should we say
meeting: do this on a call, do this on the phone, talk on a call, discuss this on a call, jump on a call, hop on a call
meeting: get on a call, get on a bridge, open a bridge, start a bridge, set up a bridge, open a call, start a call
meeting: set up a call, have a call, have a bridge, do this in a call, do this by phone, move this to a call
meeting: take this to a call, continue on a call, meet on a call, need a bridge, need a call, open a channel
meeting: talk about this on a call, do this in a channel, use a chat, use a channel, get everyone on a call
needed: should be on this, should be on the call, should be on this call, should be on the bridge, should join
needed: has to join, must join, needs to join, needs to be on this, has to be on the call, should be here
meeting: set up a zoom, open a zoom, meet on zoom, start a zoom, meet on teams, talk on zoom, be a bridge, be a call
meeting: move this to slack, continue on slack, talk on slack
"""
