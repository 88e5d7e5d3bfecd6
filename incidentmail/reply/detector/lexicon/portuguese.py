"""List the Portuguese words by which wishes are recognised. A star stands for any ending."""

PORTUGUESE = """
filler: o, a, os, as, um, uma, do, da, dos, das, e, também, aqui, todos, ao, à, em, no, na, nos, por, para, com, é, está
filler: são, ser, obrigado, obrigada, olá, oi, sim, ok, bem, já, pois, pra, que, se, eu
now: agora, já, imediatamente, a partir de agora, desde já, hoje, a partir daqui, daqui, a partir daqui em diante
this: isto, isso, este, esse, o incidente, incidente, este incidente, tudo, o problema, problema
we: estamos, nós, vamos, passamos, temos, a gente
me: eu, me, sou, vou, mim, comigo, estou
opinion: acho, penso, claramente, certamente
please: por favor, pfv, favor, se faz favor, por gentileza, favor de
ask: podemos, alguém pode, pode alguém, você pode, vocês podem, podes, podem, posso, alguém poderia, poderiam, poderia
ask: dá para
wish: vamos, temos que, devemos, precisamos, quero, gostaria, proponho, pode, podemos, podem, deve, é preciso
severity: no nível, severidade, gravidade, nível, nível de gravidade, criticidade, urgência, sev
phase: fase, etapa, a fase
raise: subir, suba, subam, sobe, elevar, escalar, aumentar, eleve, escale, aumente, passar
lower: baixar, baixe, baixem, reduzir, diminuir, rebaixar, reduza
move: passar, passamos, passem, ir, colocar, coloque, mudar, passe, passando, mude
worse: piorou, está pior, pior, está piorando, está a piorar
next phase: próxima fase
take: assumo, fico com, fico, tomo, assume, dirijo, coordeno, assumir, conduzo, lidero, assumindo
takeover: assumo, tomo conta, deixa comigo, deixem comigo, fico com isto, fico com isso, eu trato, eu cuido
grab: assumo, tomo, fico com
lead: comando, o comando, controle, o controle, controlo, liderança, a liderança, coordenação, a coordenação, direção
title: comandante, responsável, o responsável, a responsável, líder
hand: passo o comando, passo o controle, entrego, transfiro
is: é, será, como
close: fech*, encerr*, finalizar, terminar, fim do, dar por encerrado, concluir
solved: resolvido, solucionado, corrigido, terminado, tudo funciona, voltou ao normal, voltou tudo ao normal
solved: funciona de novo, já funciona, tudo certo, tudo bem, restabelecido, tudo verde
false: falso alarme, alarme falso, não é um incidente, não é incidente, falso positivo
retract: retirar
cancel: cancelar, cancele, cancelem, anular, cancela
whole: incidente, o incidente, tudo, alarme, o alarme, alerta, o alerta, tudo isto
reopen: reabr*, abrir de novo, abrir novamente, abrir outra vez
back: de novo, voltou a falhar, voltaram, voltou o problema, volta
undo: desfazer, desfaz, desfaça, reverter, reverta, anular
wrong: estava errado, erro meu, engano, por engano, número errado, conversa errada
no change: sem alterações, sem novidades, sem mudanças, nada de novo
next update: próxima atualização, próximo update, próxima informação, próximas notícias, próximo aviso
tell: mais informações, mais notícias, volto a escrever, mais
leave: descadastrar, descadastre me, remova me, me remova
list: lista, a lista, da lista
do: faço, faz, assumo, assume, escrevo, fico, sou, é, fazer, pode fazer, cuido
and: e
number done: feito, feitos, feita, feitas, pronto, prontos, terminado, concluído, concluídos, estão feitos, está feito
scribe: ata, a ata, secretário
communications: comunicação, a comunicação, imprensa
deputy: suplente, substituto, adjunto
denied: ou, não, nunca, ninguém, nada, sem, nenhum, nenhuma, ainda não, nem
past: era, estava, foi, foram, havia, ontem, antes, semana passada, ano passado, tinha, disseram, atrasou
reported: ele, ela, eles, elas, disse, diz, dizem, perguntou, segundo, seu, sua
condition: se for, se, quando, até que, a menos que, antes de, depois de, caso
doubtful: seria, poderia, talvez, quem, quê, quando, porquê, por que, como assim, onde, qual, deveria
later: amanhã, esta noite, hoje à noite, logo, mais tarde, em breve, semana que vem
often: sempre, às vezes, cada, outro, outra, outros, outras, significa
others: cliente, clientes, ticket, tickets, loja, fornecedor, escritório, porta, escola, manual, projeto, válvula
others: mudança
modal: pode, poderia
denied: aqui também, o mesmo aqui, eu também
filler: sinceramente, entendido, recebido
opinion: voto por, meu voto, por mim, para mim, da minha parte
worse: um nível acima, subir um nível, mais um nível
milder: um nível abaixo, baixar um nível, descer um nível, menos um nível
next update: próximo informe, próximo boletim, próxima mensagem, próximo email, próximo ponto
tell: dou notícias, volto a informar, aviso vocês, aviso, informo, mando notícias, escrevo a todos, mando um email
tell: dou novidades, volto com notícias
undo: voltar ao que era, voltar ao valor anterior, como estava, como estava antes, deixar como estava
wrong: erro de digitação, um erro de digitação, digitei errado, gralha, era para outro incidente, incidente errado
false: nunca houve problema, nunca houve um problema, nunca esteve quebrado, não devia ter aberto
false: nunca houve incidente
solved: nada mais a fazer, não há mais nada a fazer, não tem mais nada a fazer
leave: tirem me, tirar me, me tirem, me tira, remover me, retirem me, deixar de receber, parar de receber
list: desta lista, estes emails, esses emails, estas mensagens
ended: fechado, encerrado, terminado, fechei, fechamos
tell: notícias, novidades
solved: mais nada a fazer
vote: voto por, meu voto
filler: às
raise: subiria
opinion: eu diria, diria
tell: escrevo, escrevo vos, escrevo a vocês
false: só um teste, era só um teste, apenas um teste, um simulacro, só um exercício
wrong: enganei me, email errado
undo: desfaçam, desfaçam isso
leave: não me mandem mais, não me enviem mais
ask: devíamos, deveríamos, seria melhor, por que não, porque não, que tal, e se, podíamos, poderíamos, devo
adding: incluir me, adicionar me, incluam me, adicionem me, acrescentem me, me incluir, me adicionar, me incluam
adding: me adicionem, me coloquem
me: incluir me, adicionar me, incluam me, adicionem me, acrescentem me, me incluir, me adicionar, me incluam
me: me adicionem, me coloquem
do: incluir me, adicionar me, incluam me, adicionem me, acrescentem me, me incluir, me adicionar, me incluam
do: me adicionem, me coloquem
adding: incluir me como, adicionar me como, podem incluir me como, podem adicionar me como, podem me incluir como
me: incluir me como, adicionar me como, podem incluir me como, podem adicionar me como, podem me incluir como
do: incluir me como, adicionar me como, podem incluir me como, podem adicionar me como, podem me incluir como
ask: podem incluir me como, podem adicionar me como, podem me incluir como, podem incluir me, podem adicionar me
adding: podem incluir me, podem adicionar me
me: podem incluir me, podem adicionar me
do: podem incluir me, podem adicionar me
subject matter experts: especialista, perito
relieve: tenho de passar o comando, preciso passar o comando, não posso continuar, não posso continuar a liderar
relieve: não posso mais liderar, alguém tem de assumir, alguém precisa assumir, alguém pode assumir
relieve: pode alguém assumir, quem pode assumir, quem me substitui, alguém pode me substituir
relieve: alguém pode substituir me
search phase: investigação, diagnóstico, análise
fix phase: correção, reparação, resolução
watch phase: monitorização, monitoramento, observação, vigilância
overstated: demasiado alta, alta demais, alto demais, muito alta
understated: demasiado baixa, baixa demais, baixo demais, muito baixa
amend: mudar, alterar, ajustar, rever, corrigir
merely: mesmo só, realmente só, apenas, mesmo apenas, realmente apenas
volunteer: posso fazer, eu posso fazer, eu faço, faço eu, posso fazê lo, ofereço me, eu posso
filler: se não
expected: não está já, já não está, não estamos já
ask not: não devíamos, não deveríamos, não seria melhor, não era melhor, não temos de, não devia, não deveria
ask not: não deveria ser, não está já, já não está, não estamos já, não podíamos, não poderíamos, não é melhor
"""
