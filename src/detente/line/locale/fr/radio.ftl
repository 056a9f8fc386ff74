# Words of the radio: how channels are said, what a frequency card shows, and the phrases that crews need first.
# Every locale has the same messages and the same variables; tests hold them together.
# Figures are passed as finished texts with Western digits. What is said on the air stands beside in the language on air.

## Digits as they are said

digit-zero = zéro
digit-one = unité
digit-two = deux
digit-three = trois
digit-four = quatre
digit-five = cinq
digit-six = six
digit-seven = sept
digit-eight = huit
digit-nine = neuf
digit-decimal = décimale
digit-channel = canal

## What a channel is for, and how well a pair is proven

no-tone = sans tonalité
label-tone = Tonalité
call-primary = PRINCIPALE
call-secondary = SECONDAIRE
call-guard = DÉTRESSE
call-other = AUTRE
proof-proven = éprouvée
proof-aged = essai trop ancien
proof-relayed = par relais seulement
proof-never = NON ESSAYÉE

## The card

card-title = Carte de fréquences
card-sector = Secteur { $sector }
card-levels = de { $lower } à { $upper }
card-say = dites
card-tone = tonalité { $tone }
card-everybody = tous veillent
card-listens = veille : { $who }
card-silent = ne veille pas : { $who }
card-proven = Qui s'est déjà entendu
card-all_proven = chaque paire éprouvée, la plus ancienne { $age }
card-of_pairs = { $some } paires sur { $all }
card-age = { $days } j
card-stations = Stations au sol
card-station = { $station } ({ $post }) : vous entend partout dans le secteur dès { $height } au-dessus du sol
card-no_station = Aucune station au sol : les équipages n'entendent qu'eux-mêmes.
card-horizon = Terre lisse ; le relief n'est pas compté.
card-phrases = À dire sur les ondes ({ $language })
card-watch_both = VEILLEZ { $old } ET { $new } jusqu'à { $until }
card-out = HORS SERVICE : appelez sur { $instead }
card-untested = NON ESSAYÉ : aucun essai radio n'a montré que cela fonctionne.
card-invalid = NON VALABLE : tous ne peuvent pas se parler ici.
card-screening = Examen préalable, non une assignation : l'autorité nationale assigne. À titre d'information ; les devoirs légaux et les clairances restent inchangés.
card-identity = Mémorandum { $id } { $version }, identité { $identity }
card-drawn = au { $time }

## Phrases, in the order in which they are needed

phrase-listen = Écoutez d'abord. Une station à la fois. Court. Répétez.
phrase-call = À tous les aéronefs dans { $sector }, ici { $caller }
phrase-check = Essai radio, comment recevez-vous
phrase-read = Je vous reçois cinq
phrase-position = Ma position, mon niveau, mon cap
phrase-see = Je vous ai en vue
phrase-hold_level = Maintenez votre niveau, je reste au-dessus (au-dessous)
phrase-turn = Je vire à gauche (à droite) pour m'écarter de vous
phrase-keep_clear = Écartez-vous, vous vous rapprochez de moi
phrase-unable = Impossible
phrase-say_again = Répétez
phrase-change = Passez sur { $channel }, je veille les deux
phrase-urgent = Break break (urgent)
