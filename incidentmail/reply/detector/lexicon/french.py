"""List the French words by which wishes are recognised. A star stands for any ending."""

FRENCH = """
filler: le, la, les, l, un, une, des, du, de, d, et, aussi, ici, tous, toutes, tout, à, au, aux, en, dans, sur, par
filler: pour, avec, est, sont, suis, merci, bonjour, bonsoir, salut, oui, ok, bien, donc, alors, enfin, être, c, on
filler: est ce que, cela, y, à la place de, vous, nous, tu
now: maintenant, tout de suite, immédiatement, dès maintenant, désormais, à partir de maintenant, actuellement
now: aujourd'hui, déjà
this: ça, cela, ceci, c'est, ce, cet, cette, l'incident, incident, cet incident, le problème, problème, la panne
this: le tout, tout
we: nous, on, nous sommes, on est, on passe, nous passons
me: c'est moi qui, je, j, moi, je suis, j'ai, je vais, m
opinion: pense, crois, clairement, certainement, selon moi
please: svp, stp, s'il vous plaît, s'il te plaît, merci de, veuillez, prière de
ask: peut on, pouvez vous, peux tu, pouvons nous, quelqu'un peut, quelqu'un peut il, est ce qu'on peut
ask: est ce que quelqu'un peut, puis je, on pourrait, pourriez vous, pourrais tu, quelqu'un pourrait
wish: on peut, il faut, on doit, nous devons, je veux, je voudrais, je propose, vous pouvez, tu peux, nous pouvons, à
wish: faut, il faudrait, peut
severity: gravité, sévérité, niveau, niveau de gravité, criticité, sev, urgence
phase: phase, étape, la phase
raise: passer, monter, augmenter, escalader, élever, relever, hausser, montez, passez, augmentez, escaladez, remonter
raise: escalade
lower: baisser, abaisser, descendre, réduire, redescendre, baissez, rétrograder
move: passe, passons, mettre, mettez, mets, changer, aller, passer, allons, passage
worse: c'est pire, pire, ça empire, empire, s'aggrave, ça s'aggrave
next phase: phase suivante, prochaine phase
take: prends, prend, gère, dirige, pilote, assume, assure, reprends, prendre, reprend
takeover: prends le relais, prends la main, reprends, prends ça en charge, gère l'incident, pilote l'incident
takeover: dirige l'incident, m'occupe de ça, m'occupe de l'incident, je gère, je dirige, je pilote, prends ça
takeover: prend le relais, m'en occupe, je m'en occupe, prend la suite
grab: prends, gère, pilote, dirige
lead: commandement, le commandement, commande, les commandes, commandes, le lead, lead, direction, la direction, relais
lead: le relais, la main, coordination, la coordination, pilotage, le pilotage, main
title: commandant, le commandant, responsable, pilote de crise, responsable de crise, responsable d'incident
hand: passe la main à, passe le relais à, transfère, cède, passe le commandement à
is: est, devient, comme, sera
close: clôtur*, clotur*, fermer, fermez, fermé, ferme, clos, clore, fermons, terminer, mettre fin à, fin de
solved: résolu, réglé, corrigé, rétabli, fini, terminé, ça marche, ça remarche, remarche, tout marche
solved: fonctionne à nouveau, retour à la normale, est rétabli, tout est bon, tout est vert
false: fausse alerte, pas un incident, faux positif, fausse alarme
retract: retirer, retirez
cancel: annuler, annulez, annule
whole: l'incident, incident, l'alerte, alerte, tout, le tout
reopen: rouvrir, réouvrir, rouvrez, rouvre, ré ouvrir
back: ça recommence, recommence, de nouveau en panne, est revenu, encore en panne
undo: annule, annuler, annulez, défaire, défais, revenir en arrière
wrong: c'était faux, erreur, mauvais fil, mauvais numéro, par erreur, je me suis trompé
no change: rien de nouveau, pas de changement, aucun changement, inchangé, pas de nouvelles
next update: prochaine mise à jour, prochain update, prochain point, prochaine info, prochaines nouvelles
next update: prochain message, prochaine maj
tell: plus d'infos, reviens vers vous, des nouvelles, je reviens vers vous
leave: me désabonner, désabonnez moi, désinscri*, retirez moi
list: liste, la liste
do: fais, fait, prends, prend, assure, écris, gère, tiens, suis, est, peut faire, faire, prendre
and: et
number done: fait, faits, terminé, terminés, sont faits, est fait, fini, finis, sont terminés
scribe: le compte rendu, compte rendu, secrétaire, les notes de séance, le procès verbal
communications: la communication, communication, la com, presse
deputy: adjoint, adjointe, suppléant
denied: pas, jamais, aucun, aucune, rien, personne, ne, n, sans, non, pas encore, ou
past: était, étaient, avait, avaient, été, avant, l'an dernier, la dernière fois, autrefois
reported: il, elle, ils, elles, disait, disent, demande, demandé, selon, selon lui, paraît, a dit, leur
condition: si, quand, lorsque, dès que, si jamais, sauf si, avant de, après, jusqu'à, tant que
doubtful: serait, pourrait, peut être, qui, quoi, quand, pourquoi, comment, où, quel, quelle, est ce
doubtful: devrait, parle
later: demain, ce soir, plus tard, bientôt, la semaine prochaine, cette nuit
often: toujours, parfois, souvent, chaque, autre, autres, signifie, veut dire
others: client, clients, ticket, tickets, magasin, magasins, fournisseur, bureau, porte, école, manuel, projet
others: déménagement, vanne, boutique
modal: peut, pourrait, pouvez, peux
subject matter experts: expert, experte
denied: pareil, pareil ici, idem, moi aussi, chez moi aussi, ici aussi
filler: franchement, bien reçu, c'est noté, bien noté
opinion: je vote, vote pour, pour moi, à mon avis, +1 pour, pour ma part
worse: un cran au dessus, d'un cran, un niveau au dessus, monter d'un cran
milder: un cran en dessous, baisser d'un cran, descendre d'un cran, un niveau en dessous, redescendre d'un cran
next update: prochaine actualisation, prochain bulletin, prochain mail, prochaine communication, prochain état
tell: redonne des nouvelles, donne des nouvelles, redonne de nouvelles, tiens au courant, tiens informés, redis
tell: refais un point, fais un point
tell: renvoie un mail, envoie un mail, écris à tous, reviens, recontacte, donnerai des nouvelles
tell: redonnerai des nouvelles, tiendrai au courant
tell: vous redonne des nouvelles, vous tiens au courant, vous tiens informés, refais un mail
undo: remettre comme avant, remettez comme avant, remettre à l'ancienne valeur, comme c'était, comme avant
wrong: faute de frappe, une faute de frappe, erreur de frappe, une erreur de frappe, coquille, mauvais incident
wrong: pour un autre incident
false: rien n'a jamais été cassé, il n'y a jamais eu de problème, jamais eu d'incident, jamais eu de problème
false: n'aurais pas dû
solved: plus rien à faire, il n'y a plus rien à faire
leave: retirez moi de, enlevez moi, enlever, retirer de la liste, m'enlever, me retirer, plus recevoir
list: de la liste, ces mails, ces courriels, ces messages, liste de diffusion, cette liste
ended: fermé, clos, terminé, clôturé
vote: je vote, je vote pour, vote pour, +1 pour
opinion: je dirais, dirais
tell: écris, vous écris, vous informe, informe tout le monde
false: c'était un exercice, un exercice, juste un test, qu'un test, qu'un exercice
wrong: me suis trompé d'incident, trompé de fil, trompé d'incident
leave: ne m'envoyez plus
next update: prochaine nouvelle
ask: ne faudrait il pas, faudrait il, ne devrait on pas, ne devrions nous pas, devrions nous, on devrait
ask: est ce qu'on ne devrait pas, est ce qu'on devrait, ne serait ce pas mieux de, ne vaudrait il pas mieux
ask: vaudrait il mieux, ce ne serait pas mieux de, et si on, et si je, pourquoi ne pas, pourquoi pas
ask: que diriez vous de, doit on, ne doit on pas, faut il, ne faut il pas, ne peut on pas, ne pourrait on pas
ask: pourrait on, ne sommes nous pas, dois je, est ce que je, est ce que je dois, ne serait il pas temps de
adding: ajoutez moi, ajoute moi, m'ajouter, inscrivez moi, incluez moi, mettez moi dans, m'inclure, m'inscrire
me: ajoutez moi, ajoute moi, m'ajouter, inscrivez moi, incluez moi, mettez moi dans, m'inclure, m'inscrire
do: ajoutez moi, ajoute moi, m'ajouter, inscrivez moi, incluez moi, mettez moi dans, m'inclure, m'inscrire
relieve: dois passer la main, je dois passer la main, dois céder la main, ne peux plus diriger, ne peux plus piloter
relieve: quelqu'un doit reprendre, quelqu'un peut reprendre, quelqu'un peut prendre le relais
relieve: quelqu'un d'autre doit prendre le relais, qui peut prendre le relais, qui me remplace
relieve: quelqu'un peut me remplacer
search phase: investigation, diagnostic, analyse
fix phase: correction, réparation, résolution
watch phase: surveillance, observation, monitoring
overstated: trop haut, trop haute, trop élevé, trop élevée
understated: trop bas, trop basse, trop faible
amend: changer, modifier, revoir, corriger
merely: vraiment seulement, seulement, vraiment qu, vraiment juste, juste
volunteer: je peux le faire, je veux bien le faire, je le fais, je m'en charge, je veux bien, je pourrais le faire
filler: sinon
expected: n'est ce pas, ce n'est pas, n'est ce pas déjà
ask not: on ne devrait pas, ce n'est pas, on ne pourrait pas, n'est ce pas, n'est ce pas déjà
"""
