# The console's own words; codes, acts and levels are in the line's catalogue.
login-title = تسجيل الدخول
login-words = ما كنتم تكتبونه باقٍ كما هو.
first-title = الحساب الأول
first-words = تصبحون مدير هذه العقدة. اختاروا كلمة مرور من 12 حرفًا على الأقل.
account = الحساب
password = كلمة المرور
login = دخول
logout = خروج
language = اللغة
night = ليلي
alert-button = إنذار
local = محلي
node-live = العقدة تجيب
node-late = العقدة متأخرة
node-silent = العقدة صامتة
browser-skewed = ساعة هذا الحاسوب متأخرة عن العقدة بمقدار { $seconds } ث
nothing-yet = لا شيء معروف بعد.
line-to = الخط مع { $peer }
declared = المعلن
observed = المرصود
on-watch = المناوب
nobody-known = لا أحد معروف
declared-in_force = سارٍ
declared-suspended = معلّق
never-checked = لم يُفحص قط
checked-ago = سليم قبل { $age }
hand-check-late = الفحص اليدوي متأخر
two-pasts = سجلّان متناقضان
clock-off = فرق الساعة { $ms } مللي ثانية
owed-by-us = المطلوب منا
owed-to-us = المطلوب لنا
nothing-owed = لا شيء مطلوب.
late = متأخر
own-tracks-say = مساراتنا تقول: { $answer }
passed-to-whom = أُبلغ إلى (مركز أو طاقم)
passed = أُبلغت الأطقم
understood = مفهوم
accept = قبول
refuse = غير ممكن
heard-well = المسموع، من 1 إلى 5:
check-now = افحص الآن
done = تمّ.
alarms = التنبيهات
no-alarm = لا تنبيه.
weight-alert = إنذار
weight-warning = تحذير
weight-caution = متأخر
take-note = أخذ العلم
noted-by = أخذ العلم { $who }
allow-sound = لا صوت: اسمحوا به
hot-line = الخط الساخن
receipt-not-delivered = لم يُسلَّم
receipt-delivered = سُلِّم
receipt-understood = مفهوم
receipt-answered = أُجيب
receipt-passed = أُبلغت الأطقم
receipt-in-effect = نافذ
receipt-closed = مغلق
chart = الخريطة
ours = لنا
theirs = لهم
conflict = تعارض
pick-a-place = انقروا مكانًا أو مسارًا: يُملأ منه نموذج الإنذار.
message = الرسالة
to = إلى
everybody = كما اتُّفق
will-read = سيقرؤون:
look-first = المعاينة أولًا
say-it = إرسال
cancel = إلغاء
kept = مشغول
post = المركز
take-watch = تسلّم المناوبة
hand-over = تسليم المناوبة
console-role-observer = مراقب
console-role-watch_officer = ضابط مناوب
console-role-commander = قائد
console-role-administrator = مدير
advice-only = للعلم فقط: الواجبات القانونية والتصاريح لا تتغير.
# Voice: the net to talk on.
talk = شبكة الصوت
talk-hold = اضغط باستمرار للتحدث على { $channel }
talk-asking = طلب { $channel }
talk-you = أنت تتحدث
talk-let-go = اترك الزر واضغط من جديد
talk-free = شاغرة
talk-talks = يتحدث
talk-emergency = طارئ
talk-here = تحدث على { $channel }
talk-guard = قناة الحراسة
talk-mute = كتم
talk-muted = مكتوم
talk-gap = كلمات مفقودة
talk-linked = متصل
talk-link-lost = انقطع رابط الصوت
talk-no-socket = لا صوت من العقدة
talk-unreachable = القرار هنا لـ { $who } ولا يمكن الوصول إليه
talk-recorded = يُسجَّل
talk-unrecorded = لا يُسجَّل
talk-recording-fails = التسجيل متعطل
talk-none-agreed = لا تنص المذكرة على شبكة صوت.
talk-allow = لا صوت: اسمح به
talk-break-in = مقاطعة طارئة
talk-as = التحدث باسم
talk-busy = مشغول: { $who } يتحدث
talk-waits = { $who } يتحدث؛ استمر بالضغط، دورك التالي
talk-unheard = لا يسمعك { $who }
talk-no-microphone = لا ميكروفون: لا أحد يسمعك
talk-refused-role = هذا الدور للاستماع فقط
talk-refused-no_channel = لم تعد هذه القناة في الشبكة
talk-refused-not_your_post = هذا ليس مركزنا
talk-refused-pressed_already = اترك الزر واضغط من جديد
talk-refused-owner_unreachable = لا يمكن الوصول إلى مالك القناة
talk-refused-owner_silent = مالك القناة لا يجيب
talk-cut-node = انقطع: لا اتصال بعقدتنا
talk-cut-link = انقطع: فُقد الرابط مع { $who }
talk-cut-microphone = انقطع: فُقد الميكروفون
talk-cut-encoder = انقطع: تعذر ترميز الكلام
talk-cut-broken_in = انقطع: قاطعك { $who }
talk-cut-timed_out = انقطع: انتهى الوقت المتفق عليه؛ اضغط من جديد
talk-cut-silent = انقطع: لم يُسمع منك شيء
talk-cut-free = انقطع: تغيرت القناة
talk-cut-desk = انقطع: أُغلقت الصفحة
talk-floor-link = { $channel }: انقطع المتحدث، فُقد الرابط
talk-floor-microphone = { $channel }: فقد المتحدث الميكروفون
talk-floor-encoder = { $channel }: تعذر ترميز كلام المتحدث
talk-floor-desk = { $channel }: اختفت صفحة المتحدث
talk-floor-timed_out = { $channel }: انتهى الوقت المتفق عليه
talk-floor-silent = { $channel }: صمت المتحدث
talk-floor-broken_in = { $channel }: قوطع
talk-others = { $count ->
    [zero] لا قنوات أخرى
    [one] قناة أخرى واحدة
    [two] قناتان أخريان
    [few] { $count } قنوات أخرى
    [many] { $count } قناة أخرى
   *[other] { $count } قناة أخرى
 }
kept-voice = ما قيل
kept-none = لم يُحفظ شيء بعد.
kept-play = استمع
kept-stop = أوقف
kept-missing = { $count ->
    [zero] لا رزم ناقصة
    [one] رزمة ناقصة
    [two] رزمتان ناقصتان
    [few] { $count } رزم ناقصة
    [many] { $count } رزمة ناقصة
   *[other] { $count } رزمة ناقصة
 }
calls = نداءات اللاسلكي
calls-channel = قناة النداء
calls-whom = المنادى: مركز أو طرف/فئة
calls-heard = وضوح السماع
calls-no-answer = لا رد
calls-log = سجّل النداء
calls-proof-proven = مثبت
calls-proof-aged = إثبات قديم
calls-proof-never = غير مُختبر
calls-age = { $days } يوم
