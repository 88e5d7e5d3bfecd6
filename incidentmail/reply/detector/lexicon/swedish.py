"""List the Swedish words by which wishes are recognised. A star stands for any ending."""

SWEDISH = """
filler: en, ett, den, det, och, också, här, alla, på, i, till, av, för, med, är, nu, tack, hej, bara, så, att, som, från
filler: ni
now: nu, genast, omedelbart, från och med nu, härifrån
this: det, den, detta, denna, allt, händelsen, incidenten, den här, det här, alltihop, hela saken, ärendet
we: vi, vi är, oss
me: jag, jag är, mig, jag har
please: snälla, vänligen, tack, gärna
ask: kan någon, kan vi, kan du, kan ni, får jag, kan jag, skulle någon kunna
wish: låt oss, vi bör, vi måste, måste, bör, kan, vill, vi kan
severity: allvarlighetsgrad, allvarsgrad, nivå, allvarlighet, sev
phase: fas, fasen
raise: höj, höja, höjer, eskalera, eskalerar, uppgradera, höjning
lower: sänk, sänka, sänker, nedgradera
move: gå, går, byt, sätt, sätta, gå över, ändra
take: tar, tar över, leder, koordinerar, har, ta
takeover: tar över, ta över, jag leder, jag tar det, tar det härifrån
grab: tar, leder
lead: befälet, befäl, ledningen, ledning, kommandot, kommando, samordningen, taktpinnen
title: incidentledare, insatsledare, ledare, ansvarig
hand: lämnar över, överlämnar, lämna över
is: är, blir, som
close: stäng, stänga, stänger, stängas, avsluta, avslutar, avslutas, avslutad, stängd
solved: löst, åtgärdat, fixat, klart, fungerar igen, över, allt fungerar, allt är grönt
false: falskt larm, falsklarm, ingen incident, bara en övning
retract: dra tillbaka, avblås, blås av
cancel: avbryt, avbryta, ställ in
whole: händelsen, incidenten, larmet, allt, alltihop, hela saken
reopen: öppna igen, återöppna, öppna den igen, öppna det igen, öppnas igen
back: trasigt igen, är tillbaka, händer igen, nere igen
undo: ångra, återställ, backa
wrong: var fel, fel tråd, fel nummer, av misstag, misstag
no change: ingen ändring, inget nytt, inga nyheter, oförändrat
next update: nästa uppdatering, nästa update, nästa info, nästa rapport
tell: återkommer, mer, mer info
do: tar, gör, skriver, sköter, är, ta, skriva
and: och
number done: klara, klar, färdig, färdiga, är klara, är klar
scribe: protokollet, protokoll, anteckningar, sekreterare
communications: kommunikationen, kommunikation, press
denied: eller, inte, ingen, inga, aldrig, utan, inte än
past: var, hade, igår, förut, blev, förra veckan
reported: han, hon, säger, sade, frågade, enligt
condition: när, ifall, innan, efter
doubtful: skulle, kanske, vem, vad, varför, hur, är det
later: imorgon, i morgon, ikväll, senare, nästa vecka, snart
often: alltid, ibland, ofta, varje, annan, andra
others: kund, kunden, kunder, biljett, leverantör, leverantören, dörr, dörren, butik, butiken, kontoret, skolan
others: ventilen
modal: kan, skulle
denied: samma här, här också
opinion: röstar för, min röst, enligt mig, för min del
worse: ett steg upp, en nivå upp
milder: ett steg ner, en nivå ner
next update: nästa besked, nästa mejl
tell: hör av mig, mejlar alla, skriver igen
undo: ändra tillbaka, som det var, ställ tillbaka
wrong: skrivfel, ett skrivfel, fel incident
solved: inget mer att göra
leave: ta bort mig, avregistrera mig, plocka bort mig
list: listan, från listan, de här mejlen
ask: borde vi inte, borde vi, ska vi inte, ska vi, vore det inte bättre, vore det inte bättre att, varför inte
ask: vad sägs om, skulle vi inte, skulle vi inte kunna, är inte detta, är det inte, är detta inte, är vi inte
ask: ska jag, borde jag, kanske vi borde
expected: är inte detta, är det inte, är detta inte, är vi inte
adding: lägg till mig, skriv upp mig, lägga till mig
me: lägg till mig, skriv upp mig, lägga till mig
do: lägg till mig, skriv upp mig, lägga till mig
subject matter experts: expert, specialist
relieve: måste lämna över, kan inte leda längre, någon annan måste ta över, någon måste ta över, kan någon ta över
relieve: vem kan ta över, kan någon avlösa mig, vem avlöser mig
search phase: undersökning, felsökning, analys
fix phase: åtgärd, reparation, lösning
watch phase: övervakning, observation
overstated: för hög, för högt, alldeles för hög
understated: för låg, för lågt, alldeles för låg
amend: ändra, justera
merely: verkligen bara, bara
volunteer: jag kan göra det, jag gör det, jag kan ta det, jag ställer upp
filler: annars
"""
