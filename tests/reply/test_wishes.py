"""A short reply that wants something is asked about, in any words and many languages; one that only talks is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo Keller", address="bo@example.com"),
    severity=2,
    phase=1,
    updates=7,
)


def heard(body: str, **known: Any) -> Read:
    return understand(body, replace(CONTEXT, **known)).read


WISHES: dict[str, list[tuple[str, str]]] = {
    "severity": [
        ("Schweregrad 2 reicht jetzt nicht mehr, bitte Schweregrad 1", "sev 1"),
        ("könnt ihr auf Stufe 1 gehen? die Züge stehen", "sev 1"),
        ("wir gehen jetzt auf schweregrad 3, nur noch ein drucker", "sev 3"),
        ("on passe en niveau 1, tout le site est coupé", "sev 1"),
        ("merci de passer en gravité 3, il ne reste que Lyon", "sev 3"),
        ("subid la gravedad a 1, ya no hay agua en planta", "sev 1"),
        ("podemos bajar a severidad 3, queda una sola caja", "sev 3"),
        ("vamos para severidade 1, o hospital inteiro parou", "sev 1"),
        ("ernst 1 graag, alle kassa's liggen plat", "sev 1"),
        ("poziom 1 proszę, stoją wszystkie linie", "sev 1"),
        ("gravità 1 per favore, anche Torino è ferma", "sev 1"),
        ("allvarlighetsgrad 1 tack, hela sjukhuset står still", "sev 1"),
        ("this is now level 1 in my eyes", "sev 1"),
        ("could someone bump this to 1? both data centres are dark", "sev 1"),
        ("please set the level to 3, only the lobby screen is dark", "sev 3"),
        ("let us drop it to 4", "sev 4"),
        ("we should escalate this", "sev 1"),
        ("bitte hochstufen, es wird schlimmer", "sev 1"),
        ("we need sev 1 here, the dispatch radio is silent", "sev 1"),
        ("I would put this at severity 1 given that two sites are dark", "sev 1"),
        ("this deserves sev 1, the whole campus is offline", "sev 1"),
        ("imho this should go up to severity 1", "sev 1"),
        ("pls up it to sev 1", "sev 1"),
        ("can this be a sev 3 now?", "sev 3"),
        ("the severity should be 1, not 2", "sev 1"),
        ("severity needs to be 1", "sev 1"),
        ("We can lower severity now", "sev 3; sev 4"),
        ("drop the severity pls, it's only the kiosk", "sev 3; sev 4"),
        ("raise the severity, it got much worse overnight", "sev 1"),
        ("Situation is worse, please escalate", "sev 1"),
        ("Bitte Schweregrad auf 1 setzen", "sev 1"),
        ("Bitte auf 1 hochstufen, alles steht", "sev 1"),
        ("passez en gravité 1 svp", "sev 1"),
        ("niveau 1 svp, tout le réseau est tombé", "sev 1"),
        ("subimos a nivel 1", "sev 1"),
        ("sobe para nível 1 por favor", "sev 1"),
        ("wij gaan naar ernst 1", "sev 1"),
        ("podnosimy do poziomu 1", "sev 1"),
        ("passiamo a gravità 1", "sev 1"),
        ("vi höjer till nivå 1", "sev 1"),
    ],
    "phase": [
        ("jetzt phase 3, wir räumen auf", "phase 3"),
        ("on est en phase 2, la cause est connue", "phase 2"),
        ("pasamos a la fase 3", "phase 3"),
        ("przechodzimy do fazy 2, znamy przyczynę", "phase 2"),
        ("we zitten nu in fase 2", "phase 2"),
        ("siamo in fase 2 adesso", "phase 2"),
        ("please move to the next phase", "phase 2"),
        ("we are in the resolving phase now", "phase 2; phase 3"),
        ("time for phase 3", "phase 3"),
        ("I'd say phase 2, root cause found", "phase 2"),
        ("phase should be 2 by now", "phase 2"),
        ("let's go to phase 3", "phase 3"),
    ],
    "command": [
        ("I'm going to run this from here", "taking command"),
        ("Morning all, as agreed I take over now", "taking command"),
        ("I have the lead now, Priya is on a plane", "taking command"),
        ("ich mache ab jetzt die Einsatzleitung", "taking command"),
        ("ich leite das jetzt", "taking command"),
        ("c'est moi qui prends la main", "taking command"),
        ("je prends le relais de Paul, il est épuisé", "taking command"),
        ("tomo el mando, Mara se va a dormir", "taking command"),
        ("fico com o comando a partir de agora", "taking command"),
        ("ik neem de leiding over van Mara", "taking command"),
        ("przejmuję dowodzenie od Tomka", "taking command"),
        ("prendo io il comando", "taking command"),
        ("jag tar över befälet", "taking command"),
        ("Yusuf has the lead from here", "Incident commander: Yusuf"),
        ("Ines is taking over from me", "Incident commander: Ines"),
        ("can Ann take command please?", "Incident commander: Ann"),
        ("let Kim be incident commander", "Incident commander: Kim"),
        ("Mara übergibt an Yusuf", "Incident commander: Yusuf"),
        ("I'm the new commander", "taking command"),
        ("IC is me from now on", "taking command"),
        ("Bo here, I take over from Ines", "taking command"),
        ("I can take over command if you like", "taking command"),
        ("taking over as commander while Mara sleeps", "taking command"),
        ("Mara asked me to take over, so I have command", "taking command"),
        ("Handing over command to Yusuf now", "Incident commander: Yusuf"),
        ("Yusuf takes over at once", "Incident commander: Yusuf"),
        ("Yusuf is in command now", "Incident commander: Yusuf"),
        ("please make Yusuf commander", "Incident commander: Yusuf"),
        ("over to Yusuf", "Incident commander: Yusuf"),
        ("command goes to Ann Lee", "Incident commander: Ann Lee"),
        ("Ann will lead from here", "Incident commander: Ann"),
        ("please hand command to Ann", "Incident commander: Ann"),
        ("could Ann be IC?", "Incident commander: Ann"),
        ("Ich übernehme hier die Leitung, Mara hat Feierabend", "taking command"),
        ("Ich bin jetzt Einsatzleiter", "taking command"),
        ("je prends la suite de Mara comme responsable", "taking command"),
        ("quiero tomar el mando", "taking command"),
        ("assumo eu a partir daqui", "taking command"),
        ("ik neem het over van Mara", "taking command"),
        ("biorę to na siebie", "taking command"),
    ],
    "end": [
        ("we can close this now I think", "close"),
        ("could somebody close this please?", "close"),
        ("bitte schließen, alle Filialen melden ok", "close"),
        ("der Vorfall kann beendet werden", "close"),
        ("vous pouvez clôturer l'incident", "close"),
        ("se puede cerrar, gracias a todos", "close"),
        ("podem encerrar o incidente", "close"),
        ("kan dit gesloten worden? alles werkt", "close"),
        ("można zamknąć, wszystko działa od godziny", "close"),
        ("potete chiudere, grazie", "close"),
        ("ni kan stänga, allt fungerar", "close"),
        ("go ahead and wrap this up", "close"),
        ("that was just a test of the pager, please retract it", "retract"),
        ("please call the whole thing off, the sensor was wet", "retract"),
        ("bitte den Alarm zurückziehen, war nur eine Übung", "retract"),
        ("everything works again, please end this", "phase 2; phase 3; close"),
        ("all sorted, can we close?", "phase 2; phase 3; close"),
        ("war ein Fehlalarm, sorry", "retract"),
        ("fausse alerte, désolé", "retract"),
        ("close it please, nothing left to do", "close"),
        ("closing time, everything is back", "phase 2; phase 3; close"),
        ("let's call it closed", "close"),
        ("you can close this incident now, thank you all", "close"),
        ("I'd close this", "close"),
        ("can this be closed?", "close"),
        ("I think this incident can be closed", "close"),
        ("we're done here, close", "phase 2; phase 3; close"),
        ("this can be closed from our side", "close"),
        ("shall be closed please", "close"),
        ("Please mark as closed", "close"),
        ("please end the incident", "close"),
        ("cancel the incident please, sensor fault", "retract"),
        ("sorry, my test. please cancel this alarm", "retract"),
        ("false alarm folks, the probe lost its battery", "retract"),
        ("this is not an incident, please retract", "retract"),
        ("please withdraw this, wrong system", "retract"),
        ("können wir das schließen?", "close"),
        ("kann zu, läuft alles", "close"),
        ("on peut clore, merci", "close"),
        ("l'incident est terminé, on peut fermer", "phase 2; phase 3; close"),
        ("se puede cerrar ya el incidente", "close"),
        ("podem fechar, está tudo bem", "close"),
        ("mag dicht, alles doet het weer", "close"),
        ("prosimy o zamknięcie incydentu", "close"),
        ("chiudiamo pure, tutto funziona", "phase 2; phase 3; close"),
        ("kan någon stänga den här?", "close"),
    ],
    "reopen": [
        ("please open this one again, the queue grows", "reopen"),
        ("can you reopen it? the tills are down", "reopen"),
        ("bitte wieder öffnen, der Fehler ist zurück", "reopen"),
        ("il faut rouvrir l'incident", "reopen"),
        ("it's back, please reopen the incident", "reopen"),
        ("not over yet, reopen please", "reopen"),
        ("needs to be reopened, same error", "reopen"),
        ("Kann man das bitte wieder aufmachen?", "reopen"),
        ("hay que reabrirlo, volvió el fallo", "reopen"),
    ],
    "undo": [
        ("please undo that, I meant the other thread", "undo 7"),
        ("könnt ihr das rückgängig machen? falscher knopf", "undo 7"),
        ("annulez ça svp, mauvais fil", "undo 7"),
        ("can someone revert the last change please", "undo 7"),
        ("it was nothing, please cancel", "undo 7; retract"),
        ("undo please", "undo 7"),
        ("please undo my last reply", "undo 7"),
        ("oops wrong incident, please undo", "undo 7"),
        ("can you revert my change?", "undo 7"),
        ("I did not mean to change the severity, please undo", "undo 7"),
        ("that last change was a mistake, undo it", "undo 7"),
        ("war mein Fehler, bitte rückgängig machen", "undo 7"),
    ],
    "time": [
        ("nächste meldung in 20 minuten", "next in 20 minutes"),
        ("prochain point à 16h", "next 16:00"),
        ("próxima actualización a las 17:00", "next 17:00"),
        ("volgende update om 16:30", "next 16:30"),
        ("następna aktualizacja o 16:00", "next 16:00"),
        ("I'll send the next update once the vendor calls", "next +30m"),
        ("next updt in 20", "next in 20 minutes"),
        ("will report back at 16:00", "next 16:00"),
        ("nxt update in 45", "next in 45 minutes"),
        ("next upd at 5", "next 5:00"),
        ("update again at 16:15", "next 16:15"),
        ("I will update you in one hour", "next +30m"),
        ("more at half past four", "next half past four"),
        ("next update when I know more", "next +30m"),
        ("I'll update everyone at noon", "next 2026-11-21 12:00 UTC"),
        ("next status at 15:30", "next 15:30"),
        ("nächste Info um halb sechs", "next +30m"),
        ("prochaine info dans 30 minutes", "next in 30 minutes"),
    ],
    "role": [
        ("can yusuf be the scribe please", "Scribe: Yusuf"),
        ("I can take the minutes", "Scribe: +me"),
        ("ich schreibe das Protokoll", "Scribe: +me"),
        ("je peux faire la communication", "Communications: +me"),
        ("Kim does comms from now on", "Communications: Kim"),
        ("I'd be happy to do customer questions", "Customer liaison: +me"),
        ("count me in as scribe", "Scribe: +me"),
        ("can Kim be deputy?", "Deputy: Kim"),
        ("Kim is the scribe from now on", "Scribe: Kim"),
        ("could you put me as business liaison", "Business liaison: +me"),
        ("I do the customer liaison thing", "Customer liaison: +me"),
        ("Tom for comms please", "Communications: Tom"),
        ("let me be the deputy", "Deputy: +me"),
        ("add me as expert for storage", "Subject-matter experts: +me"),
        ("I volunteer as scribe", "Scribe: +me"),
    ],
    "item": [
        ("items 3 and 4 are done", "done 3; done 4"),
        ("3, 4 done", "done 3; done 4"),
        ("1 und 2 sind erledigt", "done 1; done 2"),
        ("4 and 5 are finished", "done 4; done 5"),
        ("1, 2 and 3 done", "done 1; done 2; done 3"),
        ("no. 2 done, sorry it took so long", "done 2"),
    ],
    "update": [
        ("nothing new from us", "no change"),
        ("no changes on our side", "no change"),
        ("still the same here", "no change"),
        ("no change at all", "no change"),
    ],
}


@pytest.mark.parametrize(
    ("text", "about", "offered"), [(text, about, offered) for about, rows in WISHES.items() for text, offered in rows]
)
def test_a_wish_is_asked_about(text: str, about: str, offered: str) -> None:
    reply = heard(text)
    assert reply.commands == ()
    assert (reply.asks[0].about, "; ".join(reply.asks[0].offers)) == (about, offered)


@pytest.mark.parametrize(
    "offered", sorted({one for rows in WISHES.values() for _, offered in rows for one in offered.split("; ")})
)
def test_what_is_offered_acts(offered: str) -> None:
    assert len(heard(offered).commands) == 1


TALK = """
In phase 2 the pump draws 40 amps
the supplier is on level 2 support
Schweregrad 1 hatten wir letztes Jahr zweimal
wer entscheidet über den Schweregrad?
on avait dit gravité 1 en mars
si ça empire, on passe en gravité 1
el cliente pide severidad 1 pero no lo es
não estamos em severidade 1
ze zeggen dat het ernst 1 is
gdyby padła produkcja, byłby poziom 1
Is it level 1 or 2 by the book?
we never had a level 1 in this building
The handbook says phase 3 starts with the review
Peter took command in the March outage
who takes over at six?
I take the train at six
ich übernehme morgen die Frühschicht
Mara hatte gestern die Leitung
je prends un café et je reviens
tomo nota
ik neem contact op met de leverancier
przejmuję się tym trochę
I have the logs here
I run the tests again
I own a car, can drive to the site
Ann has a question about the lead time
I handed the disk to the courier
we close the shop at eight
the door in hall 2 is closed
closing the firewall ports one by one
the ticket with Cisco was closed
bitte die Fenster schließen
le magasin est fermé
la tienda cierra a las nueve
het kantoor sluit om zes uur
zamykam okno w serwerowni
I do not think we can close it
who can close this?
He asked to cancel his order
the train was cancelled
a false alarm like last week would be nice
the road is open again
school reopens on Monday
the bug was fixed in 2.4 and reopened
undo is greyed out in the console
roll back of the database takes an hour
we reverted the config at 12:10
the next release is due at 17:00
next meeting with the board at 16:00
the next train leaves at half five
nächste Woche bin ich im Urlaub
I sent the update to the board at three
was the scribe there yesterday?
Kim knows the comms team
the minutes of the last meeting are lost
ich habe das Protokoll gelesen
5 of 7 nodes are done
3 disks done, 4 to go
it took 2 and a half hours
the job finished with code 3
nobody escalated it in May
the vendor escalated to level 3
resolved 14 of 20 cases
fixed the typo in the runbook
the backup is working again on node 2
I think the disk is full
we are looking at the logs
it is raining here
the generator runs, diesel for 6 hours
can someone call the bank?
please send me the logs
can we get a second pair of eyes on the db?
please keep the phone bridge open
do we have a DBA on call?
Bo is at the data centre, Ann drives there now
let's wait for the vendor
we need more coffee
I am at the door, please let me in
the team in Lyon has 3 people and no lead
ok thanks, understood
my phone is on 3 percent
kann jemand beim Lieferanten anrufen?
quelqu'un peut appeler le fournisseur ?
alguien tiene el número de Iberdrola?
ktoś ma numer do dostawcy?
I take it you have seen the graphs
this one is hard to read
it is over there in rack 3
The lead engineer of the vendor has a fix
severity of the burn marks is low
my level of patience is at 1
severity is not what we should talk about now
the phase angle is off by 2 degrees
phase 3 of the roll-out starts next week
the commander left the building at noon
the fire brigade takes command of the building
The lead on channel 2 is broken
I take the minutes from Tuesday as an example
who closed the last one?
closing the books takes two days
we keep it open until Monday
please do not close
please don't undo anything yet
I cannot close the app
the gate closes automatically
cancel culture aside, the sensor was fine
they cancelled the delivery
alarm panel 3 is silent again
we undo the screws now
undo the change on the firewall first, then test
revert the commit on node 3 and restart it
the incident in May was reopened twice
I open the ticket again with the vendor
the next update of the firmware is in May
next time please call me
update: the vendor is on site
the update of the database failed at 14:10
scribes are rare these days
Ann was deputy in the last drill
done, restarted 3 nodes
2 nodes done, 4 missing
done at 14:03
3 of them are done
same error on node 2
no change in the error rate on node 4
the same people as last time
nothing changed in the config of node 3
same procedure as every year
Mara is on her way with two fitters
the provider gave us level 3 support
please bring a ladder
can someone bring a ladder?
can you restart node 4?
can we restart the queue?
please restart the queue
let's meet at the gate
let's wait ten minutes
we should call the bank
I think it is DNS
I will be there at 5
back in 10 minutes
I am back at my desk
I have a plan
I have it here on my screen
I got the key
I own the service, ask me
I run the load test again at 16:00
I drive to the site now
I take it down for a minute
I handle the customers' calls
I am leading a training today, sorry
it is getting better
it works on my machine
works for me
fixed the cable
the leak is fixed
pump 2 is fixed, pump 3 not
everything is wet
all good here in Lyon
we are good at guessing
we're good on diesel until midnight
we are over budget
that is over my head
the storm is over
monitoring is down too
monitoring shows nothing
stable at 40 percent errors
the shift is over at six
I finish the report tomorrow
ich mache jetzt Pause
ich leite die Mail an den Lieferanten weiter
wir sind auf Ebene 2
das Fenster ist wieder zu
bitte Tür zu
je prends la voiture
je gère les appels clients
on passe par la porte nord
c'est réparé au deuxième étage
me encargo de llamar al banco
llevo las llaves
fico em casa hoje
fecho a porta
ik neem de trein
ik regel koffie
biorę taksówkę
zamykam laptopa na chwilę
prendo il treno
jag tar bilen
"""


@pytest.mark.parametrize("text", TALK.strip().splitlines())
def test_talk_is_left_alone(text: str) -> None:
    reply = heard(text)
    assert (reply.commands, reply.asks, reply.problems) == ((), (), ())


@pytest.mark.parametrize(
    ("known", "offered"),
    [
        ({"is_open": False}, "reopen"),
        ({"phase": 3}, "phase 1"),
        ({"phase": 1}, "reopen"),
        ({"severity": None}, "reopen"),
    ],
)
def test_who_asks_to_reopen_an_open_incident_may_mean_an_earlier_phase(known: dict[str, Any], offered: str) -> None:
    assert [ask.offers for ask in heard("can somebody open this again please?", **known).asks] == [(offered,)]


def test_a_long_text_may_state_a_severity_but_asks_for_nothing_else() -> None:
    report = "The fitters measure every pump in the east wing and write the values down. " * 6
    assert [ask.offers for ask in heard(f"I think this is severity 1 by now. {report}").asks] == [("sev 1",)]
    assert heard(f"Please close this. {report}", phase=2).asks == ()


def test_no_more_than_three_questions_are_asked() -> None:
    text = "could somebody close this, undo that, we are at level 1 now, next upd at 15:00, Ann takes over"
    assert len(heard(text).asks) == 3


def test_a_line_that_a_mail_program_wrapped_goes_on() -> None:
    wrapped = "The electricians say that the pump in the east wing draws\nphase 2 at 40 amps"
    assert heard(wrapped).asks == ()


@pytest.mark.parametrize("text", ['Mara wrote "please close this"', "If it rains in, please close this"])
def test_a_wish_in_quotation_marks_or_on_a_condition_is_none(text: str) -> None:
    assert heard(text).asks == ()
