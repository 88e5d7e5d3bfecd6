"""List the German words by which wishes are recognised. A star stands for any ending."""

GERMAN = """
filler: der, die, das, den, dem, des, ein, eine, einen, einem, einer, und, auch, nur, doch, mal, hier, alle, allen, an
filler: auf, in, im, zu, zum, zur, von, vom, für, mit, bei, ab, werden, wird, ist, sind, bin, sein, so, danke, hallo
filler: moin, liebe, kollegen, ja, gut, ok, uns, als, dann, erst, leider, schon, ganz, komplett, endlich, also, denn, da
filler: voll, guten morgen, guten abend, gruß, grüße, lg, noch, spätestens, wieder, so gegen, gegen, etwa, ungefähr
now: jetzt, nun, sofort, ab jetzt, ab sofort, gerade, inzwischen, mittlerweile, umgehend, seit jetzt, ab hier, bereits
now: heute
this: des incidents, des vorfalls, dieses incidents, dieses vorfalls
this: es, das, dies, diesen, dieses, den vorfall, vorfall, der vorfall, das thema, die sache, das ganze, den incident
this: alles, incident, das problem, problem, die störung, störung, ding, das ding
we: wir, wir sind, wir haben, uns
me: ich würde, ich könnte, ich, ich bin, mich, mir, ich werde
opinion: denke, finde, glaube, meine, würde sagen, sicher, klar, eindeutig, wohl, meiner meinung nach
please: bitte, bitte mal, bidde, ich bitte, bitte sofort
ask: kann jemand, kann bitte jemand, kann mal jemand, könnte jemand, kannst du, können wir, könnt ihr, können sie
ask: könnten wir, könntest du, könnten sie, kann ich, darf ich, würde jemand, könntet ihr, dürfen wir, kann man
ask: könnte man, kann wer
wish: lasst uns, wir sollten, wir müssen, muss, müssen, sollten, sollte, ich möchte, ich will, wir wollen, kann, können
wish: möchte, lass uns, du kannst, ihr könnt, sie können, wir können, man kann, wir könnten, darf, soll
severity: schweregrad, stufe, dringlichkeit, schwere, dringlichkeitsstufe, sev, severity, level, kritikalität
severity: eskalationsstufe
phase: phase, die phase
raise: hochstufen, hochstufung, höher stufen, anheben, erhöhen, eskalieren, hochsetzen, heraufstufen, hochziehen
raise: erhöhung, hoch, raufsetzen, eskalation, rauf
lower: herabstufen, runterstufen, herunterstufen, senken, herabsetzen, runtersetzen, zurückstufen, runter, herunter
lower: absenken
move: gehen, wechseln, setzen, übergehen, stellen, ändern, machen, setze, gehe, wechsle, stelle, ändere, wechsel
worse: wird schlimmer, schlimmer, wird schlechter, es wird schlimmer
milder: weniger schlimm, nicht so schlimm
next phase: nächste phase, nächsten phase
take: übernehm*, übernimmt, leite, leitet, führe, mache, mach, habe, hab, koordiniere, koordiniert, nehme, nehm
takeover: übernehm*, übernimmt, ich leite, ich führe, ich koordiniere, löse ab, springe ein
grab: übernehm*, mache, mach, leite, führe, koordiniere
lead: kommando, das kommando, leitung, die leitung, führung, die führung, einsatzleitung, die einsatzleitung
lead: koordination, den hut, die koordination, verantwortung, die verantwortung, hut, steuer, das steuer
title: einsatzleiter, einsatzleiterin, vorfallleiter, verantwortlich, verantwortlicher, der verantwortliche
title: die verantwortliche, leiter
mine: gehört mir, mein vorfall
hand: übergebe, gebe ab, gibt ab, übergibt, abgeben, übergeben
is: ist, wird, ist jetzt, wird jetzt, als, liegt, liegt bei
close: schließ*, schliess*, abschließ*, abschliess*, geschlossen, abgeschlossen, beend*, zumachen, zu machen
close: dichtmachen, schluss, ende, kann zu, mach zu, macht zu
solved: erledigt, behoben, gelöst, gefixt, vorbei, in ordnung, wieder da, wieder ok, wieder gut, wieder normal
solved: läuft wieder, geht wieder, wieder grün, alles grün, alles gut, alles ok, funktioniert wieder, läuft
solved: wieder in ordnung, wieder online, entwarnung
false: fehlalarm, falscher alarm, kein vorfall, kein incident, nur eine übung, nur ein test, keine störung
retract: zurückziehen, zieht zurück, abblasen
cancel: zurücknehmen, abbrechen, absagen, stornieren, widerrufen, ignorieren
whole: vorfall, den vorfall, das ganze, alarm, den alarm, meldung, die meldung, alles
reopen: wieder öffnen, wieder aufmachen, wiedereröffn*, erneut öffnen, neu öffnen, wieder eröffnen, nochmal öffnen
reopen: wieder auf
back: wieder kaputt, ist wieder da, wieder offen, tritt wieder auf, immer noch kaputt, passiert wieder, schon wieder
undo: rückgängig, rückgängig machen, zurücksetzen, zurückdrehen, zurücknehmen, mach das rückgängig
wrong: war falsch, war ein versehen, aus versehen, versehen, falscher thread, falsche nummer, falscher knopf, vertippt
no change: keine änderung, keine änderungen, keine neuigkeiten, unverändert, nichts neues, nix neues, gleicher stand
next update: nächstes update, das nächste update, nächste update, nächstes, nächste meldung, nächste info
next update: nächste nachricht, neues update
tell: melde mich, mehr, update folgt, ich melde mich, update, neues gibt es
help: kann helfen, kann unterstützen
leave: abmelden, austragen, abbestellen, nehmt mich raus, nehmt mich, entfernt mich
list: liste, verteiler, mailingliste, aus der liste, vom verteiler
do: mache, mach, übernehme, übernehm, übernimmt, übernehmen, macht, machen, schreibe, schreibt, schreib, kümmere, führe
do: ist, bin
and: und
number done: erledigt, fertig, gemacht, sind erledigt, ist erledigt, sind fertig, ist fertig
scribe: protokoll, das protokoll, protokollführer, schriftführer, mitschrift
communications: kommunikation, die kommunikation, presse
customer liaison: kundenkontakt, kundenfragen, kundenbetreuung
deputy: stellvertreter, stellvertreterin, stellvertretung, vertretung
denied: oder, ob, nicht, kein, keine, keinen, nie, niemals, niemand, nichts, ohne, statt, noch nicht
past: war, waren, hatte, hatten, wurde, wurden, gestern, früher, damals, letzte woche, letztes jahr, letztes mal, vorhin
past: wäre, gewesen
reported: sie sagt, sagte, sagt, meint, meinte, schrieb, fragt, fragte, laut, angeblich, behauptet, sagen, hat gesagt
reported: ihm, ihr, ihre, er sagt, er meint, er hat
condition: wenn, falls, sobald, bevor, nachdem, solange, sofern, bis, außer
doubtful: würde, könnte, vielleicht, eventuell, vermutlich, evtl, wer, was, wann, warum, wieso, wie, wo, welche, welcher
doubtful: welches, ist das, haben wir, sind wir, ist es, muss man, wozu
later: morgen, heute abend, heute nacht, nächste woche, später, nachher, irgendwann, demnächst, bald, am montag
later: am freitag
often: immer, manchmal, meistens, oft, jede, jeder, jedes, andere, anderen, anderes, bedeutet, heißt, gilt
others: kunde, kunden, ticket, tickets, vorfälle, lieferant, hersteller, handbuch, dienstleister, kurs, büro, tür, tor
others: ventil, filiale, laden, geschäft, schule, projekt, umzug, migration, verbindung, konto, fenster, leute
modal: kann, könnte, könnt, könnten, kannst
subject matter experts: experte, expertin, fachexperte
denied: bei mir auch, hier auch, dito, bei uns auch
filler: ehrlich gesagt, alles klar, verstanden
opinion: meine stimme, bin dafür, ich bin dafür, stimme für, plädiere für, von mir aus, wegen mir, dafür
worse: eins höher, eine stufe höher, eine stufe hoch, eins hoch, eine stufe rauf, eins rauf
milder: eins runter, eine stufe runter, eine stufe tiefer, eins tiefer, eins niedriger, eine stufe niedriger
milder: eine stufe herunter
raise: geht das
next update: nächste aktualisierung, nächster stand, nächste rückmeldung, neuer stand, nächste mail
next update: nächste statusmeldung
tell: schreibe euch, schreibe allen, schreibe wieder, gebe bescheid, sage bescheid, informiere euch, informiere alle
tell: melden uns, melde ich mich
tell: melde ich mich wieder, melden wir uns, schicke eine mail, gebe ich bescheid, sage ich bescheid
undo: zurückstellen, wieder zurückstellen, auf den alten wert, so wie vorher, wie es war, wieder auf den alten wert
undo: zurückändern
wrong: tippfehler, ein tippfehler, verschrieben, habe mich vertippt, falscher vorfall, war für den anderen vorfall
false: es war nie etwas kaputt, nie etwas kaputt, gab nie ein problem, es gab nie ein problem
false: hätte ich nicht melden sollen, war nie ein vorfall
solved: nichts mehr zu tun, nichts weiter zu tun, gibt nichts mehr zu tun
leave: von der liste nehmen, vom verteiler nehmen, aus dem verteiler nehmen, von dieser liste nehmen, streichen
leave: rausnehmen, herausnehmen, entfernen
list: von der liste, von dieser liste, diese mails, diese e mails, diesem verteiler
ended: geschlossen, beendet, zugemacht
tell: bescheid, bescheid geben
milder: eins runter reicht, eine stufe runter reicht
severity: schwergrad, schweregard
wrong: vertipper, war ein tippfehler
filler: gebe, um
vote: ich stimme für, meine stimme für
opinion: plädiere
tell: schreibe, informiere, schreibe euch wieder
false: war alles nur ein test, alles nur ein test, eine übung, nur ein lasttest
wrong: hab mich vertan, habe mich vertan, falsche mail, war für einen anderen vorfall
leave: keine mails mehr, diese mails nicht mehr
tell: meldung folgt, info folgt
leave: keine mails mehr an mich
ask: sollten wir das nicht, sollten wir das, sollten wir es nicht, müsste das
opinion: angemessen, passend, passender
ask: sollten wir, sollten wir nicht, sollen wir, sollen wir nicht, soll ich, soll ich nicht, wollen wir
ask: wollen wir nicht, wäre es nicht besser, wäre es besser, wäre es nicht sinnvoll, wäre es sinnvoll
ask: müssten wir nicht, müssten wir nicht schon, müsste man nicht, müsste das nicht, sollte man nicht
ask: sollte das nicht, sollte das nicht eher, was ist mit, wie wäre es mit, wie wär's mit, warum nicht
ask: warum gehen wir nicht, warum machen wir nicht, könnten wir nicht, könnten wir das nicht, ist das nicht
ask: ist es nicht, ist das nicht eher, ist das nicht schon, sind wir nicht, sind wir nicht schon, haben wir das nicht
ask: wäre das nicht, sollte der vorfall nicht, sollte das, sollte ich, sollte ich nicht, spricht etwas dagegen
ask: vielleicht sollten wir
expected: ist das nicht, ist es nicht, ist das nicht schon, sind wir nicht, haben wir das nicht
adding: nehmt mich bitte dazu, nehmt mich bitte mit auf, nehmt mich bitte mit rein, nehmt mich dazu
adding: nehmt mich mit auf, nehmt mich mit rein, tragt mich ein, trag mich ein, mich eintragen, mich dazunehmen
adding: mich hinzufügen, mich mit aufnehmen, mich aufnehmen, mich dazu, füg mich hinzu, fügt mich hinzu
me: nehmt mich dazu, nehmt mich mit auf, nehmt mich mit rein, tragt mich ein, trag mich ein, mich eintragen
me: mich dazunehmen, mich hinzufügen, mich mit aufnehmen, mich aufnehmen, mich dazu, füg mich hinzu, fügt mich hinzu
do: nehmt mich dazu, nehmt mich mit auf, nehmt mich mit rein, tragt mich ein, trag mich ein, mich eintragen
do: mich dazunehmen, mich hinzufügen, mich mit aufnehmen, mich aufnehmen, mich dazu, füg mich hinzu, fügt mich hinzu
relieve: muss abgeben, muss übergeben, muss die leitung abgeben, muss die einsatzleitung abgeben
relieve: kann nicht weitermachen, kann nicht länger leiten, kann nicht mehr leiten, jemand anders muss übernehmen
relieve: jemand muss übernehmen, jemand anderes muss übernehmen, kann jemand übernehmen, kann mich jemand ablösen
relieve: wer löst mich ab, wer kann übernehmen, brauche eine ablösung, jemand muss mich ablösen, ablösung gesucht
search phase: untersuchung, fehlersuche, analyse, ursachensuche
fix phase: behebung, reparatur, fehlerbehebung, fixing
watch phase: beobachtung, überwachung, monitoring, beobachtungsphase
overstated: zu hoch, viel zu hoch, deutlich zu hoch
understated: zu niedrig, zu tief, zu gering, viel zu niedrig
amend: ändern, anpassen, überdenken, korrigieren, prüfen
merely: wirklich nur, echt nur, nur, tatsächlich nur
volunteer: ich würde es machen, ich mache es, ich kann es machen, ich kann das machen, ich mache das
volunteer: ich würde das machen, ich könnte das machen, ich würde das übernehmen, ich kann das übernehmen
volunteer: dann mache ich das, mache ich das, mache ich es, würde ich das machen
filler: falls nicht, wenn nicht
ask: verschieben wir, machen wir, gehen wir, schließen wir, setzen wir, nehmen wir, beenden wir, stufen wir
adding: mich bitte auch dazu, mich bitte dazu, mich auch dazu, mich auch
me: mich bitte auch dazu, mich bitte dazu, mich auch dazu, mich auch
opinion: reicht, genügt
"""
