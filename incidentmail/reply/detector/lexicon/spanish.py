"""List the Spanish words by which wishes are recognised. A star stands for any ending."""

SPANISH = """
filler: el, la, los, las, un, una, de, del, y, también, aquí, todos, a, al, en, por, para, con, es, está, son, ser
filler: gracias, hola, sí, ok, bien, ya, pues, lo, se, ha, esta, yo, le, que
now: ahora, ya, ahora mismo, inmediatamente, desde ahora, a partir de ahora, de inmediato, hoy
this: esto, eso, este, lo, el incidente, incidente, este incidente, todo, el problema, problema, la incidencia
this: incidencia
we: estamos, nosotros, vamos, pasamos, tenemos, nos
me: yo, me, soy, mí, voy, mi
opinion: creo, pienso, claramente, seguramente
please: por favor, porfa, porfavor, favor de, pf, ruego
ask: podemos, puede alguien, alguien puede, puedes, pueden, podéis, puedo, podría alguien, podrían, podrías, se puede
ask: se podría
wish: hay que, debemos, tenemos que, quiero, quisiera, propongo, vamos a, se puede, debe, podemos, puedes
wish: pueden, puede
severity: severidad, gravedad, nivel, nivel de gravedad, criticidad, urgencia, sev
phase: fase, etapa, la fase
raise: subir, suban, sube, subid, elevar, escalar, aumentar, escalen, eleven, subimos, escala, suba, subirlo, pasar
raise: pásenlo, súbanlo, subirla
lower: bajar, bajen, baja, bajamos, reducir, rebajar, baje, bajarlo, bajarla
move: pasar, pasamos, pasen, ir, poner, pongan, cambiar, pasemos, vamos, pasando
worse: está peor, es peor, peor, empeora, está empeorando
next phase: siguiente fase, próxima fase
take: tomo, asumo, encargo, ocupo, llevo, toma, asume, dirijo, coordino, lleva, tomar, asumir
takeover: me encargo, lo tomo, lo llevo, me ocupo, tomo el relevo, me hago cargo, lo asumo, asumo, toma el relevo
takeover: se encarga, coordino, coordino yo
grab: tomo, asumo, llevo, encargo, ocupo
lead: mando, el mando, control, el control, dirección, la dirección, liderazgo, coordinación, la coordinación, comando
lead: relevo
title: comandante, responsable, el responsable, la responsable, líder, jefe del incidente, al mando
hand: paso el mando a, cedo, entrego, paso el control a
is: es, será, como
close: cerr*, cierr*, terminar, finalizar, fin del, dar por cerrado, concluir
solved: resuelto, solucionado, arreglado, terminado, funciona todo, todo funciona, funciona de nuevo, restablecido
solved: todo bien, vuelve a funcionar, todo en verde, ya funciona
false: falsa alarma, no es un incidente, falso positivo, falsa alerta
retract: retirar
cancel: cancelar, cancelen, anular, anulen, cancela
whole: incidente, el incidente, todo, la alarma, alarma, alerta, la alerta, todo esto
reopen: reabr*, abrir de nuevo, volver a abrir, abrir otra vez, abrirlo otra vez, abrirlo de nuevo
back: otra vez, ha vuelto, de nuevo caído, vuelve a fallar
undo: deshacer, deshaz, deshagan, revertir, revierte, anular, deshacerlo
wrong: estaba mal, error mío, hilo equivocado, me equivoqué, por error, número equivocado
no change: sin cambios, sin novedades, sin novedad, nada nuevo
next update: próxima actualización, siguiente actualización, próximo aviso, próximo update, próximas noticias
tell: más información, más noticias, vuelvo a escribir, más
leave: darme de baja, dame de baja, quítenme
list: lista, la lista
do: hago, hace, tomo, toma, escribo, llevo, soy, es, puede hacer, hacer, lleva, encargo
and: y
number done: hecho, hechos, hecha, hechas, listo, listos, terminado, terminados, están hechos, está hecho
scribe: acta, el acta, secretario, secretaria
communications: comunicación, la comunicación, prensa, comunicaciones
deputy: suplente, adjunto
denied: o bien, no, nunca, nadie, nada, sin, ningún, ninguna, todavía no, aún no, tampoco
past: era, estaba, fue, fueron, había, ayer, antes, la semana pasada, el año pasado, dijeron, hubo
reported: él, ella, ellos, dijo, dice, dicen, preguntó, según, pregunta
condition: si, cuando, hasta que, a menos que, antes de, después de, en caso
doubtful: sería, podría, quizás, tal vez, quizá, quién, qué, cuándo, por qué, cómo, dónde, cuál, debería
later: mañana, esta noche, luego, más tarde, la próxima semana
often: siempre, a veces, cada, otro, otra, otros, otras, significa
others: cliente, clientes, ticket, tickets, tienda, proveedor, oficina, puerta, escuela, manual, proyecto, válvula
others: mudanza
modal: puede, podría
denied: aquí también, aquí igual, lo mismo aquí, igual aquí, yo también
filler: sinceramente, la verdad, recibido, entendido
opinion: voto por, mi voto, por mí, para mí, a mi juicio, por mi parte
worse: un nivel más, un punto más, un escalón más, subir un nivel, subir un punto
milder: un nivel menos, un punto menos, un escalón menos, bajar un nivel, bajar un punto, bajar un escalón
next update: próximo informe, próximo mensaje, próximo correo, próxima nota, siguiente aviso
tell: vuelvo a informar, les aviso, os aviso, aviso, informo, les informo, os informo, escribo a todos, mando un correo
tell: daré noticias, doy noticias
undo: volver a como estaba, dejarlo como estaba, volver al valor anterior, como estaba, como estaba antes
wrong: un error tipográfico, errata, una errata, me equivoqué de incidente, era para otro incidente, error de dedo
false: nunca hubo un problema, nunca hubo problema, nunca estuvo roto, nunca hubo incidente, no debí
false: no debería haberlo abierto
solved: nada más que hacer, no queda nada por hacer, no hay nada más que hacer
leave: quitarme, quítame, quitadme, borrarme, bórrenme, sacarme, sáquenme, dejar de recibir
list: de la lista, de esta lista, estos correos, estos mensajes
ended: cerrado, cerrada, cerré, cerramos, terminado
vote: voto por, mi voto es, mi voto
filler: a las
worse: subiría un nivel, subirlo un nivel
opinion: subiría, yo diría, diría
tell: les escribo, escribo, os escribo
false: solo una prueba, era solo una prueba, sólo una prueba, un simulacro, solo un simulacro
wrong: me equivoqué de hilo, me equivoqué de correo
leave: no me manden más, no me mandéis más, no me envíen más
ask: deberíamos, sería mejor, convendría, habría que, por qué no, qué tal si, y si, podríamos, qué les parece si
ask: qué os parece si, debo, debería yo
adding: añadidme, añádanme, agréguenme, inclúyanme, incluidme, apúntenme, apuntadme, incluirme, agregarme, añadirme
adding: pueden incluirme, pueden añadirme, puedes añadirme
me: añadidme, añádanme, agréguenme, inclúyanme, incluidme, apúntenme, apuntadme, incluirme, agregarme, añadirme
me: pueden incluirme, pueden añadirme, puedes añadirme
do: añadidme, añádanme, agréguenme, inclúyanme, incluidme, apúntenme, apuntadme, incluirme, agregarme, añadirme
do: pueden incluirme, pueden añadirme, puedes añadirme
relieve: tengo que ceder el mando, debo ceder el mando, no puedo seguir al mando, no puedo seguir dirigiendo
relieve: no puedo seguir, alguien tiene que tomar el mando, alguien puede relevarme, puede alguien relevarme
relieve: quién puede relevarme, quién me releva, necesito relevo, alguien debe tomar el relevo
search phase: investigación, diagnóstico, análisis
fix phase: corrección, reparación, resolución
watch phase: monitoreo, monitorización, observación, vigilancia
overstated: demasiado alto, demasiado alta, muy alta, muy alto
understated: demasiado bajo, demasiado baja, muy baja, muy bajo
amend: cambiar, ajustar, revisar, corregir
merely: de verdad solo, realmente solo, solo, sólo, de verdad sólo, solamente
volunteer: puedo hacerlo, lo hago yo, puedo hacerlo yo, yo lo hago, yo puedo, me ofrezco
filler: si no
expected: no está ya, esto no está ya, no estamos ya
ask not: no deberíamos, no sería mejor, no convendría, no habría que, no tendríamos que, no debería, no debería ser
ask not: no es esto, esto no es, no está ya, no estamos ya, no podríamos, no sería hora de, no está, esto no está ya
adding: me pueden agregar, me pueden añadir, me pueden incluir, me podéis añadir, agregar me
ask: me pueden agregar, me pueden añadir, me pueden incluir, me podéis añadir
me: me pueden agregar, me pueden añadir, me pueden incluir, me podéis añadir
do: me pueden agregar, me pueden añadir, me pueden incluir, me podéis añadir
"""
