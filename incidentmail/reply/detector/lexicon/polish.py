"""List the Polish words by which wishes are recognised. A star stands for any ending."""

POLISH = """
filler: i, oraz, też, także, tu, tutaj, wszyscy, wszystkim, na, w, do, z, ze, od, dla, po, jest, są, być, dzięki
filler: dziękuję, cześć, hej, tak, no, dobra, już, o, się, za, u, dzień dobry, pozdrawiam
now: teraz, już, natychmiast, od teraz, obecnie, od razu, dzisiaj, niniejszym
this: tego, tę, incydent, incydentu, zgłoszenie, sprawę, wszystko, całość, awarię, problem
we: jesteśmy, mamy, przechodzimy, idziemy, nas
me: ja, jestem, mnie, mam, mogę, będę
opinion: myślę, uważam, sądzę, chyba, zdecydowanie
please: proszę, proszę o, prosze, poproszę, prośba o, uprzejmie proszę, prosimy, prosimy o, prosimy was
ask: czy możemy, czy ktoś może, czy możesz, czy można, czy mogę, czy może ktoś, może ktoś, ktoś może, możecie, możesz
ask: czy możecie
wish: trzeba, musimy, chcę, chciałbym, chciałabym, można, możemy, należy, proponuję, niech, możecie, możesz
severity: poziom, poziomu, ważność, ważności, krytyczność, krytyczności, priorytetu ważności, stopień, stopnia, sev
phase: faza, fazę, fazy, fazie, etap, etapu
raise: podnieść, podnosimy, podnoszę, podniesienie, podniesienia, podnieście, podnieś, zwiększyć, eskal*, podwyższ*
lower: obniżyć, obniżamy, obniżam, obniżenie, obniżcie, obniż, zmniejszyć
move: przejść, przechodzimy, przejście, przechodzę, ustawić, zmienić, zmiana, zmieniamy, wchodzimy, przejdźmy
worse: jest gorzej, gorzej, pogarsza się
next phase: następna faza, następnej fazy, kolejna faza, kolejnej fazy
take: przejmuję, przejmuje, biorę, prowadzę, dowodzę, zajmuję, zajmę, obejmuję, przejmę, mam, bierze, prowadzi, przejąć
takeover: przejmuję, biorę to, biorę na siebie, prowadzę, dowodzę, zajmuję się tym, zajmę się tym, przejmę, przejmuje
takeover: biorę to na siebie, biorę to teraz
grab: przejmuję, biorę, prowadzę
lead: dowodzenie, dowództwo, prowadzenie, kierowanie, kierownictwo, stery, koordynację, koordynacja
title: dowódcą, dowódca, kierownikiem, koordynatorem, odpowiedzialny, prowadzącym
hand: przekazuję, oddaję, przekazać
is: jest, będzie, zostaje, jako
close: zamkn*, zamyk*, zakończ*, kończymy, kończę, koniec
solved: rozwiązane, naprawione, załatwione, po wszystkim, działa, wszystko działa, znowu działa, opanowane, usunięte
false: fałszywy alarm, to nie incydent, nie ma incydentu
retract: odwołać, wycofać, odwołuję, odwołajcie, wycofuję
cancel: anulować
whole: incydent, alarm, wszystko, całość, zgłoszenie
reopen: otworzyć ponownie, ponownie otwórz, ponownie otworzyć, ponownie otwórzcie, otworzyć znowu, otwórz ponownie
reopen: otwórzcie ponownie, ponowne otwarcie, wznowić
back: znowu nie działa, znów nie działa, wróciło, ponownie awaria
undo: cofnij, cofnąć, cofnijcie, wycofaj, cofam, cofnięcie
wrong: pomyłka, pomyłkowo, zły wątek, zły numer, przez pomyłkę, pomyliłem się
no change: bez zmian, nic nowego, brak zmian, brak nowości
next update: następna aktualizacja, kolejna aktualizacja, następny update, następne informacje, kolejne informacje
next update: następna informacja
tell: więcej informacji, odezwę się, wrócę z informacją
leave: wypisz mnie, wypiszcie mnie, wypisz
list: z listy, listy, lista
do: robię, robi, przejmuję, przejmuje, piszę, biorę, bierze, jestem, jest, może robić, prowadzę, zajmie się, zajmuję się
do: prowadzi
and: i, oraz
number done: zrobione, gotowe, zrobiony, są zrobione, są gotowe, jest gotowe
scribe: protokół, protokołu, notatki, protokolant, protokolantem
communications: komunikacja, komunikację, prasa
deputy: zastępca, zastępcą
denied: lub, albo, czy, nie, nigdy, nikt, nic, bez, żaden, żadna, jeszcze nie, ani
past: był, była, było, byli, miał, wczoraj, wcześniej, w zeszłym, kiedyś, skończyła, skończył, zakończyła, podobno
reported: ona, oni, powiedział, powiedziała, mówi, pytał, pyta, według, podobno, jego, jej
condition: jeśli, jeżeli, gdy, kiedy, dopóki, aż, zanim, po tym, gdyby
doubtful: byłoby, mogłoby, kto, co, dlaczego, jak, gdzie, który, która, powinniśmy czy, może, czemu
later: jutro, dziś wieczorem, później, wkrótce, niedługo, w przyszłym
often: zawsze, czasem, każdy, inny, inna, inne, oznacza
others: klient, klienci, klienta, bilet, zgłoszenia klienta, dostawca, dostawcy, biuro, drzwi, szkoła, sklep, projekt
others: migracji, zawór
modal: może, czy może
denied: u mnie też, u mnie tak samo, tu też, u nas też
filler: szczerze, przyjąłem, przyjęłam, zrozumiałem
opinion: głosuję za, mój głos, moim zdaniem, jestem za, według mnie, dla mnie
worse: o jeden w górę, poziom wyżej, o stopień wyżej, o poziom wyżej
milder: o jeden w dół, poziom niżej, o stopień niżej, o poziom niżej
next update: następny komunikat, kolejny komunikat, następna wiadomość, następny mail, kolejny update, następny raport
tell: dam znać, napiszę, napiszę do wszystkich, odezwiemy się, wyślę maila, poinformuję, dam wam znać, napiszę ponownie
undo: wrócić do tego co było, przywrócić, przywróć, z powrotem, jak było
wrong: literówka, to była literówka, nie ten incydent, nie ten wątek
false: nic nie było zepsute, nigdy nie było problemu, nigdy nie było awarii, niepotrzebnie zgłosiłem
false: niepotrzebnie zgłosiłam
solved: nie ma już nic do zrobienia, nic więcej do zrobienia
leave: usunąć mnie, usuńcie mnie, usuń mnie, wykreślcie mnie, wypisać, wypisać mnie
list: z tej listy, tej listy, te maile, tych maili
ended: zamknięte, zamknięty, zamknąłem, zakończone
leave: mnie usunąć
vote: głosuję za, jestem za
opinion: dałbym, dałabym
false: tylko test, to był tylko test, to tylko test, to było ćwiczenie, tylko ćwiczenie
wrong: pomyliłem wątki, pomyliłam wątki, nie ten mail
ask: czy nie powinniśmy, czy powinniśmy, powinniśmy, czy nie lepiej, czy nie byłoby lepiej, czy nie lepiej byłoby
ask: może byśmy, a może, dlaczego nie, czemu nie, co z, czy to nie, czy nie jest to, czy nie jesteśmy już
ask: czy to nie jest już, może powinniśmy, czy mam, czy nie warto, czy nie należałoby
expected: czy to nie, czy to nie jest już, czy to już nie, czy nie jesteśmy już
adding: dodajcie mnie, dodaj mnie, dopiszcie mnie, mnie dodać, mnie dopisać, wpiszcie mnie
me: dodajcie mnie, dodaj mnie, dopiszcie mnie, mnie dodać, mnie dopisać, wpiszcie mnie
do: dodajcie mnie, dodaj mnie, dopiszcie mnie, mnie dodać, mnie dopisać, wpiszcie mnie
subject matter experts: ekspert, ekspertka, specjalista, ekspertem, eksperta
relieve: muszę oddać dowodzenie, muszę przekazać dowodzenie, nie mogę dalej dowodzić, nie mogę dalej prowadzić
relieve: ktoś musi przejąć, ktoś inny musi przejąć, czy ktoś może przejąć, kto może przejąć, kto mnie zmieni
relieve: może mnie ktoś zmienić, czy ktoś może mnie zmienić
search phase: diagnozy, analizy, badania
fix phase: naprawy, naprawę
watch phase: monitorowania, obserwacji, monitoringu, monitoring
overstated: za wysoki, za wysoka, zbyt wysoki, zbyt wysoka
understated: za niski, za niska, zbyt niski, zbyt niska
amend: zmienić, poprawić, skorygować
merely: naprawdę tylko, tylko
volunteer: mogę to zrobić, ja to zrobię, zgłaszam się, ja mogę
filler: jeśli nie, jeżeli nie
"""
