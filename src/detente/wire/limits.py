"""Every size that a stranger can choose has its limit here, with the reason beside it."""

ENVELOPE_BYTES_MAX = 65_535
"""A tlog-tiles entry bundle counts an entry's length in 16 bits."""

PAYLOAD_BYTES_MAX = 46_000
"""What fits an envelope after two signatures and base64."""

BODY_DEPTH_MAX = 32
"""The deepest body of the catalogue has 8 levels; without a limit the reader's own stack would decide."""

NOTICE_VOLUMES_MAX = 64
VOLUME_POINTS_MAX = 500
"""Enough for a national boundary; 10,000 would cost the peer's processor more than our pencil."""

FREE_TEXT_CHARS_MAX = 200
NAME_CHARS_MAX = 200
"""A key name: ML-DSA cosignatures count a name in 8 bits."""

POSTS_PER_STATEMENT_MAX = 32
HEADS_PER_STATEMENT_MAX = 32
MEMORANDUM_BYTES_MAX = 1_048_576
CARD_BYTES_MAX = 65_536
GEOJSON_BYTES_MAX = 4_194_304

NOTE_BYTES_MAX = 262_144
NOTE_SIGNATURES_MAX = 64
PROOF_LINES_MAX = 63
JOURNAL_ENTRIES_MAX = 2**40

HTTP_BODY_BYTES_MAX = 1_048_576
HTTP_HEADER_BYTES_MAX = 16_384
CONTROL_LINE_BYTES_MAX = 4_194_304
EXPORT_FILE_BYTES_MAX = 268_435_456
FEED_RECORD_BYTES_MAX = 4_096
EXPORT_INDEX_BYTES_MAX = 67_108_864
"""Some 400,000 files: 50 million entries of two parties."""

MEMORANDUM_TEXT_CHARS_MAX = 2_000
RECORDING_BYTES_MAX = 268_435_456
ENCOUNTER_BYTES_MAX = 268_435_456
ENCOUNTER_LINES_MAX = 1_000_000
"""Of a file of encounters, unpacked: some twelve days of two aircraft at one row a second."""
ENCOUNTER_LINE_CHARS_MAX = 65_536
SHOWN_CHARS_MAX = 300
"""A stranger's words in a line of the logbook or of a screen."""
CARRIED_BYTES_MAX = 268_435_456
"""A file on a stick: some 30,000 entries with their signatures."""
PUBLISHED_FILE_BYTES_MAX = 16_777_216
"""A national airspace file, or the frequencies of all airfields, ten times over."""
FEED_LINE_BYTES_MAX = 4_096
"""A line of SBS-1 or AVR is under 200 bytes."""
FEED_DOCUMENT_BYTES_MAX = 8_388_608
"""A receiver's picture of some 15,000 aircraft as JSON; a recorded day of one drone."""
FEED_EVENT_BYTES_MAX = 65_536
"""One Cursor on Target event, which a server may have filled with details."""
FEED_AIRCRAFT_MAX = 20_000
"""Aircraft that a decoder remembers something of: more than fly over a continent at once."""
FEED_REPORTS_MAX = 5_000_000
"""Positions of one recording held together: some 2 GB."""
VOICE_PAYLOAD_BYTES_MAX = 400
"""20 ms of Opus at 24 kb/s are 60 bytes, of G.711 160; at 160 kb/s Opus reaches this."""
VOICE_NAME_BYTES_MAX = 80
VOICE_FRAME_BYTES_MAX = 26 + 2 * (1 + VOICE_NAME_BYTES_MAX) + 2 + VOICE_PAYLOAD_BYTES_MAX
VOICE_SEQUENCE_MAX = 4_095
"""A minute has 3,000 frames, and nobody has the floor for longer."""
VOICE_MESSAGE_BYTES_MAX = 4_096
"""What is said about the floor, as JSON."""
VOICE_RECORDING_BYTES_MAX = 2_097_152
"""All frames of a minute, each as large as it may be."""
VOICE_FOLDER_BYTES_MAX = 21_474_836_480
"""Recordings kept by one node: a year of speech without a pause is 95 GB, and no net is that."""
VOX_TRANSMISSIONS_MAX = 64
"""Transmissions of one VOX statement: a talker who presses every ten seconds fills six in a minute."""
VOICE_EXPORT_BYTES_MAX = 1_073_741_824
"""Recordings that an export takes along: forty hours of speech."""
