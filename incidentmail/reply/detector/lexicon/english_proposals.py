"""List the English words of questions, suggestions and requests for oneself. A star stands for any ending."""

ENGLISH_PROPOSALS = """
relieve: can anyone else lead this, can someone else lead this, can somebody else lead this
relieve: can anyone else take over, can someone else take over, can somebody else take over
relieve: could someone else take over, could someone else lead this, can anyone else lead, can someone else lead
relieve: could somebody else lead this, could somebody else take over
this: this was, that was, it was
past: this was, that was, it was
wrong: that was wrong, this was wrong, it was wrong, this was not right, that was not right, it was not right
wrong: that was incorrect, that was a typo, this was a typo, it was a typo, that was the wrong button
ask: why are we not, why aren't we, why is this not, why isn't this, why are we still, are we sure this is
ask: are we sure that this is
expected: why are we not, why aren't we, why is this not, why isn't this
opinion: fitting, more fitting, appropriate, more appropriate, adequate, better
undo: scratch what i said about, forget what i said about, forget what i wrote about, ignore what i said about
undo: disregard what i said about
unsay: scratch what i said about, forget what i said about, forget what i wrote about, ignore what i said about
unsay: disregard what i said about, scratch what i said, forget what i said, forget what i wrote, ignore what i said
unsay: ignore what i wrote, disregard what i said, disregard what i wrote, take back what i said
unsay: take back what i wrote, strike what i said, scratch what i wrote
this: this was a, it was a, that was a, this was just a, it was just a, this was only a
past: this was a, it was a, that was a, this was just a, it was just a, this was only a
me: ill be, ill take, ill
ask: shouldn't we be, should we not, should i not, why wouldn't we, why shouldn't we, wouldn't we
ask: wouldn't it make more sense to, would it not be better to, is there any reason not to, any reason not to
ask: any objection to, any objections to, any objections if, can't we, can't we just, couldn't we, could we not
ask: could we maybe, can we maybe, might it be better to, wouldn't it be wiser to, would it be wise to
ask: would it be worth, would you like me to, aren't we, haven't we, hasn't this, hasn't it, isn't the incident
ask: isn't everything, can't this, couldn't this, does anybody mind if, does anyone mind if, ok if, okay if, ok if i
ask: okay if i, is it ok if i, is it ok if we, is it okay if i, mind if i, do you mind if i, should we maybe
ask: maybe we should, perhaps we should, shouldn't we rather, wouldn't this, could somebody please
ask: can someone please, could someone please, can somebody please, is it not time to, isn't it time to, what if we
expected: isn't this, isn't that, isn't it, isn't the incident, isn't everything, aren't we, haven't we, hasn't this
expected: hasn't it, shouldn't this, shouldn't it
adding: add me, add me to, include me, please include me, can you include me, put me on, sign me up, loop me in
adding: cc me in, bring me in, keep me in, add me please, add me to this, add me to the incident, get me added
adding: i'd like to be added, want to be added, put my name down, i should be on this, put my name on it
adding: put my name on this
me: add me to, include me, please include me, can you include me, put me on, sign me up, loop me in, cc me in
me: bring me in, keep me in, add me please, add me to this, add me to the incident, get me added
me: i'd like to be added, want to be added, put my name down, i should be on this, put my name on it
me: put my name on this
do: add me to, include me, please include me, can you include me, put me on, sign me up, loop me in, cc me in
do: bring me in, keep me in, add me please, add me to this, add me to the incident, get me added
do: i'd like to be added, want to be added, put my name down, i should be on this, put my name on it
do: put my name on this
relieve: need to hand over, have to hand over, want to hand over, must hand over, would like to hand over
relieve: need to step down, have to step down, must step down, stepping down, can't stay on, cannot stay on
relieve: cannot lead any longer, can't lead any longer, can't lead any more, cannot lead any more, can't lead anymore
relieve: cannot lead anymore, someone else needs to take it, somebody else needs to take it
relieve: someone else has to take it, somebody else has to take it, somebody take over, someone take over
relieve: somebody else take over, someone else take over, somebody take over please, someone please take over
relieve: somebody please take over, can someone take over, can somebody take over, could someone take over
relieve: could somebody take over, can anyone take over, could anyone take over, who can take over
relieve: who takes over from me, who can relieve me, relieve me, need to be relieved, need relief, need a relief
relieve: someone to relieve me, somebody to relieve me, someone needs to take over, somebody needs to take over
relieve: somebody has to take over, someone has to take over, can't do this any longer, can't run this any longer
relieve: cannot run this any longer, need someone to take over, need somebody to take over
relieve: looking for someone to take over, want to step down, step down
title: incident commander, commander
relieve as: can't stay on as, cannot stay on as, can't continue as, cannot continue as, can't go on as
relieve as: cannot go on as, can't be, cannot be, no longer be, can no longer be
hand: need to hand over, have to hand over, want to hand over, must hand over, would like to hand over
me: can someone relieve me, can somebody relieve me
relieve: can someone relieve me, can somebody relieve me
search phase: investigating, investigation, searching, diagnosing, diagnosis
fix phase: fixing, fixing it, repairing, repair, fix mode, fixing mode, resolution
watch phase: monitoring, watching, observation, observing, monitoring mode, watching mode, watch mode
overstated: too high, too severe, way too high, much too high, exaggerated, overrated, set too high, is too high
overstated: overstated
understated: too low, way too low, much too low, not high enough, underrated, set too low, is too low, understated
understated: too mild
amend: changed, adjusted, corrected, reviewed, change, changing, adjust, update, review, reconsider, rethink, revisit
amend: look at, recheck, reassess, correct, alter
merely: really just, really only, just, only, still just, still only, truly just, truly only, really still just
merely: really still only
greatly: really, really still, still really, truly, still
volunteer: i'd volunteer, i volunteer, i would volunteer, i can do it, i can do that, i could do it, i could do that
volunteer: put me down for it, put me down for that, i'd do it, i would do it, happy to do it, i'll do it
volunteer: i'll do that, i can take it, i could take it, i'd take it, i can take that, happy to take it
volunteer: i'd be up for it, i'm available, glad to do it
me: i'd volunteer, i volunteer, i would volunteer
do: i'd volunteer, i volunteer, i would volunteer
undo: scratch what i said, forget what i said, forget what i wrote, ignore what i said, ignore what i wrote
undo: ignore my last mail, scratch my last mail, disregard what i said, disregard what i wrote, take back what i said
undo: take back what i wrote, strike what i said, scratch what i wrote, disregard my last mail, forget my last mail
undo: i take that back, i take it back
filler: if not, if so
ask: wouldn't a, would a, are we not, is this not, is it not, is the incident not, have we not
expected: are we not, is this not, is it not, is the incident not, have we not
adding: i want in, want in, me too please, me as well please, put me on the list of people, count me as involved
me: i want in, want in, me too please, me as well please
do: i want in, want in, me too please, me as well please
filler: please note, for your information, turned out to be, turns out to be, it turned out to be, turned out
false: turned out to be nothing, this turned out to be nothing, was nothing after all
unsay: scrap what i said, scrap what i wrote, scrap what i said earlier, forget what i said earlier
unsay: ignore what i said earlier, scratch what i said earlier, scrap what i said earlier about
unsay: scrap what i said about
undo: scrap what i said, scrap what i wrote, scrap what i said earlier, forget what i said earlier
undo: ignore what i said earlier, scratch what i said earlier, scrap what i said earlier about
undo: scrap what i said about
opinion: enough, is enough, would be enough, honest, accurate
amend: updated
ask: wasn't this, wasn't it, wasn't that, hadn't we, are you sure this is, are you sure that this is, would you agree to
expected: wasn't this, wasn't it, wasn't that, hadn't we
adding: count me in on this, count me in please, please count me in
me: count me in on this, count me in please, please count me in
do: count me in on this, count me in please, please count me in
false: just a test of the alerting, only a test of the alerting, a test alert, just a test alert
volunteer: otherwise i will, i will otherwise, otherwise i can, otherwise i'd do it
"""
