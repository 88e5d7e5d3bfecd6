"""List the Italian words by which wishes are recognised. A star stands for any ending."""

ITALIAN = """
filler: il, lo, la, i, gli, le, un, una, di, del, della, e, anche, qui, tutti, a, al, alla, in, per, con, è, sono
filler: essere, grazie, ciao, sì, ok, l, questa, da, si
now: adesso, ora, subito, immediatamente, da ora, da adesso
this: questo, ciò, l'incidente, incidente, tutto, il problema, problema, lo
we: siamo, noi, passiamo, abbiamo, andiamo
me: io, mi, sono, me
please: per favore, per piacere, prego, per cortesia
ask: possiamo, qualcuno può, può qualcuno, puoi, potete, posso, potremmo, potrebbe qualcuno, si può
wish: dobbiamo, bisogna, vorrei, propongo, si può, può, deve, andrebbe, puoi, potete
severity: gravità, severità, livello, livello di gravità, criticità, sev
phase: fase, la fase
raise: alzare, aumentare, salire, alzate, alziamo, innalzare, portare, alza, scalare
lower: abbassare, ridurre, scendere, abbassate, abbassiamo, abbassa
move: passare, passiamo, andare, mettere, cambiare, mettete
take: prendo, assumo, guido, gestisco, coordino, prende
takeover: prendo il comando, subentro, me ne occupo, ci penso io, gestisco io, prendo io
grab: prendo, gestisco, guido
lead: comando, il comando, controllo, il controllo, guida, la guida, coordinamento, il coordinamento
title: comandante, responsabile
hand: passo il comando a, cedo
is: è, sarà, come
close: chiud*, chius*, terminare, concludere
solved: risolto, sistemato, finito, funziona di nuovo, tutto funziona, tutto ok, ripristinato
false: falso allarme, non è un incidente
retract: ritirare, ritirate
cancel: annullare, annullate, annulla
whole: incidente, l'incidente, tutto, allarme, l'allarme
reopen: riaprire, riaprite, riapriamo, riapri, riapr*
back: di nuovo rotto, è tornato, succede di nuovo
undo: annulla, annullare, ripristina
wrong: era sbagliato, per errore, ho sbagliato, errore mio
no change: nessuna novità, nessun cambiamento, niente di nuovo, invariato
next update: prossimo aggiornamento, prossimo update, prossime notizie
do: faccio, fa, prendo, prende, scrivo, sono, fare, può fare
and: e
number done: fatto, fatti, finito, finiti
scribe: verbale, il verbale
communications: comunicazione, la comunicazione, stampa
denied: oppure, non, mai, nessuno, niente, senza, nessun, non ancora, né
past: era, erano, aveva, fu, ieri, stato, stata, scorsa settimana, scorso anno
reported: lui, lei, loro, detto, dice, dicono, chiesto, secondo
condition: se, quando, finché, prima di, dopo
doubtful: sarebbe, potrebbe, forse, chi, cosa, quando, perché, come mai, dove, quale, dovrebbe
later: domani, stasera, stanotte, più tardi, presto
often: sempre, a volte, ogni, altro, altra, altri, significa
others: cliente, clienti, ticket, negozio, fornitore, ufficio, porta, scuola, manuale, progetto, valvola
modal: può, potrebbe
denied: anche qui, idem, anche da me
opinion: voto per, per me, a mio avviso, secondo me, da parte mia
worse: un livello in più, un gradino in più, salire di un livello
milder: un livello in meno, un gradino in meno, scendere di un livello
next update: prossimo messaggio, prossima comunicazione, prossimo punto
tell: vi aggiorno, do notizie, mi faccio vivo, scrivo a tutti, vi faccio sapere, aggiorno tutti
undo: rimettere come prima, com'era, come era prima, com'era prima
wrong: errore di battitura, un errore di battitura, incidente sbagliato
false: non c'è mai stato un problema, niente era rotto
solved: niente più da fare, non c'è più niente da fare
leave: toglietemi, togliermi, cancellarmi, rimuovetemi
list: lista, dalla lista, queste mail
tell: scrivo, vi scrivo
false: solo una prova, era solo una prova, era solo un test
ask: dovremmo, sarebbe meglio, perché non, che ne dite di, e se, bisognerebbe, devo
adding: aggiungetemi, aggiungimi, inseritemi, aggiungermi, includermi, includetemi
me: aggiungetemi, aggiungimi, inseritemi, aggiungermi, includermi, includetemi
do: aggiungetemi, aggiungimi, inseritemi, aggiungermi, includermi, includetemi
subject matter experts: esperto, esperta, specialista
relieve: devo passare il comando, devo cedere il comando, non posso continuare, non posso più guidare
relieve: qualcuno deve subentrare, qualcuno può subentrare, chi può subentrare, chi mi dà il cambio
relieve: qualcuno può darmi il cambio
search phase: indagine, diagnosi, analisi
fix phase: correzione, riparazione, risoluzione
watch phase: monitoraggio, osservazione, sorveglianza
overstated: troppo alta, troppo alto
understated: troppo bassa, troppo basso
amend: cambiare, modificare, rivedere
merely: davvero solo, solo, soltanto, davvero soltanto
volunteer: posso farlo, lo faccio io, posso farlo io, mi offro
filler: se no, altrimenti
expected: non è già, non siamo già
ask not: non dovremmo, non sarebbe meglio, non bisognerebbe, non è già, non dovrebbe, non dovrebbe essere
ask not: non siamo già, non potremmo, non conviene, non converrebbe
"""
