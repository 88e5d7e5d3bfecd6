"""List the Dutch words by which wishes are recognised. A star stands for any ending."""

DUTCH = """
filler: de, het, een, en, ook, maar even, hier, allemaal, op, in, naar, te, van, voor, met, bij, aan, worden, wordt, is
filler: zijn, ben, dus, maar, bedankt, dank, hallo, hoi, groet, groetjes, ja, even, graag gedaan, eindelijk, iedereen
filler: weer, er
now: nu, meteen, direct, vanaf nu, vanaf hier, onmiddellijk, inmiddels, vandaag
this: het, dit, dat, deze, die, het incident, incident, dit incident, alles, de hele zaak, de storing, het probleem
this: probleem
we: we, wij, we zijn, wij zijn, ons
me: ik, ik ben, mij, me, ik heb, ik zal
opinion: denk, vind, volgens mij, duidelijk, zeker
please: graag, alsjeblieft, alstublieft, aub, svp, a u b, gelieve
ask: kan iemand, kunnen we, kun je, kunt u, kan je, kunnen jullie, mag ik, kan ik, zou iemand, kunnen wij, wil iemand
ask: mogen we
wish: laten we, we moeten, moet, moeten, ik wil, kan, kunnen, we kunnen, mag, je kunt, wil
severity: ernst, ernstgraad, niveau, ernstniveau, urgentie, prioriteitsniveau, sev, level
phase: fase, de fase
raise: opschalen, verhogen, escaleren, omhoog, ophogen, schaal op, opschaling, verhoging
lower: afschalen, verlagen, omlaag, terugschalen, schaal af
move: gaan, ga, zetten, zet, overgaan, wijzigen, maken, maak, over
worse: erger, wordt erger, het wordt erger
milder: minder erg, niet zo erg
next phase: volgende fase
take: neem, pak, leid, regel, coördineer, heb, doe, neemt, leidt, overnemen
takeover: neem over, neem het over, overnemen, ik leid, neem dit over, ik coördineer, neemt over, neemt het over
grab: pak, neem, regel, doe, leid
lead: leiding, de leiding, commando, het commando, coördinatie, de coördinatie, regie, de regie
title: leider, incidentleider, de leider, verantwoordelijke, verantwoordelijk
hand: geef, draag over, overdragen, overgedragen
is: is, wordt, wordt nu, als
close: sluit, sluiten, afsluiten, gesloten, afgesloten, dicht, beëindig*, dichtdoen
solved: opgelost, verholpen, hersteld, voorbij, klaar, werkt weer, weer normaal, weer in orde, doet het weer
solved: alles werkt, weer groen, alles groen
false: vals alarm, loos alarm, geen incident, niets aan de hand
retract: intrekken, afblazen, trek in, afgelasten
cancel: annuleren
whole: het incident, incident, alarm, het alarm, de melding, melding, alles, de hele zaak
reopen: heropen*, weer openen, opnieuw openen, weer open
back: weer stuk, weer kapot, weer terug, is terug, gebeurt weer, weer hetzelfde
undo: ongedaan maken, ongedaan, terugdraaien, draai terug, maak ongedaan, maak dat ongedaan, draai dat terug
wrong: was fout, verkeerde nummer, verkeerde draad, vergissing, foutje, per ongeluk
no change: geen verandering, geen nieuws, geen wijziging, geen veranderingen, ongewijzigd, niets nieuws
next update: volgende update, de volgende update, volgend bericht, volgende bericht, nieuwe update
tell: meer, meer nieuws, laat weten, kom terug, update
leave: uitschrijven, afmelden, schrijf me uit, haal me
list: lijst, de lijst, mailinglijst, van de lijst
do: doe, doet, neem, neemt, schrijf, schrijft, is, ben, regel
and: en
number done: klaar, gedaan, afgerond, zijn klaar, is klaar, zijn gedaan, is gedaan
scribe: notulen, de notulen, notulist, verslag, het verslag
communications: communicatie, de communicatie, pers
deputy: plaatsvervanger, vervanger
denied: niet, geen, nooit, niemand, zonder, nog niet
past: was, waren, had, hadden, werd, gisteren, vroeger, toen, vorige week, geweest, laatst
reported: hij, zij, zei, zegt, zeggen, zeiden, vroeg, volgens hem, schreef, hun, haar
condition: als, wanneer, zodra, tenzij, voordat, nadat, totdat, indien
doubtful: zou, zouden, misschien, waarschijnlijk, wie, wat, waarom, hoe, waar, welke, zijn we, is dit, is het
later: morgen, vanavond, straks, later, volgende week, ooit, binnenkort
often: altijd, soms, vaak, elke, andere, ander, betekent
others: klant, klanten, ticket, tickets, leverancier, kantoor, winkel, deur, school, handleiding, project
modal: kan, zou, mag
denied: hier ook, bij mij ook, idem, zelfde hier, bij ons ook
filler: eerlijk gezegd, begrepen, duidelijk, gezien
opinion: wat mij betreft, mijn stem, stem voor, ik stem voor
this: hij, gaat hij
raise: gaat, gaat hij
worse: een trapje hoger, een niveau hoger, eentje hoger, een stap hoger
milder: een trapje lager, een niveau lager, eentje lager, een stap lager, een tandje lager, tandje lager
next update: volgende melding, volgend nieuws, volgende mail, volgende stand
tell: laat weer weten, meld me, meld me weer, stuur een mail, mail iedereen, geef een update, stuur een update
tell: laat iets weten, houd jullie op de hoogte
undo: terugzetten, weer terugzetten, zoals het was, zoals eerst, terug naar wat het was
wrong: tikfout, een tikfout, typefout, een typefout, verkeerd getypt, was voor het andere incident, verkeerde incident
false: er was nooit iets kapot, nooit iets kapot, er was nooit een probleem, had ik niet moeten melden
false: nooit een probleem
solved: niets meer te doen, niks meer te doen
leave: afhalen, verwijderen, verwijder me, verwijder mij, uit de lijst halen, eraf halen, van de lijst halen, afgehaald
leave: uitgeschreven
list: deze lijst, van deze lijst, deze mails, deze e mails, verzendlijst
ended: gesloten, afgesloten, dichtgedaan
raise: mag hij
this: mag hij
tell: iets weten
vote: ik stem voor, stem voor
filler: om, laat, geef
worse: een niveau hoger gaan
tell: schrijf, stuur bericht, mail jullie
false: maar een test, het was maar een test, alleen een test, een oefening, maar een oefening
wrong: verkeerde mail, verkeerd draadje
leave: geen mails meer
ask: moeten we dit niet, zouden we dit niet, moeten we niet, moeten we, zouden we niet, zouden we, moeten wij niet
ask: zou het niet beter zijn, zou het beter zijn, is het niet beter, is het niet beter om, zou het niet beter zijn om
ask: waarom niet, wat dacht je van, hoe zit het met, zal ik, zullen we, zou dit niet, moet dit niet, is dit niet
ask: is dit niet al, zijn we niet, zijn we niet al, moet ik, moet ik niet, kunnen we niet, hadden we niet
ask: wordt het geen tijd om
expected: is dit niet, is dit niet al, zijn we niet, zijn we niet al
adding: voeg me toe, voeg mij toe, me toevoegen, mij toevoegen, zet me erbij, zet mij erbij, neem me op
me: voeg me toe, voeg mij toe, me toevoegen, mij toevoegen, zet me erbij, zet mij erbij, neem me op
do: voeg me toe, voeg mij toe, me toevoegen, mij toevoegen, zet me erbij, zet mij erbij, neem me op
subject matter experts: deskundige, specialist
relieve: moet overdragen, ik moet overdragen, kan niet langer leiden, iemand anders moet het overnemen
relieve: iemand moet het overnemen, kan iemand overnemen, kan iemand het overnemen, wie kan het overnemen
relieve: wie lost me af, kan iemand me aflossen, iemand moet me aflossen
search phase: onderzoek, analyse
fix phase: herstel, oplossen, reparatie
watch phase: monitoring, bewaking, observatie
overstated: te hoog, veel te hoog
understated: te laag, veel te laag
amend: aanpassen, wijzigen, veranderen
merely: echt maar, echt slechts, slechts, maar, echt alleen
volunteer: ik kan het doen, ik wil het wel doen, ik doe het, ik kan dat doen, ik kan dat wel doen
volunteer: ik wil dat wel doen, dan doe ik het
filler: zo niet, als niet
"""
