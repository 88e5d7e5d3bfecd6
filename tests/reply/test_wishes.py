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
    ],
    "phase": [
        ("jetzt phase 3, wir räumen auf", "phase 3"),
        ("on est en phase 2, la cause est connue", "phase 2"),
        ("pasamos a la fase 3", "phase 3"),
        ("przechodzimy do fazy 2, znamy przyczynę", "phase 2"),
        ("we zitten nu in fase 2", "phase 2"),
        ("siamo in fase 2 adesso", "phase 2"),
        ("please move to the next phase", "phase 2"),
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
    ],
    "end": [
        ("we can close this now I think", "close"),
        ("could somebody close this please?", "close"),
        ("bitte schließen, alle Filialen melden ok", "close"),
        ("der Vorfall kann beendet werden", "close"),
        ("vous pouvez clôturer l'incident", "close"),
        ("se puede cerrar, gracias a todos", "close"),
        ("podem encerrar o incidente", "close"),
        ("kan dit gesloten worden? alles werkt", "phase 2; phase 3; close"),
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
    ],
    "reopen": [
        ("please open this one again, the queue grows", "reopen"),
        ("can you reopen it? the tills are down", "reopen"),
        ("bitte wieder öffnen, der Fehler ist zurück", "reopen"),
        ("il faut rouvrir l'incident", "reopen"),
    ],
    "undo": [
        ("please undo that, I meant the other thread", "undo 7"),
        ("könnt ihr das rückgängig machen? falscher knopf", "undo 7"),
        ("annulez ça svp, mauvais fil", "undo 7"),
        ("can someone revert the last change please", "undo 7"),
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
    ],
    "role": [
        ("can yusuf be the scribe please", "Scribe: Yusuf"),
        ("I can take the minutes", "Scribe: +me"),
        ("ich schreibe das Protokoll", "Scribe: +me"),
        ("je peux faire la communication", "Communications: +me"),
        ("Kim does comms from now on", "Communications: Kim"),
        ("I'd be happy to do customer questions", "Customer liaison: +me"),
        ("count me in as scribe", "Scribe: +me"),
    ],
    "item": [
        ("items 3 and 4 are done", "done 3; done 4"),
        ("1 und 2 sind erledigt", "done 1; done 2"),
    ],
    "update": [
        ("nothing new from us", "no change"),
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
"""


@pytest.mark.parametrize("text", TALK.strip().splitlines())
def test_talk_is_left_alone(text: str) -> None:
    reply = heard(text)
    assert (reply.commands, reply.asks, reply.problems) == ((), (), ())
