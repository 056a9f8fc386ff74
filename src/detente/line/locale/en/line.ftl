# The words of the line: every message of the catalogue, from codes. The same file serves Python and a browser.
# Every locale has the same messages and the same variables; tests hold them together.
# A figure is always passed as a finished text with Western digits. A number is passed beside it only to choose
# a plural form, and is never placed, so no locale can group or redraw its digits.
# Units are the symbols of ICAO Annex 5 (NM, ft, kt, FL) in all languages.

## Frame

titled = { $precedence }: { $title }
exercise = EXERCISE EXERCISE EXERCISE
fact = { $label }: { $value }
comma = {", "}
unknown-language = Language { $language } is not available here: shown in English.
not-known = not known
not-given = not given
and-more = and { $more } more

## Precedence, acts, levels of acknowledgement, roles, languages

precedence-ALERT = ALERT
precedence-PRIORITY = PRIORITY
precedence-ROUTINE = ROUTINE
precedence-ADMIN = ADMIN

act-read_back = read back
act-answer = answer
act-acknowledge = acknowledge
act-propose = propose
act-decide = accept or reject
act-amend = amend the notice
act-echo = reply to the line check
act-check = check the line
act-state = state its side

level-delivered = delivered
level-understood = understood
level-substance = answered
level-passed = passed to crews
level-in_effect = in effect

role-air_desk = air desk
role-duty = duty officer
role-senior = senior officer
role-alternate = alternate post

language-en = English
language-fr = French
language-ru = Russian
language-ar = Arabic
language-tr = Turkish
language-unknown = language not stated

## Codes in a few words, and as the head of a message

code-OPN = opens its journal
code-NTC = notice
code-HAZ = hazard notice
code-AMD = amended notice
code-CNX = cancelled
code-REL = released early
code-RBK = read-back
code-RBC = read-back verdict
code-ACK = acknowledgement
code-CON = conflict found
code-PRO = proposal
code-ACC = accepted
code-REJ = refused
code-XNG = crossing
code-QRY = is this yours?
code-ANS = answer
code-ALR = your aircraft
code-CLR = over
code-DST = distress
code-LCK = line check
code-LCR = line check reply
code-LST = state of a path
code-WCH = watch
code-RNG = rung
code-RCK = radio check
code-FRQ = frequency change
code-OUT = outage
code-SUS = suspended
code-RES = resumed
code-INC1 = incident, first report
code-INC2 = incident, full statement
code-PRT = protest
code-WGM = working group
code-COR = correction
code-KEY = keys changed
code-FRK = two pasts signed
code-VOX = voice kept

title-OPN = Journal opened
title-NTC = Notice: { $kind }
title-HAZ = HAZARD: { $kind }
title-AMD = Notice amended: { $kind }
title-CNX = Notice cancelled
title-REL = Notice released early
title-RBK = Read-back
title-RBC = Read-back: { $verdict }
title-ACK = Acknowledgement: { $level }
title-CON = CONFLICT between two notices
title-PRO = Proposal to resolve the conflict
title-ACC = Accepted
title-REJ = UNABLE / REFUSED
title-XNG = Request to cross the boundary
title-QRY = IS THIS YOURS?
title-ANS = Answer: { $answer }
title-ALR = YOUR AIRCRAFT: { $what }
title-CLR = Over
title-DST = DISTRESS: { $nature }
title-LCK = Line check
title-LCR = Line check reply
title-LST = Path { $state }
title-WCH = { $watch }
title-RNG = Post rung
title-RCK = Radio check
title-FRQ = Frequency: { $frequency }
title-OUT = Outage: { $outage }
title-SUS = SUSPENSION
title-RES = Resumption
title-INC1 = Incident: first report
title-INC2 = Incident: full statement
title-PRT = Protest
title-WGM = Working group: { $group }
title-COR = Correction of an own message
title-KEY = Keys changed: { $renewal }
title-FRK = TWO PASTS SIGNED in one journal
title-VOX = Voice kept

## What an alert says, what it asks, what is answered

what-approaching = approaching us
what-crossed = has crossed the boundary
what-not_answering = does not answer calls
what-unsafe_closure = UNSAFE CLOSURE
what-stop_activity = STOP THE ACTIVITY

ask-turn = turn away
ask-climb = climb
ask-descend = descend
ask-hold = hold and come no closer
ask-call_on_channel = call us on the channel
ask-confirm_visual = confirm visual contact

nature-emergency = aircraft in emergency
nature-down = aircraft down
nature-missing = aircraft missing
nature-search = help needed for search and rescue

reply-QRY = yes, no or unknown. Silence is not "no".
reply-ALR = AT ONCE: yes, no or unknown, and what your aircraft is doing. Pass this to the crew.
reply-DST = AT ONCE: can you help? yes, unable or standby.
reply-XNG = approved, unable or standby.

answer-yes = yes
answer-no = no
answer-unknown = unknown
answer-approve = approved
answer-unable = unable
answer-standby = standby

action-none = no action
action-turn = turning away
action-climb = climbing
action-descend = descending
action-hold = holding
action-call_on_channel = calling on the channel
action-visual = visual contact

## Notices and conflicts

kind-routine = routine activity
kind-track = moving block
kind-hazard = hazard
kind-relief = relief flight
kind-relief_emergency = relief flight, emergency
kind-crossing = crossing of the boundary
kind-sar_fire_medical = rescue, fire or medical flight
kind-popup = activity at short notice

hazard-laser = laser
hazard-firing = firing
hazard-jamming = jamming
hazard-gnss = GNSS interference
hazard-balloon = balloon
hazard-drop = drop

transponder-on = on
transponder-off = OFF
transponder-intermittent = intermittent

movement-within = anywhere within the volumes
movement-along = along the volumes, one after the other

shape-circle = circle, centre { $centre }, radius { $radius }
shape-polygon = polygon { $points }
shape-corridor = corridor { $points }, half width { $half_width }
shape-moving_block = block that moves along { $points } at { $times }, half width { $half_width }, up to { $early } early and { $late } late

verdict-correct = correct
verdict-negative = NEGATIVE

field-volumes = number of volumes
field-place = place
field-levels = levels
field-window = time window
field-class = aircraft class

mode-figures = separation figures
mode-own_block = each in its own block

span = { $from } to { $until }
at-or-above = at or above { $level }
at-or-below = at or below { $level }
from-time = from { $time }
passed-to = passed to { $name }
apart = { $lateral } and { $vertical } apart
later = { $duration } later
earlier = { $duration } earlier
move = { $distance } towards { $bearing }
no-change = no change
as-proposed = as proposed
parted = parted { $time }
under = under { $identity }
path-to = { $path } to { $party }
called = { $caller } to { $called }
heard = readability { $readability }
not-heard = NO ANSWER
new-channel = new channel { $channel }
attachment = { $name }, { $length }, SHA-256 { $sha256 }
spoken = { $post } on { $channel } at { $time }, { $length }, SHA-256 { $sha256 }

persons = { $count ->
    [one] { $figure } person
   *[other] { $figure } persons
}
volumes = { $count ->
    [one] { $figure } volume
   *[other] { $figure } volumes
}
open-items = { $count ->
    [one] { $figure } item open
   *[other] { $figure } items open
}
entries = { $count ->
    [one] { $figure } entry
   *[other] { $figure } entries
}
minutes = { $count ->
    [one] { $figure } minute
   *[other] { $figure } minutes
}
seconds = { $count ->
    [one] { $figure } second
   *[other] { $figure } seconds
}

## The line, the watch, the radio

check-machine = by machine
check-human = by hand

state-untested = untested
state-open = open
state-late = LATE
state-silent = SILENT
state-own_fault = OWN FAULT

cause-not_known = not known
cause-outage = announced outage

watch-taken = Watch taken
watch-handed_over = Watch handed over

interpreter-on_watch = on watch
interpreter-on_call = on call
interpreter-none = none

why-not_delivered = not delivered in time
why-not_understood = nobody took it in time
why-answer_overdue = the answer is overdue
why-pass_overdue = not passed to crews in time
why-repeated = said again

radio-prompt = RADIO NOW: call on the common frequency and on guard.
lapse-note = Permissions that rest on this path have lapsed.
floor-note = Line checks, alerts, distress and guard watch go on.
resume-first = Line check and radio check come first.
untested-note = Untested until a radio check is good. Keep watch on both channels during the change.
receipt-note = A receipt is not an admission.
closes-note = This side has nothing to add and closes the incident.
passing = { $own } and { $other }: { $lateral }, { $vertical }
fork-note = Not to be trusted. The proof is kept; this journal is cosigned no more.

how-air_air = air to air
how-air_ground = air to ground
how-bench = on the bench

frequency-change = CHANGE
frequency-failure = FAILURE
frequency-interference = INTERFERENCE

outage-path = path
outage-post = post

scope-all = everything
scope-articles = articles
scope-sector = sector

group-call = call
group-agenda = agenda
group-statistics = statistics
group-record = record

renewal-scheduled = scheduled
renewal-lost = LOST
renewal-compromised = COMPROMISED

key-statements = statements
key-journal = journal
key-cosigner = cosigner
key-sealing = sealing
key-tls = TLS

## Incidents and articles of conduct

category-proximity = unsafe proximity
category-boundary = boundary crossed
category-conduct = unsafe conduct
category-unanswered_call = call not answered
category-late_notice = late notice
category-no_notice = no notice
category-wrong_notice = wrong notice
category-comm_failure = communication failure
category-hazard = hazard
category-damage = damage

article-C01 = Aircraft keep a safe distance.
article-C02 = Nobody simulates an attack.
article-C03 = No aerobatics, and no crossing close ahead.
article-C04 = No flares and no drops near others.
article-C05 = Nobody hinders others in special areas.
article-C06 = No laser without notice.
article-C07 = Nobody interferes with control links, navigation or radio.
article-C08 = Lights are shown at night.
article-C09 = Calls on the common frequency are answered.
article-C10 = Language stays courteous.
article-C11 = Whoever joins or intercepts owes the separation.
article-C12 = Contact comes before a crossing.

## Why something was refused

reason-unable = unable
reason-no_volume = no volume
reason-too_many_volumes = too many volumes
reason-too_few_points = too few points
reason-too_many_points = too many points
reason-bad_position = position not on the Earth
reason-bad_radius = radius or width cannot be
reason-bad_level = level cannot be
reason-bad_time = time cannot be
reason-bad_frequency = not a channel name
reason-bad_schedule = times of the moving block cannot be
reason-near_pole = too near a pole
reason-repeated_point = point repeated
reason-self_crossing = outline crosses itself
reason-too_large = too large
reason-too_small = smaller than agreed
reason-too_wide = wider than agreed
reason-ceiling_below_floor = ceiling below floor
reason-end_before_start = end before start
reason-levels_too_fine = levels finer than agreed
reason-outside_levels = outside the agreed levels
reason-outside_area = outside the agreed area
reason-outside_duration = outside the term of the memorandum
reason-ended = the window is over
reason-beyond_horizon = too far ahead
reason-window_too_short = window shorter than agreed
reason-window_too_long = window longer than agreed
reason-hazard_kind = kind of hazard missing or not foreseen
reason-unknown_class = aircraft class not in the memorandum
reason-no_surface = no ground agreed for levels above ground
reason-too_many_notices = too many open notices
reason-never_list = field that is never disclosed
reason-not_disclosed = field that the memorandum does not list
reason-unknown_field = unknown field
reason-unknown_code = unknown code: use the other channel
reason-malformed = cannot be read
reason-layout = not in the agreed layout
reason-free_text = free text longer than agreed
reason-not_your_post = post is not the sender's

## Labels

label-ask = DO NOW
label-reply = ANSWER
label-where = Where
label-when = When
label-level = Level
label-levels = Levels
label-track = Track
label-speed = Speed
label-call_on = Call on channel
label-persons = Persons on board
label-class = Aircraft class
label-count = Number of aircraft
label-transponder = Transponder
label-monitored = Channels monitored
label-movement = Movement
label-volume = Volume { $number }
label-window = Time window
label-place = Place { $number }
label-field = Field
label-acknowledged = Level of acknowledgement
label-post = Post
label-passed_to = Crews
label-effective = Takes effect
label-conflict = Closest
label-agreed = Agreed minimum
label-time_apart = Time between
label-rule = Rule
label-article = Article { $number }
label-notice = Notice
label-notices = Notices
label-reason = Reason
label-shift = Change of time
label-move = Change of place
label-change = Change
label-boundary = Boundary
label-gate = Gate
label-action = Action
label-parted = Parted
label-path = Path
label-check = Check
label-text_id = Test text
label-clock = Own clock
label-quality = Quality
label-offset = Clock difference
label-journal = Journal
label-identity = Memorandum
label-parties = Parties
label-previous = Follows
label-state = State
label-since = Since
label-cause = Cause
label-roles = Roles
label-role = Role
label-languages = Languages
label-interpreter = Interpreter
label-line_check = Rests on line check
label-channel = Channel
label-new_channel = New channel
label-fall_back = Meanwhile on
label-sector = Sector
label-called = Call
label-how = How
label-readability = Heard
label-name = Name
label-alternate = Instead
label-scope = Scope
label-number = Incident number
label-same_as = Same as
label-category = Category
label-passing = Nearest as reported
label-entries = Entries
label-attachment = Attachment
label-spoken = Spoken
label-document = Document
label-text = Text as written ({ $language }), not translated
label-revoked = Revoked keys
