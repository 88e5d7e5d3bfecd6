"""List the words of indirect wishes in the languages other than English. A star stands for any ending.

In each topic they are German, French, Spanish, Portuguese, Dutch, Polish, Italian and Swedish.
"""

INDIRECT = """
text: betreff, der betreff, den betreff, titel, der titel, den titel, beschreibung, die beschreibung, den text
text: der text, überschrift, die überschrift, le titre, titre, l'objet, objet, le texte, texte, la description
text: le sujet, sujet, el título, título, el asunto, asunto, el texto, la descripción, descripción, o título, o assunto
text: assunto, o texto, a descrição, descrição, onderwerp, het onderwerp, de titel, de tekst, tekst, omschrijving
text: de omschrijving, temat, tytuł, opis, treść, il titolo, titolo, l'oggetto, oggetto, il testo, testo
text: la descrizione, rubriken, texten, ämnet
misleading: irreführend, falsch, ist falsch, stimmt nicht, stimmt nicht mehr, veraltet, stimmt so nicht, passt nicht
misleading: trompeur, est faux, est trompeur, faux, n'est plus vrai, n'est pas exact, est erroné, erroné
misleading: prête à confusion, engañoso, está mal, es incorrecto, incorrecto, es engañoso, no es correcto, enganador
misleading: está errado, é enganoso, enganoso, incorreto, está errada, não está certo, misleidend, klopt niet
misleading: klopt niet meer, is fout, verouderd, mylący, jest mylący, błędny, jest błędny, nieaktualny
misleading: wprowadza w błąd, myląca, błędna, fuorviante, è sbagliato, sbagliato, missvisande, är fel, n'est plus juste
misleading: n'est pas juste, passt nicht mehr, ya no es correcto, já não está certo
amend: ändern, ändere, ändert, korrigieren, korrigiere, anpassen, berichtigen, umformulieren, umbenennen
amend: angepasst werden, geändert werden, korrigiert werden, changer, changez, corriger, corrigez, modifier, modifiez
amend: reformuler, reformulez, rectifier, rectifiez, cambiar, cambien, cambiad, corregir, corrijan, modificar
amend: modifiquen, alterar, alterem, altere, corrigir, corrijam, corrija, mudar, mudem, aanpassen, wijzigen, corrigeren
amend: veranderen, wijzig, pas aan, aangepast worden, zmienić, zmieńcie, poprawić, poprawcie, popraw, zmień
amend: poprawienie, zmianę, cambiare, cambiate, correggere, correggete, ändra, rätta
record: in den vorfall aufnehmen, in das nächste update aufnehmen, ins nächste update aufnehmen, das aufnehmen
record: nehmt das auf, mit aufnehmen, im vorfall vermerken, ajoutez ça à l'incident, ajouter ça à l'incident
record: mettez ça dans l'incident, ajoutez cela à l'incident, añádanlo al incidente, añadid eso al incidente
record: pongan eso en el incidente, añadir eso al incidente, acrescentem isso ao incidente, coloquem isso no incidente
record: adicionem isso ao incidente, zet dat in het incident, zet dit in het incident, neem dit op in het incident
record: dopiszcie to do incydentu, dodajcie to do incydentu
remedy: fix, der fix, den fix, einen fix, patch, korrektur, die korrektur, lösung, correctif, le correctif
remedy: un correctif, la corrección, corrección, parche, el parche, un parche, arreglo, el arreglo, correção
remedy: a correção, a solução, oplossing, de oplossing, de patch, een patch, poprawka, poprawkę, łatka, łatkę
remedy: la correzione, correzione, la patch, en fix, fixen, rättningen
underway: ist fertig, ist geschrieben, wird gebaut, wird ausgerollt, wird getestet, geschrieben, in arbeit, fertig
underway: im test, rollt aus, wird verteilt, kommt, est prêt, est écrit, en cours, en cours de déploiement, en test
underway: arrive, est en cours, en déploiement, prêt, está listo, en camino, en curso, se está desplegando, en pruebas
underway: está en camino, está pronta, a caminho, em andamento, em teste, está a caminho, a ser instalada, pronta
underway: is klaar, wordt uitgerold, in test, wordt gebouwd, onderweg, is onderweg, gotowa, jest gotowa, w drodze
underway: w testach, wdrażana, jest wdrażana, è pronta, in arrivo, en place, eingespielt, instalado, geïnstalleerd
cause: ursache, die ursache, den fehler, fehlerursache, die fehlerursache, grund, der grund, la cause, cause
cause: cause racine, la causa, causa, la causa raíz, a causa, de oorzaak, oorzaak, przyczyna, przyczynę, orsaken
cause: fehler gefunden, de fout, błąd, fehler
found: gefunden, bekannt, ist bekannt, ist gefunden, identifiziert, klar, trouvé, trouvée, identifiée, connue
found: est trouvée, est connue, encontrado, encontrada, identificada, conocida, encontramos, encontrámos, achamos
found: descoberta, gevonden, bekend, is bekend, is gevonden, znaleziona, znaleźliśmy, znana, mamy, znamy
found: hemos encontrado, trovata, trovato, hittad, hittat, foi encontrada, foi encontrado, foi identificada
found: ha sido encontrada, a été trouvée, è stata trovata, została znaleziona, wir haben, on a, tenemos, temos
found: we hebben
fixing: bauen gerade den fix, bauen den fix, arbeiten am fix, arbeiten an der lösung, suchen nicht mehr
fixing: spielen den fix ein, rollen den fix aus, wissen woran es liegt, on corrige, on déploie le correctif
fixing: on prépare le correctif, on ne cherche plus, on sait d'où ça vient, on applique le correctif
fixing: estamos arreglando, estamos corrigiendo, desplegando el parche, ya no investigamos, estamos a corrigir
fixing: estamos corrigindo, já não investigamos, aplicando a correção, we zijn aan het fixen
fixing: we zijn aan het herstellen, we rollen de fix uit, wdrażamy poprawkę, naprawiamy, już nie szukamy, reparieren
fixing: wir reparieren, reparieren jetzt, on répare, lo estamos arreglando, estamos a reparar, estamos reparando
fixing: estamos consertando, zijn het aan het repareren, we zijn het aan het repareren, aan het repareren
fixing: stiamo riparando, vi lagar, problem gefunden, das problem gefunden, haben das problem gefunden, problème trouvé
fixing: encontramos el problema, encontrámos o problema, probleem gevonden, problem znaleziony
watching: beobachten das, beobachten es, beobachten noch, beobachten weiter, beobachten nur noch, behalten das im auge
watching: behalten es im auge, wir beobachten, im auge behalten, schauen noch zu, on surveille, on surveille encore
watching: on garde un œil, on garde un oeil, on observe, nous surveillons, surveille, lo vigilamos, estamos vigilando
watching: seguimos vigilando, seguimos observando, lo estamos observando, estamos observando, estamos de olho, de olho
watching: ficamos de olho, vamos observar, seguimos monitorando, estamos a observar, continuamos a observar
watching: houden het in de gaten, we houden het in de gaten, kijken het nog even aan, we kijken het aan, obserwujemy
watching: jeszcze obserwujemy, teniamo d'occhio, stiamo osservando, vi håller koll, schauen noch, wir schauen noch
watching: schauen weiter zu, seguimos mirando, vamos vigiar, continuamos a vigiar, blijven kijken, we blijven kijken
watching: patrzymy dalej, patrzymy, monitorujemy, monitoramos, monitoreamos, wir überwachen, wir beobachten weiter
watching: vigilamos, la vigilamos, vigiamos
recovered: gehen wieder durch, geht wieder durch, repassent, repasse, vuelven a pasar, vuelven a entrar
recovered: voltaram a passar, gaan weer door, znowu przechodzą, passano di nuovo, går igenom igen
unwanted: warum bekomme ich, warum kriege ich, wieso bekomme ich, wieso kriege ich, warum bekomme ich noch
unwanted: wieso bekomme ich noch, warum bekomme ich immer noch, ich brauche, ich will, keine weiteren
unwanted: pourquoi je reçois, pourquoi est ce que je reçois, pourquoi je reçois encore, je ne veux plus recevoir
unwanted: je ne veux plus, por qué recibo, por qué sigo recibiendo, no quiero recibir más, no quiero recibir
unwanted: por que recebo, por que ainda recebo, porque é que recebo, não quero receber mais, não quero mais receber
unwanted: não quero receber, waarom krijg ik, waarom krijg ik nog, waarom krijg ik nog steeds, ik wil geen
unwanted: dlaczego dostaję, dlaczego nadal dostaję, czemu dostaję, nie chcę, nie chcę dostawać, perché ricevo
unwanted: perché ricevo ancora, varför får jag
box: diese mails, diese e mails, die mails, diese nachrichten, mails mehr, diese mails nicht mehr, diese mails noch
box: ces mails, ces messages, ces courriels, ces e mails, estos correos, estos mensajes, estos mails, más correos
box: estes emails, esses emails, estas mensagens, mais emails, deze mails, deze e mails, deze berichten, mails meer
box: te maile, tych maili, takich maili, tych wiadomości, queste mail, queste email, de här mejlen
offering: ich kann, ich könnte, ich würde, ich kann gern, ich kann gerne, ich kann auch, je peux, je pourrais
offering: je peux aussi, puedo, podría, yo puedo, posso, eu posso, poderia, ik kan, ik zou, ik wil wel, ik kan wel
offering: mogę, mógłbym, mogłabym, ja mogę, io posso, potrei, jag kan, soll ich, kann ich, je veux bien, wenn ihr wollt
offering: falls ihr wollt, si vous voulez, si quieren, si queréis, se quiserem, als jullie willen, zal ik, mam
offering: jeśli chcecie, möchtet ihr dass ich, ich bin bereit, wenn ihr wollt rufe ich
contact: anrufen, informieren, sprechen, reden, betreuen, auf dem laufenden, auf dem laufenden halten, übernehmen
contact: telefonieren, beantworten, appeler, parler à, parler aux, parler avec, tenir informés, tenir au courant
contact: prévenir, répondre aux, rappeler, informer, m'occuper, hablar con, llamar a, llamar, avisar a, informar a
contact: atender a, atender, mantener informados, hablar, falar com, falar, ligar para, avisar, informar
contact: manter informados, bellen, praten, spreken, informeren, op de hoogte, op de hoogte houden, te woord staan
contact: zadzwonić, porozmawiać, rozmawiać, poinformować, obdzwonić, informować, parlare, chiamare, informare, ringa
contact: prata, rufe, rufe an, llamo, llamo a, ligo, ligo para, ligo aos, bel, dzwonię, appelle, j'appelle, spreche mit
contact: rufe ich
audience: kunden, die kunden, den kunden, großkunden, die großkunden, händler, die händler, kundenanrufe, les clients
audience: clients, aux clients, grands comptes, les grands comptes, los clientes, clientes, a los clientes
audience: con los clientes, os clientes, aos clientes, com os clientes, grandes clientes, klanten, de klanten
audience: grote klanten, klientów, klientami, z klientami, do klientów, klienci, kontrahentów, i clienti, clienti
audience: kunderna, los grandes clientes
bosses: die geschäftsführung, geschäftsführung, den vorstand, vorstand, die chefs, das management, vertriebsleitung
bosses: la direction, direction, les directeurs, le comité de direction, la dirección, dirección, los directores
bosses: la gerencia, gerencia, a direção, a diretoria, diretoria, direção, de directie, directie, het management
bosses: zarząd, zarządu, zarządem, dyrekcję, dyrekcją, la direzione, direzione, ledningen
chief: wer leitet das, wer leitet das hier, wer leitet das eigentlich, wer führt hier, wer hat hier den hut auf
chief: keiner leitet, niemand leitet, qui dirige, qui pilote, qui pilote ça, personne ne pilote, quién dirige esto
chief: quién está al mando, nadie dirige esto, quem está a coordenar, quem lidera isto, quem manda
chief: ninguém está a liderar, wie leidt dit, wie heeft de leiding, niemand leidt dit, kto tym kieruje, kto dowodzi
chief: nikt tym nie kieruje, chi guida, vem leder
do it: ich mache es, ich mach's, ich mache das, mache ich es, mach ich's, mach ich das, ich kann das machen
do it: ich übernehme, mache ich das, ich kann es machen, je le fais, je m'en charge, je peux le faire, lo hago yo
do it: lo hago, puedo hacerlo, yo me encargo, faço eu, eu faço, posso fazer, ik doe het, dan doe ik het
do it: ik kan het doen, doe ik het, ja to zrobię, mogę to zrobić, ja to wezmę, mogę to wziąć, lo faccio io, posso farlo
do it: jag gör det
someone: jemand, jemanden, wer, irgendjemand, irgendjemanden, quelqu'un, alguien, alguém, iemand, ktoś, kogoś, qualcuno
someone: någon, einen kollegen, eine person, une personne, una persona, uma pessoa
relative: der, die, mit, aus, vom, von, qui, avec, de, que, con, com, met, van, kto, z, che, som, med, der sich mit
relative: die sich mit, die de, który, która, du, des, de la, da, do, van het, ze
present: das liest, mitliest, da ist, wach ist, lit ça, lit ceci, lee esto, lê isto, dit leest, to czyta, legge
needed: wird gebraucht, wird dringend gebraucht, gebraucht, gesucht, bitte melden, bitte kommen, bitte dazukommen
needed: bitte einwählen, wir brauchen, ich brauche, bitte meldet euch, brauchen, brauchen wir, on a besoin de
needed: nous avons besoin de, j'ai besoin de, il nous faut, il faut, est demandé, on cherche, nous cherchons, venez svp
needed: il me faut, necesitamos a, necesitamos, necesito a, necesito, hace falta, buscamos a, se busca, se necesita
needed: precisamos de, preciso de, procuramos, precisa se de, we hebben iemand nodig, nodig, gezocht, we zoeken
needed: ik zoek, gevraagd, potrzebujemy, potrzebny, potrzebuję, szukamy, pilnie potrzebny, ci serve, abbiamo bisogno di
needed: cerchiamo, vi behöver, sökes, il me faut de l'aide, il me faut de l, suchen, wir suchen, muss dazu, falta
needed: faltan, erbij komen, moet erbij, przydałby się, przydałaby się, er moet, brakuje
meet: raum, besprechungsraum, konferenz, telko, telefonkonferenz, brücke, kanal, salle, visio, réunion, appel, canal
meet: le canal, sala, reunión, llamada, reunião, chamada, kamer, vergadering, gesprek, kanaal, belletje, pokój, rozmowa
meet: kanał, spotkanie, riunione, chiamata, canale, rum, samtal, audioconf, neue einwahl, einwahl, neuer raum
meet: neue nummer
moving: wir sind jetzt in, wir sind jetzt im, wir sind in, wir sitzen in, wir sitzen im, wir sind alle in
moving: wir sind alle im, kommt in, kommt alle in, wechseln in, neuer link, neue nummer, neue einwahl, neuer raum
moving: kommt bitte in, kommt bitte alle in, bitte alle in, bitte einwählen, wählt euch ein, umgezogen, alle nach
moving: alle in, wechseln zu, weiter in, on est dans, on est sur, on est tous sur, on est tous dans, rejoignez
moving: rejoignez nous, nouveau lien, nouveau numéro, nouvelle salle, on passe sur, on passe dans, venez sur
moving: venez dans, estamos en, estamos todos en, únanse, únete, uníos, nuevo enlace, nuevo número, nueva sala
moving: pasamos a, pásense a, vengan a, venid a, nos movemos a, estamos na, estamos no, estamos todos na
moving: estamos todos no, entrem, entrem na, entrem no, novo link, nova sala, venham para, mudamos para, passamos para
moving: we zitten in, we zijn in, we zitten nu in, we zitten allemaal in, kom naar, nieuwe link, nieuw nummer
moving: nieuwe kamer, we gaan naar, iedereen naar, jesteśmy w, jesteśmy na, wszyscy na, dołączcie, nowy link
moving: nowy numer, przenosimy się na, przenosimy się do, siamo in, siamo tutti in, nuovo link, vi är i, ny länk
moving: venite in, przechodzimy na, einwahl
add: aufnehmen, nehmt, tragt, eintragen, nehmen, ajoutez, ajouter, mettez, mettre, añadan, añadid, agregar, apunten
add: ponerla, adicionem, coloquem, ponham, zet, neem, toevoegen, dodajcie, dodać, dopiszcie, aggiungete, lägg
pronoun: sie, ihn, la, le, lo, haar, hem, ją, go, a, henne, honom, elle, lui
role: experte, expertin, protokoll, stellvertreter, stellvertreterin, expert, adjoint, adjointe, experto, experta
role: suplente, perito, especialista, deskundige, notulist, ekspert, ekspertka, protokolant, zastępca, esperto, esperta
minutes: das protokoll, protokoll, le compte rendu, el acta, a ata, de notulen, protokół, il verbale, die notizen
minutes: notizen
takes over: übernehmen, leiten, prendre la main, prendre le relais, tomar el mando, coordinar, assumir, coordenar
takes over: overnemen, leiden, przejąć, poprowadzić
elsewhere: geschrieben, gepostet, protokolle, bild, bilder, écrit, posté, logs, captura, escribí, publiqué, escrevi
elsewhere: publiquei, geschreven, gepost, napisałem, wrzuciłem
gathers: wir, alle, bitte, treffpunkt, treffen, treffpunkt ist, kommt, jetzt, on, nous, venez, svp, se retrouve
gathers: nos vemos, vamos, por favor, todos, vengan, venham, allemaal, kom, graag, we, spotykamy, spotykamy się
gathers: wszyscy, proszę, venite, ci vediamo, vi ses, alla
meeting: in einer telko machen, telefonkonferenz machen, eine telko machen, eine konferenz machen, kurz telefonieren
meeting: in einem call besprechen, in einem call machen, einen call machen, eine brücke aufmachen, faire un appel
meeting: faire une visio, passer en visio, en parler en visio, ouvrir un pont, faire un call, hacer una llamada
meeting: hablarlo por teléfono, abrir una llamada, fazer uma chamada, abrir uma chamada, in een call doen
meeting: een call doen, zrobić calla, zdzwonić się, porozmawiać na callu, fare una chiamata, fare una call
meeting: ta ett samtal, ha ett möte
reword: wäre es richtiger zu sagen, wäre es genauer zu sagen, besser schreiben, genauer wäre
reword: ne serait il pas plus exact de dire
reword: serait il plus exact de dire, no sería más exacto decir, sería más exacto decir, não seria mais correto dizer
"""
