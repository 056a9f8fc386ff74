# French. The no-break space before ":" and "?" is meant.

## Frame

titled = { $precedence } : { $title }
exercise = EXERCICE EXERCICE EXERCICE
fact = { $label } : { $value }
comma = {", "}
unknown-language = Langue { $language } non disponible ici : affiché en anglais.
not-known = inconnu
not-given = non indiqué
and-more = et { $more } de plus

## Precedence, acts, levels of acknowledgement, roles, languages

precedence-ALERT = ALERTE
precedence-PRIORITY = PRIORITAIRE
precedence-ROUTINE = ROUTINE
precedence-ADMIN = SERVICE

act-read_back = collationner
act-answer = répondre
act-acknowledge = accuser réception
act-propose = proposer
act-decide = accepter ou refuser
act-amend = modifier l'avis
act-echo = répondre à l'essai de ligne
act-check = essayer la ligne
act-state = exposer sa version

level-delivered = remis
level-understood = compris
level-substance = répondu
level-passed = transmis aux équipages
level-in_effect = en application

role-air_desk = bureau air
role-duty = officier de permanence
role-senior = officier supérieur de permanence
role-alternate = poste suppléant

language-en = anglais
language-fr = français
language-ru = russe
language-ar = arabe
language-tr = turc
language-unknown = langue non indiquée

## Codes in a few words, and as the head of a message

code-OPN = ouvre son journal
code-NTC = avis d'activité
code-HAZ = avis de danger
code-AMD = avis modifié
code-CNX = annulé
code-REL = libéré par anticipation
code-RBK = collationnement
code-RBC = verdict du collationnement
code-ACK = accusé de réception
code-CON = conflit détecté
code-PRO = proposition
code-ACC = accepté
code-REJ = refusé
code-XNG = franchissement
code-QRY = est-ce le vôtre ?
code-ANS = réponse
code-ALR = votre aéronef
code-CLR = terminé
code-DST = détresse
code-LCK = essai de ligne
code-LCR = réponse à l'essai de ligne
code-LST = état d'une voie
code-WCH = veille
code-RNG = poste appelé
code-RCK = essai radio
code-FRQ = changement de fréquence
code-OUT = interruption
code-SUS = suspendu
code-RES = repris
code-INC1 = incident, premier compte rendu
code-INC2 = incident, exposé complet
code-PRT = protestation
code-WGM = groupe de travail
code-COR = rectificatif
code-KEY = clés changées
code-FRK = deux passés signés
code-VOX = voix conservée

title-OPN = Journal ouvert
title-NTC = Avis : { $kind }
title-HAZ = DANGER : { $kind }
title-AMD = Avis modifié : { $kind }
title-CNX = Avis annulé
title-REL = Avis libéré par anticipation
title-RBK = Collationnement
title-RBC = Collationnement : { $verdict }
title-ACK = Accusé de réception : { $level }
title-CON = CONFLIT entre deux avis
title-PRO = Proposition pour résoudre le conflit
title-ACC = Accepté
title-REJ = IMPOSSIBLE / REFUSÉ
title-XNG = Demande de franchissement de la limite
title-QRY = EST-CE LE VÔTRE ?
title-ANS = Réponse : { $answer }
title-ALR = VOTRE AÉRONEF : { $what }
title-CLR = Terminé
title-DST = DÉTRESSE : { $nature }
title-LCK = Essai de ligne
title-LCR = Réponse à l'essai de ligne
title-LST = État de la voie : { $state }
title-WCH = { $watch }
title-RNG = Poste appelé
title-RCK = Essai radio
title-FRQ = Fréquence : { $frequency }
title-OUT = Interruption : { $outage }
title-SUS = SUSPENSION
title-RES = Reprise
title-INC1 = Incident : premier compte rendu
title-INC2 = Incident : exposé complet
title-PRT = Protestation
title-WGM = Groupe de travail : { $group }
title-COR = Rectificatif d'un message propre
title-KEY = Clés changées : { $renewal }
title-FRK = DEUX PASSÉS SIGNÉS dans un même journal
title-VOX = Voix conservée

## What an alert says, what it asks, what is answered

what-approaching = s'approche de nous
what-crossed = a franchi la limite
what-not_answering = ne répond pas aux appels
what-unsafe_closure = RAPPROCHEMENT DANGEREUX
what-stop_activity = CESSEZ L'ACTIVITÉ

ask-turn = virer pour s'écarter
ask-climb = monter
ask-descend = descendre
ask-hold = attendre sans s'approcher
ask-call_on_channel = nous appeler sur la fréquence
ask-confirm_visual = confirmer le contact visuel

nature-emergency = aéronef en situation d'urgence
nature-down = aéronef tombé ou posé en urgence
nature-missing = aéronef disparu
nature-search = aide demandée pour recherches et sauvetage

reply-QRY = oui, non ou inconnu. Le silence n'est pas un « non ».
reply-ALR = IMMÉDIATEMENT : oui, non ou inconnu, et ce que fait votre aéronef. Transmettez à l'équipage.
reply-DST = IMMÉDIATEMENT : pouvez-vous aider ? oui, impossible ou attendez.
reply-XNG = approuvé, impossible ou attendez.

answer-yes = oui
answer-no = non
answer-unknown = inconnu
answer-approve = approuvé
answer-unable = impossible
answer-standby = attendez

action-none = aucune action
action-turn = vire pour s'écarter
action-climb = monte
action-descend = descend
action-hold = en attente
action-call_on_channel = appelle sur la fréquence
action-visual = contact visuel

## Notices and conflicts

kind-routine = activité courante
kind-track = bloc mobile
kind-hazard = danger
kind-relief = vol de secours humanitaire
kind-relief_emergency = vol de secours humanitaire, urgence
kind-crossing = franchissement de la limite
kind-sar_fire_medical = vol de sauvetage, d'incendie ou sanitaire
kind-popup = activité à court préavis

hazard-laser = laser
hazard-firing = tirs
hazard-jamming = brouillage
hazard-gnss = perturbation GNSS
hazard-balloon = ballon
hazard-drop = largage

transponder-on = en marche
transponder-off = ARRÊTÉ
transponder-intermittent = intermittent

movement-within = n'importe où dans les volumes
movement-along = le long des volumes, l'un après l'autre

shape-circle = cercle, centre { $centre }, rayon { $radius }
shape-polygon = polygone { $points }
shape-corridor = couloir { $points }, demi-largeur { $half_width }
shape-moving_block = bloc mobile par { $points } à { $times }, demi-largeur { $half_width }, au plus { $early } d'avance et { $late } de retard

verdict-correct = exact
verdict-negative = NÉGATIF

field-volumes = nombre de volumes
field-place = lieu
field-levels = niveaux
field-window = créneau
field-class = classe d'aéronef

mode-figures = minimums d'espacement
mode-own_block = chacun dans son bloc

span = { $from } à { $until }
at-or-above = { $level } ou au-dessus
at-or-below = { $level } ou au-dessous
from-time = à partir de { $time }
passed-to = transmis à { $name }
apart = { $lateral } et { $vertical } d'écart
later = { $duration } plus tard
earlier = { $duration } plus tôt
move = { $distance } au { $bearing }
no-change = aucun changement
as-proposed = comme proposé
parted = séparés à { $time }
under = sous { $identity }
path-to = { $path } vers { $party }
called = { $caller } à { $called }
heard = lisibilité { $readability }
not-heard = PAS DE RÉPONSE
new-channel = nouvelle fréquence { $channel }
attachment = { $name }, { $length }, SHA-256 { $sha256 }
spoken = { $post } sur { $channel } à { $time }, { $length }, SHA-256 { $sha256 }

persons = { $count ->
    [one] { $figure } personne
   *[other] { $figure } personnes
}
volumes = { $count ->
    [one] { $figure } volume
   *[other] { $figure } volumes
}
open-items = { $count ->
    [one] { $figure } point ouvert
   *[other] { $figure } points ouverts
}
entries = { $count ->
    [one] { $figure } inscription
   *[other] { $figure } inscriptions
}
minutes = { $count ->
    [one] { $figure } minute
   *[other] { $figure } minutes
}
seconds = { $count ->
    [one] { $figure } seconde
   *[other] { $figure } secondes
}

## The line, the watch, the radio

check-machine = par la machine
check-human = à la main

state-untested = non essayée
state-open = ouverte
state-late = EN RETARD
state-silent = MUETTE
state-own_fault = PANNE DE NOTRE CÔTÉ

cause-not_known = inconnue
cause-outage = interruption annoncée

watch-taken = Prise de veille
watch-handed_over = Passation de veille

interpreter-on_watch = présent à la veille
interpreter-on_call = sur appel
interpreter-none = aucun

why-not_delivered = non remis à temps
why-not_understood = personne ne l'a pris à temps
why-answer_overdue = la réponse est en retard
why-pass_overdue = non transmis aux équipages à temps
why-repeated = répété

radio-prompt = RADIO IMMÉDIATEMENT : appelez sur la fréquence commune et sur la fréquence de garde.
lapse-note = Les autorisations qui dépendent de cette voie sont caduques.
floor-note = Essais de ligne, alertes, détresse et veille de garde continuent.
resume-first = D'abord l'essai de ligne et l'essai radio.
untested-note = Non essayée avant un essai radio réussi. Veillez les deux fréquences pendant le changement.
receipt-note = L'accusé de réception n'est pas une reconnaissance des faits.
closes-note = Cette partie n'a rien à ajouter et clôt l'incident.
passing = { $own } et { $other } : { $lateral }, { $vertical }
fork-note = Ne plus s'y fier. La preuve est conservée ; ce journal n'est plus cosigné.

how-air_air = air-air
how-air_ground = air-sol
how-bench = au banc

frequency-change = CHANGEMENT
frequency-failure = PANNE
frequency-interference = BROUILLAGE

outage-path = voie
outage-post = poste

scope-all = tout
scope-articles = articles
scope-sector = secteur

group-call = convocation
group-agenda = ordre du jour
group-statistics = statistiques
group-record = compte rendu

renewal-scheduled = prévu
renewal-lost = PERDUES
renewal-compromised = COMPROMISES

key-statements = déclarations
key-journal = journal
key-cosigner = cosignataire
key-sealing = scellement
key-tls = TLS

## Incidents and articles of conduct

category-proximity = proximité dangereuse
category-boundary = limite franchie
category-conduct = conduite dangereuse
category-unanswered_call = appel sans réponse
category-late_notice = avis tardif
category-no_notice = absence d'avis
category-wrong_notice = avis erroné
category-comm_failure = panne de communication
category-hazard = danger
category-damage = dommage

article-C01 = Les aéronefs gardent une distance sûre.
article-C02 = Nul ne simule une attaque.
article-C03 = Ni voltige, ni passage rapproché devant un autre.
article-C04 = Ni leurres, ni largages près des autres.
article-C05 = Nul ne gêne les autres dans les zones particulières.
article-C06 = Pas de laser sans avis.
article-C07 = Nul ne perturbe les liaisons de commande, la navigation ou la radio.
article-C08 = Les feux sont allumés la nuit.
article-C09 = Les appels sur la fréquence commune reçoivent une réponse.
article-C10 = Le langage reste courtois.
article-C11 = Qui rejoint ou intercepte assure l'espacement.
article-C12 = Le contact précède le franchissement.

## Why something was refused

reason-unable = impossible
reason-no_volume = aucun volume
reason-too_many_volumes = trop de volumes
reason-too_few_points = trop peu de points
reason-too_many_points = trop de points
reason-bad_position = position hors de la Terre
reason-bad_radius = rayon ou largeur impossible
reason-bad_level = niveau impossible
reason-bad_time = heure impossible
reason-bad_frequency = nom de fréquence invalide
reason-bad_schedule = horaire du bloc mobile impossible
reason-near_pole = trop près du pôle
reason-repeated_point = point répété
reason-self_crossing = le contour se recoupe
reason-too_large = trop grand
reason-too_small = plus petit que convenu
reason-too_wide = plus large que convenu
reason-ceiling_below_floor = plafond sous le plancher
reason-end_before_start = fin avant le début
reason-levels_too_fine = niveaux plus fins que convenu
reason-outside_levels = hors des niveaux convenus
reason-outside_area = hors de la zone convenue
reason-outside_duration = hors de la durée du mémorandum
reason-ended = le créneau est terminé
reason-beyond_horizon = trop loin dans l'avenir
reason-window_too_short = créneau plus court que convenu
reason-window_too_long = créneau plus long que convenu
reason-hazard_kind = nature du danger absente ou non prévue
reason-unknown_class = classe d'aéronef absente du mémorandum
reason-no_surface = pas de sol convenu pour les hauteurs au-dessus du sol
reason-too_many_notices = trop d'avis ouverts
reason-never_list = champ jamais divulgué
reason-not_disclosed = champ que le mémorandum ne prévoit pas
reason-unknown_field = champ inconnu
reason-unknown_code = code inconnu : utilisez l'autre voie
reason-malformed = illisible
reason-layout = pas dans la forme convenue
reason-free_text = texte libre plus long que convenu
reason-not_your_post = ce poste n'est pas celui de l'expéditeur

## Labels

label-ask = À FAIRE
label-reply = RÉPONSE
label-where = Lieu
label-when = Heure
label-level = Niveau
label-levels = Niveaux
label-track = Route
label-speed = Vitesse
label-call_on = Appeler sur la fréquence
label-persons = Personnes à bord
label-class = Classe d'aéronef
label-count = Nombre d'aéronefs
label-transponder = Transpondeur
label-monitored = Fréquences veillées
label-movement = Déplacement
label-volume = Volume { $number }
label-window = Créneau
label-place = Point { $number }
label-field = Champ
label-acknowledged = Niveau d'accusé de réception
label-post = Poste
label-passed_to = Équipages
label-effective = Prend effet
label-conflict = Au plus près
label-agreed = Minimum convenu
label-time_apart = Écart de temps
label-rule = Règle
label-article = Article { $number }
label-notice = Avis
label-notices = Avis concernés
label-reason = Motif
label-shift = Changement d'heure
label-move = Changement de lieu
label-change = Changement
label-boundary = Limite
label-gate = Point de passage
label-action = Action
label-parted = Séparés à
label-path = Voie
label-check = Essai
label-text_id = Texte d'essai
label-clock = Horloge propre
label-quality = Qualité
label-offset = Écart des horloges
label-journal = Journal
label-identity = Mémorandum
label-parties = Parties
label-previous = Fait suite à
label-state = État
label-since = Depuis
label-cause = Cause
label-roles = Rôles
label-role = Rôle
label-languages = Langues
label-interpreter = Interprète
label-line_check = Fondée sur l'essai de ligne
label-channel = Fréquence
label-new_channel = Nouvelle fréquence
label-fall_back = Entre-temps sur
label-sector = Secteur
label-called = Appel
label-how = Comment
label-readability = Réception
label-name = Nom
label-alternate = Remplacement
label-scope = Portée
label-number = Numéro d'incident
label-same_as = Identique à
label-category = Catégorie
label-passing = Plus près, selon l'auteur
label-entries = Inscriptions
label-attachment = Pièce jointe
label-spoken = Parole
label-document = Document
label-text = Texte original ({ $language }), non traduit
label-revoked = Clés révoquées
