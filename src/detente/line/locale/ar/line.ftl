# Arabic, right to left. Digits are Western. "One" and "two" are said by the noun itself, without a figure.

## Frame

titled = { $precedence }: { $title }
exercise = تمرين تمرين تمرين
fact = { $label }: { $value }
comma = {"، "}
unknown-language = اللغة { $language } غير متوفرة هنا: العرض بالإنجليزية.
not-known = غير معروف
not-given = غير محدد
and-more = و{ $more } غيرها

## Precedence, acts, levels of acknowledgement, roles, languages

precedence-ALERT = إنذار
precedence-PRIORITY = عاجل
precedence-ROUTINE = عادي
precedence-ADMIN = إداري

act-read_back = أعد القراءة
act-answer = أجب
act-acknowledge = أكّد الاستلام
act-propose = اقترح حلًا
act-decide = اقبل أو ارفض
act-amend = عدّل الإشعار
act-echo = أجب على فحص الخط
act-check = افحص الخط
act-state = تقديم الإفادة

level-delivered = سُلّم
level-understood = فُهم
level-substance = أُجيب عليه
level-passed = أُبلغ للأطقم
level-in_effect = قيد التنفيذ

role-air_desk = مكتب العمليات الجوية
role-duty = الضابط المناوب
role-senior = الضابط الأقدم
role-alternate = المركز البديل

language-en = الإنجليزية
language-fr = الفرنسية
language-ru = الروسية
language-ar = العربية
language-tr = التركية
language-unknown = لغة غير مذكورة

## Codes in a few words, and as the head of a message

code-OPN = فتح السجل
code-NTC = إشعار
code-HAZ = إشعار بخطر
code-AMD = إشعار معدّل
code-CNX = أُلغي
code-REL = أُنهي مبكرًا
code-RBK = إعادة القراءة
code-RBC = نتيجة إعادة القراءة
code-ACK = إقرار بالاستلام
code-CON = اكتُشف تعارض
code-PRO = اقتراح
code-ACC = قُبل
code-REJ = رُفض
code-XNG = عبور
code-QRY = هل هذه طائرتكم؟
code-ANS = جواب
code-ALR = طائرتكم
code-CLR = انتهى
code-DST = استغاثة
code-LCK = فحص الخط
code-LCR = جواب فحص الخط
code-LST = حالة مسار اتصال
code-WCH = المناوبة
code-RNG = استدعاء مركز
code-RCK = فحص اللاسلكي
code-FRQ = تغيير التردد
code-OUT = انقطاع
code-SUS = عُلّق
code-RES = استُؤنف
code-INC1 = حادث، التقرير الأول
code-INC2 = حادث، البيان الكامل
code-PRT = احتجاج
code-WGM = مجموعة العمل
code-COR = تصحيح
code-KEY = تغيير المفاتيح
code-FRK = ماضيان موقّعان
code-VOX = صوت محفوظ

title-OPN = فُتح السجل
title-NTC = إشعار: { $kind }
title-HAZ = خطر: { $kind }
title-AMD = تعديل إشعار: { $kind }
title-CNX = إلغاء إشعار
title-REL = إنهاء إشعار مبكرًا
title-RBK = إعادة القراءة
title-RBC = إعادة القراءة: { $verdict }
title-ACK = إقرار بالاستلام: { $level }
title-CON = تعارض بين إشعارين
title-PRO = اقتراح لحل التعارض
title-ACC = قُبل
title-REJ = غير ممكن / مرفوض
title-XNG = طلب عبور الخط الفاصل
title-QRY = هل هذه طائرتكم؟
title-ANS = الجواب: { $answer }
title-ALR = طائرتكم: { $what }
title-CLR = انتهى
title-DST = استغاثة: { $nature }
title-LCK = فحص الخط
title-LCR = جواب فحص الخط
title-LST = مسار الاتصال: { $state }
title-WCH = { $watch }
title-RNG = استدعاء مركز
title-RCK = فحص اللاسلكي
title-FRQ = التردد: { $frequency }
title-OUT = انقطاع: { $outage }
title-SUS = تعليق
title-RES = استئناف
title-INC1 = حادث: التقرير الأول
title-INC2 = حادث: البيان الكامل
title-PRT = احتجاج
title-WGM = مجموعة العمل: { $group }
title-COR = تصحيح رسالة صادرة عن المرسل
title-KEY = تغيير المفاتيح: { $renewal }
title-FRK = ماضيان موقّعان في سجل واحد
title-VOX = صوت محفوظ

## What an alert says, what it asks, what is answered

what-approaching = تقترب منا
what-crossed = عبرت الخط الفاصل
what-not_answering = لا ترد على النداءات
what-unsafe_closure = اقتراب خطِر
what-stop_activity = أوقفوا النشاط

ask-turn = الانعطاف والابتعاد
ask-climb = زيادة الارتفاع
ask-descend = خفض الارتفاع
ask-hold = الانتظار وعدم الاقتراب أكثر
ask-call_on_channel = النداء علينا على القناة
ask-confirm_visual = تأكيد الرؤية بالعين

nature-emergency = طائرة في حالة طوارئ
nature-down = سقوط طائرة أو هبوطها اضطراريًا
nature-missing = طائرة مفقودة
nature-search = مطلوب المساعدة في البحث والإنقاذ

reply-QRY = نعم أو لا أو غير معروف. الصمت لا يعني «لا».
reply-ALR = فورًا: نعم أو لا أو غير معروف، وماذا تفعل طائرتكم. أبلغوا الطاقم.
reply-DST = فورًا: هل يمكنكم المساعدة؟ نعم أو غير ممكن أو انتظروا.
reply-XNG = موافق أو غير ممكن أو انتظروا.

answer-yes = نعم
answer-no = لا
answer-unknown = غير معروف
answer-approve = موافق
answer-unable = غير ممكن
answer-standby = انتظروا

action-none = لا إجراء
action-turn = تنعطف مبتعدة
action-climb = تزيد الارتفاع
action-descend = تخفض الارتفاع
action-hold = تنتظر
action-call_on_channel = تنادي على القناة
action-visual = تمت الرؤية بالعين

## Notices and conflicts

kind-routine = نشاط عادي
kind-track = كتلة متحركة
kind-hazard = خطر
kind-relief = رحلة إغاثة
kind-relief_emergency = رحلة إغاثة طارئة
kind-crossing = عبور الخط الفاصل
kind-sar_fire_medical = رحلة إنقاذ أو إطفاء أو إسعاف
kind-popup = نشاط بإشعار قصير

hazard-laser = ليزر
hazard-firing = رماية
hazard-jamming = تشويش
hazard-gnss = تداخل على GNSS
hazard-balloon = منطاد
hazard-drop = إسقاط جوي

transponder-on = يعمل
transponder-off = مُطفأ
transponder-intermittent = متقطع

movement-within = في أي موضع داخل الأحياز
movement-along = على طول الأحياز، واحدًا بعد الآخر

shape-circle = دائرة، مركزها { $centre }، نصف قطرها { $radius }
shape-polygon = مضلّع { $points }
shape-corridor = ممر { $points }، نصف عرضه { $half_width }
shape-moving_block = كتلة تتحرك عبر { $points } في { $times }، نصف عرضها { $half_width }، قبل الموعد حتى { $early } وبعده حتى { $late }

verdict-correct = صحيح
verdict-negative = خطأ

field-volumes = عدد الأحياز
field-place = الموقع
field-levels = المستويات
field-window = الفترة الزمنية
field-class = فئة الطائرات

mode-figures = حدود الفصل الدنيا
mode-own_block = كل طرف في كتلته

span = من { $from } إلى { $until }
at-or-above = { $level } فما فوق
at-or-below = { $level } فما دون
from-time = اعتبارًا من { $time }
passed-to = أُبلغ { $name }
apart = تباعد { $lateral } و { $vertical }
later = تأخير { $duration }
earlier = تقديم { $duration }
move = { $distance } باتجاه { $bearing }
no-change = دون تغيير
as-proposed = كما اقتُرح
parted = ابتعدت الطائرتان { $time }
under = بموجب { $identity }
path-to = { $path } إلى { $party }
called = { $caller } ينادي { $called }
heard = وضوح السمع { $readability }
not-heard = لا رد
new-channel = القناة الجديدة { $channel }
attachment = { $name }، { $length }، SHA-256 { $sha256 }
spoken = { $post } على { $channel } في { $time }، { $length }، SHA-256 { $sha256 }

persons = { $count ->
    [zero] { $figure } أشخاص
    [one] شخص واحد
    [two] شخصان
    [few] { $figure } أشخاص
    [many] { $figure } شخصًا
   *[other] { $figure } شخص
}
volumes = { $count ->
    [zero] { $figure } أحياز
    [one] حيّز واحد
    [two] حيّزان
    [few] { $figure } أحياز
    [many] { $figure } حيّزًا
   *[other] { $figure } حيّز
}
open-items = { $count ->
    [zero] { $figure } بنود مفتوحة
    [one] بند مفتوح واحد
    [two] بندان مفتوحان
    [few] { $figure } بنود مفتوحة
    [many] { $figure } بندًا مفتوحًا
   *[other] { $figure } بند مفتوح
}
entries = { $count ->
    [zero] { $figure } قيود
    [one] قيد واحد
    [two] قيدان
    [few] { $figure } قيود
    [many] { $figure } قيدًا
   *[other] { $figure } قيد
}
minutes = { $count ->
    [zero] { $figure } دقائق
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $figure } دقائق
    [many] { $figure } دقيقة
   *[other] { $figure } دقيقة
}
seconds = { $count ->
    [zero] { $figure } ثوانٍ
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $figure } ثوانٍ
    [many] { $figure } ثانية
   *[other] { $figure } ثانية
}

## The line, the watch, the radio

check-machine = آلي
check-human = يدوي

state-untested = لم يُفحص
state-open = مفتوح
state-late = متأخر
state-silent = صامت
state-own_fault = عطل من جانبنا

cause-not_known = غير معروف
cause-outage = انقطاع معلن

watch-taken = استلام المناوبة
watch-handed_over = تسليم المناوبة

interpreter-on_watch = حاضر في المناوبة
interpreter-on_call = عند الاستدعاء
interpreter-none = لا يوجد

why-not_delivered = لم يُسلّم في الوقت المحدد
why-not_understood = لم يستلمه أحد في الوقت المحدد
why-answer_overdue = تأخر الجواب
why-pass_overdue = لم يُبلغ للأطقم في الوقت المحدد
why-repeated = كُرّر

radio-prompt = اللاسلكي فورًا: نادوا على التردد المشترك وعلى تردد الطوارئ.
lapse-note = سقطت التصاريح المعتمدة على مسار الاتصال هذا.
floor-note = تستمر فحوص الخط والإنذارات والاستغاثة ومراقبة تردد الطوارئ.
resume-first = أولًا فحص الخط وفحص اللاسلكي.
untested-note = غير مفحوص حتى ينجح فحص اللاسلكي. راقبوا القناتين أثناء التغيير.
receipt-note = الإقرار بالاستلام ليس اعترافًا.
closes-note = ليس لدى هذا الطرف ما يضيفه وهو يغلق الحادث.
passing = { $own } و{ $other }: { $lateral }، { $vertical }
fork-note = لا يُعتمد عليه. حُفظ الدليل؛ ولن يُصادق على هذا السجل بعد الآن.

how-air_air = جو-جو
how-air_ground = جو-أرض
how-bench = على منصة الاختبار

frequency-change = تغيير
frequency-failure = عطل
frequency-interference = تداخل

outage-path = مسار اتصال
outage-post = مركز

scope-all = كل شيء
scope-articles = مواد
scope-sector = قطاع

group-call = دعوة
group-agenda = جدول الأعمال
group-statistics = إحصاءات
group-record = محضر

renewal-scheduled = مقرر
renewal-lost = مفقودة
renewal-compromised = مكشوفة

key-statements = الرسائل
key-journal = السجل
key-cosigner = المصادقة
key-sealing = التشفير
key-tls = TLS

## Incidents and articles of conduct

category-proximity = تقارب خطِر
category-boundary = عبور الخط الفاصل
category-conduct = سلوك خطِر
category-unanswered_call = نداء بلا رد
category-late_notice = إشعار متأخر
category-no_notice = غياب الإشعار
category-wrong_notice = إشعار خاطئ
category-comm_failure = عطل في الاتصالات
category-hazard = خطر
category-damage = ضرر

article-C01 = تحافظ الطائرات على مسافة آمنة.
article-C02 = لا يحاكي أحد هجومًا.
article-C03 = لا ألعاب جوية ولا عبور قريب أمام الغير.
article-C04 = لا مشاعل ولا إسقاط بالقرب من الغير.
article-C05 = لا يعيق أحد الغير في المناطق الخاصة.
article-C06 = لا ليزر دون إشعار.
article-C07 = لا يتدخل أحد في روابط التحكم أو الملاحة أو اللاسلكي.
article-C08 = تُضاء الأنوار ليلًا.
article-C09 = يُرد على النداءات على التردد المشترك.
article-C10 = تبقى اللغة مهذبة.
article-C11 = على من ينضم أو يعترض أن يضمن الفصل.
article-C12 = الاتصال قبل العبور.

## Why something was refused

reason-unable = غير ممكن
reason-no_volume = لا حيّز
reason-too_many_volumes = أحياز كثيرة جدًا
reason-too_few_points = نقاط قليلة جدًا
reason-too_many_points = نقاط كثيرة جدًا
reason-bad_position = موقع ليس على الأرض
reason-bad_radius = نصف قطر أو عرض غير ممكن
reason-bad_level = مستوى غير ممكن
reason-bad_time = وقت غير ممكن
reason-bad_frequency = اسم قناة غير صالح
reason-bad_schedule = مواعيد الكتلة المتحركة غير ممكنة
reason-near_pole = قريب جدًا من القطب
reason-repeated_point = نقطة مكررة
reason-self_crossing = المحيط يقطع نفسه
reason-too_large = كبير جدًا
reason-too_small = أصغر من المتفق عليه
reason-too_wide = أوسع من المتفق عليه
reason-ceiling_below_floor = السقف تحت الأرضية
reason-end_before_start = النهاية قبل البداية
reason-levels_too_fine = مستويات أدق من المتفق عليه
reason-outside_levels = خارج المستويات المتفق عليها
reason-outside_area = خارج المنطقة المتفق عليها
reason-outside_duration = خارج مدة المذكرة
reason-ended = انتهت الفترة الزمنية
reason-beyond_horizon = بعيد جدًا في المستقبل
reason-window_too_short = فترة أقصر من المتفق عليه
reason-window_too_long = فترة أطول من المتفق عليه
reason-hazard_kind = نوع الخطر غير مذكور أو غير متوقع
reason-unknown_class = فئة الطائرات ليست في المذكرة
reason-no_surface = لم يُتفق على سطح للارتفاعات فوق الأرض
reason-too_many_notices = إشعارات مفتوحة كثيرة جدًا
reason-never_list = حقل لا يُفصح عنه أبدًا
reason-not_disclosed = حقل لا تذكره المذكرة
reason-unknown_field = حقل غير معروف
reason-unknown_code = رمز غير معروف: استخدموا القناة الأخرى
reason-malformed = لا يمكن قراءته
reason-layout = ليس بالشكل المتفق عليه
reason-free_text = نص حر أطول من المتفق عليه
reason-not_your_post = المركز ليس للمرسل

## Labels

label-ask = المطلوب الآن
label-reply = الجواب
label-where = الموقع
label-when = الوقت
label-level = المستوى
label-levels = المستويات
label-track = المسار
label-speed = السرعة
label-call_on = النداء على القناة
label-persons = الأشخاص على متنها
label-class = فئة الطائرات
label-count = عدد الطائرات
label-transponder = جهاز المجيب
label-monitored = القنوات المراقَبة
label-movement = الحركة
label-volume = الحيّز { $number }
label-window = الفترة الزمنية
label-place = النقطة { $number }
label-field = الحقل
label-acknowledged = درجة الإقرار
label-post = المركز
label-passed_to = الأطقم
label-effective = السريان
label-conflict = أقرب تباعد
label-agreed = الحد الأدنى المتفق عليه
label-time_apart = الفارق الزمني
label-rule = القاعدة
label-article = المادة { $number }
label-notice = الإشعار
label-notices = الإشعاران
label-reason = السبب
label-shift = تغيير الوقت
label-move = تغيير الموقع
label-change = التغيير
label-boundary = الخط الفاصل
label-gate = نقطة العبور
label-action = الإجراء
label-parted = وقت الابتعاد
label-path = مسار الاتصال
label-check = الفحص
label-text_id = نص الاختبار
label-clock = ساعة المرسل
label-quality = الجودة
label-offset = فرق الساعتين
label-journal = السجل
label-identity = المذكرة
label-parties = الأطراف
label-previous = تتمة لـ
label-state = الحالة
label-since = منذ
label-cause = السبب
label-roles = الأدوار
label-role = الدور
label-languages = اللغات
label-interpreter = المترجم
label-line_check = استنادًا إلى فحص الخط
label-channel = القناة
label-new_channel = القناة الجديدة
label-fall_back = في الأثناء على
label-sector = القطاع
label-called = النداء
label-how = الطريقة
label-readability = السمع
label-name = الاسم
label-alternate = البديل
label-scope = النطاق
label-number = رقم الحادث
label-same_as = نفس الحادث
label-category = الفئة
label-passing = أقرب مسافة حسب البلاغ
label-entries = القيود
label-attachment = المرفق
label-spoken = قيل
label-document = الوثيقة
label-text = النص الأصلي ({ $language })، غير مترجم
label-revoked = المفاتيح الملغاة
