# Words of the radio: how channels are said, what a frequency card shows, and the phrases that crews need first.
# Every locale has the same messages and the same variables; tests hold them together.
# Figures are passed as finished texts with Western digits. What is said on the air stands beside in the language on air.

## Digits as they are said

digit-zero = zero
digit-one = one
digit-two = two
digit-three = three
digit-four = four
digit-five = five
digit-six = six
digit-seven = seven
digit-eight = eight
digit-nine = nine
digit-decimal = decimal
digit-channel = channel

## What a channel is for, and how well a pair is proven

no-tone = no tone
label-tone = Tone
call-primary = PRIMARY
call-secondary = SECONDARY
call-guard = GUARD
call-other = OTHER
proof-proven = proven
proof-aged = proof too old
proof-relayed = relayed only
proof-never = UNTESTED

## The card

card-title = Frequency card
card-sector = Sector { $sector }
card-levels = { $lower } to { $upper }
card-say = say
card-tone = tone { $tone }
card-everybody = everybody listens
card-listens = listens: { $who }
card-silent = does not listen: { $who }
card-proven = Who has been heard to talk
card-all_proven = every pair proven, the oldest { $age }
card-of_pairs = { $some } of { $all } pairs
card-age = { $days } d
card-stations = Ground stations
card-station = { $station } ({ $post }): hears you from { $height } above ground all over the sector
card-no_station = No ground station: crews hear only each other.
card-horizon = Over a smooth Earth; mountains are not included.
card-phrases = Say on the air ({ $language })
card-watch_both = WATCH BOTH { $old } AND { $new } until { $until }
card-out = OUT OF USE: call on { $instead }
card-untested = UNTESTED: no radio check has shown that this works.
card-invalid = INVALID: not everybody here can talk.
card-screening = Screening, not an assignment: the national authority assigns. Information only; duties under law and clearances are unchanged.
card-identity = Memorandum { $id } { $version }, identity { $identity }
card-drawn = as of { $time }

## Phrases, in the order in which they are needed

phrase-listen = Listen first. One station at a time. Short. Read back.
phrase-call = ALL AIRCRAFT IN { $sector }, THIS IS { $caller }
phrase-check = RADIO CHECK, HOW DO YOU READ
phrase-read = READ YOU FIVE
phrase-position = MY POSITION, LEVEL AND HEADING
phrase-see = I HAVE YOU IN SIGHT
phrase-hold_level = MAINTAIN YOUR LEVEL, I WILL STAY ABOVE (BELOW)
phrase-turn = TURNING LEFT (RIGHT) AWAY FROM YOU
phrase-keep_clear = KEEP CLEAR, YOU ARE CLOSING ON ME
phrase-unable = UNABLE
phrase-say_again = SAY AGAIN
phrase-change = CHANGE TO { $channel }, I WATCH BOTH
phrase-urgent = BREAK BREAK
