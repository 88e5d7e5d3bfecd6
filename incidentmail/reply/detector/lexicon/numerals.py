"""List the words for small numbers and for times, in all languages."""

NUMERALS = """
n0: zero, null, zéro, cero, nul, noll
n1: one, eins, uno, um, één, jeden, pierwszy, ett, un, 1st
n2: two, zwei, deux, dos, dois, duas, twee, dwa, due, två, drugi
n3: three, drei, trois, tres, três, drie, trzy, tre, trzeci
n4: four, vier, quatre, cuatro, quatro, cztery, quattro, fyra
n5: five, fünf, cinq, cinco, vijf, pięć, cinque, fem
time: noon, midnight, half, half past, quarter past, quarter to, o'clock, am, pm, mittag, mitternacht, uhr, halb, midi
time: minuit, heure, heures, hora, horas, uur, godzina, godzinie, godz, ore, mezzogiorno, mediodía, kl, klockan, utc
time: cet, cest, gmt, h, min, mins, minute, minutes, minuten, minutos, minut, minuter, minuti, hour, hours, hr, hrs
time: an hour, half an hour, stunde, stunden, quarter, half hour, a quarter, a minute, six, seven, eight, nine, ten
time: eleven, twelve, sechs, sieben, acht, neun, zehn, elf, zwölf, m, hs, uren, timme
time: fifteen, twenty, thirty, forty, forty five, sixty, ninety, fünfzehn, zwanzig, dreißig, vierzig, quinze, vingt
time: trente, quince, veinte, treinta, vinte, trinta, vijftien, twintig, dertig, piętnaście, dwadzieścia, trzydzieści
"""
