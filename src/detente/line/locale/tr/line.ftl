# Turkish. A noun behind a number stays in the singular.

## Frame

titled = { $precedence }: { $title }
exercise = TATBİKAT TATBİKAT TATBİKAT
fact = { $label }: { $value }
comma = {", "}
unknown-language = { $language } dili burada yok: İngilizce gösteriliyor.
not-known = bilinmiyor
not-given = belirtilmedi
and-more = ve { $more } tane daha

## Precedence, acts, levels of acknowledgement, roles, languages

precedence-ALERT = ALARM
precedence-PRIORITY = ÖNCELİKLİ
precedence-ROUTINE = OLAĞAN
precedence-ADMIN = İDARİ

act-read_back = geri okuyun
act-answer = yanıtlayın
act-acknowledge = alındıyı bildirin
act-propose = öneri sunun
act-decide = kabul veya reddedin
act-amend = bildirimi değiştirin
act-echo = hat kontrolünü yanıtlayın
act-check = hattı kontrol edin
act-state = kendi tarafını açıkla

level-delivered = teslim edildi
level-understood = anlaşıldı
level-substance = yanıtlandı
level-passed = mürettebata iletildi
level-in_effect = uygulanıyor

role-air_desk = hava masası
role-duty = nöbetçi subay
role-senior = kıdemli nöbetçi amir
role-alternate = yedek nöbet yeri

language-en = İngilizce
language-fr = Fransızca
language-ru = Rusça
language-ar = Arapça
language-tr = Türkçe
language-unknown = dil belirtilmedi

## Codes in a few words, and as the head of a message

code-OPN = kayıt defterini açar
code-NTC = bildirim
code-HAZ = tehlike bildirimi
code-AMD = değiştirilmiş bildirim
code-CNX = iptal edildi
code-REL = erken serbest bırakıldı
code-RBK = geri okuma
code-RBC = geri okuma sonucu
code-ACK = alındı bildirimi
code-CON = çakışma bulundu
code-PRO = öneri
code-ACC = kabul edildi
code-REJ = reddedildi
code-XNG = sınır geçişi
code-QRY = bu sizin mi?
code-ANS = yanıt
code-ALR = sizin uçağınız
code-CLR = sona erdi
code-DST = imdat
code-LCK = hat kontrolü
code-LCR = hat kontrolü yanıtı
code-LST = hattın durumu
code-WCH = nöbet
code-RNG = nöbet yeri arandı
code-RCK = telsiz kontrolü
code-FRQ = frekans değişikliği
code-OUT = kesinti
code-SUS = askıya alındı
code-RES = yeniden başladı
code-INC1 = olay, ilk rapor
code-INC2 = olay, tam beyan
code-PRT = protesto
code-WGM = çalışma grubu
code-COR = düzeltme
code-KEY = anahtarlar değişti
code-FRK = iki ayrı geçmiş imzalandı
code-VOX = saklanan ses

title-OPN = Kayıt defteri açıldı
title-NTC = Bildirim: { $kind }
title-HAZ = TEHLİKE: { $kind }
title-AMD = Bildirim değiştirildi: { $kind }
title-CNX = Bildirim iptal edildi
title-REL = Bildirim erken serbest bırakıldı
title-RBK = Geri okuma
title-RBC = Geri okuma: { $verdict }
title-ACK = Alındı bildirimi: { $level }
title-CON = İki bildirim arasında ÇAKIŞMA
title-PRO = Çakışmayı giderme önerisi
title-ACC = Kabul edildi
title-REJ = MÜMKÜN DEĞİL / REDDEDİLDİ
title-XNG = Sınır hattını geçme talebi
title-QRY = BU SİZİN Mİ?
title-ANS = Yanıt: { $answer }
title-ALR = SİZİN UÇAĞINIZ: { $what }
title-CLR = Sona erdi
title-DST = İMDAT: { $nature }
title-LCK = Hat kontrolü
title-LCR = Hat kontrolü yanıtı
title-LST = Hat: { $state }
title-WCH = { $watch }
title-RNG = Nöbet yeri arandı
title-RCK = Telsiz kontrolü
title-FRQ = Frekans: { $frequency }
title-OUT = Kesinti: { $outage }
title-SUS = ASKIYA ALMA
title-RES = Yeniden başlama
title-INC1 = Olay: ilk rapor
title-INC2 = Olay: tam beyan
title-PRT = Protesto
title-WGM = Çalışma grubu: { $group }
title-COR = Kendi mesajının düzeltilmesi
title-KEY = Anahtarlar değişti: { $renewal }
title-FRK = Bir kayıt defterinde İKİ AYRI GEÇMİŞ İMZALANDI
title-VOX = Saklanan ses

## What an alert says, what it asks, what is answered

what-approaching = bize yaklaşıyor
what-crossed = sınır hattını geçti
what-not_answering = çağrılara yanıt vermiyor
what-unsafe_closure = TEHLİKELİ YAKLAŞMA
what-stop_activity = FAALİYETİ DURDURUN

ask-turn = dönerek uzaklaşın
ask-climb = tırmanın
ask-descend = alçalın
ask-hold = daha fazla yaklaşmadan bekleyin
ask-call_on_channel = bizi kanaldan arayın
ask-confirm_visual = görsel teması teyit edin

nature-emergency = acil durumda uçak
nature-down = uçak düştü veya zorunlu iniş yaptı
nature-missing = kayıp uçak
nature-search = arama kurtarma için yardım gerekli

reply-QRY = evet, hayır veya bilinmiyor. Sessizlik "hayır" demek değildir.
reply-ALR = DERHAL: evet, hayır veya bilinmiyor; uçağınızın ne yaptığını da bildirin. Mürettebata iletin.
reply-DST = DERHAL: yardım edebilir misiniz? evet, mümkün değil veya bekleyin.
reply-XNG = onaylandı, mümkün değil veya bekleyin.

answer-yes = evet
answer-no = hayır
answer-unknown = bilinmiyor
answer-approve = onaylandı
answer-unable = mümkün değil
answer-standby = bekleyin

action-none = işlem yok
action-turn = dönerek uzaklaşıyor
action-climb = tırmanıyor
action-descend = alçalıyor
action-hold = bekliyor
action-call_on_channel = kanaldan arıyor
action-visual = görsel temas var

## Notices and conflicts

kind-routine = olağan faaliyet
kind-track = hareketli blok
kind-hazard = tehlike
kind-relief = insani yardım uçuşu
kind-relief_emergency = insani yardım uçuşu, acil
kind-crossing = sınır hattı geçişi
kind-sar_fire_medical = kurtarma, yangın veya ambulans uçuşu
kind-popup = kısa süreli bildirimle faaliyet

hazard-laser = lazer
hazard-firing = atış
hazard-jamming = karıştırma
hazard-gnss = GNSS girişimi
hazard-balloon = balon
hazard-drop = havadan atma

transponder-on = açık
transponder-off = KAPALI
transponder-intermittent = aralıklı

movement-within = hacimlerin içinde herhangi bir yerde
movement-along = hacimler boyunca, sırayla

shape-circle = daire, merkez { $centre }, yarıçap { $radius }
shape-polygon = çokgen { $points }
shape-corridor = koridor { $points }, yarı genişlik { $half_width }
shape-moving_block = hareketli blok { $points }, saatler { $times }, yarı genişlik { $half_width }, en çok { $early } erken ve { $late } geç

verdict-correct = doğru
verdict-negative = YANLIŞ

field-volumes = hacim sayısı
field-place = yer
field-levels = seviyeler
field-window = zaman aralığı
field-class = uçak sınıfı

mode-figures = ayırma değerleri
mode-own_block = herkes kendi bloğunda

span = { $from } ile { $until } arası
at-or-above = { $level } veya üstü
at-or-below = { $level } veya altı
from-time = { $time } itibarıyla
passed-to = iletildi: { $name }
apart = { $lateral } ve { $vertical } aralık
later = { $duration } ertelenir
earlier = { $duration } öne alınır
move = { $distance }, { $bearing } yönüne
no-change = değişiklik yok
as-proposed = önerildiği gibi
parted = ayrıldılar: { $time }
under = { $identity } uyarınca
path-to = { $path }, karşı taraf { $party }
called = { $caller }, çağrılan { $called }
heard = okunabilirlik { $readability }
not-heard = YANIT YOK
new-channel = yeni kanal { $channel }
attachment = { $name }, { $length }, SHA-256 { $sha256 }
spoken = { $post }, { $channel } üzerinde, { $time }, { $length }, SHA-256 { $sha256 }

persons = { $count ->
    [one] { $figure } kişi
   *[other] { $figure } kişi
}
volumes = { $count ->
    [one] { $figure } hacim
   *[other] { $figure } hacim
}
open-items = { $count ->
    [one] { $figure } açık konu
   *[other] { $figure } açık konu
}
entries = { $count ->
    [one] { $figure } kayıt
   *[other] { $figure } kayıt
}
minutes = { $count ->
    [one] { $figure } dakika
   *[other] { $figure } dakika
}
seconds = { $count ->
    [one] { $figure } saniye
   *[other] { $figure } saniye
}

## The line, the watch, the radio

check-machine = makine ile
check-human = elle

state-untested = sınanmadı
state-open = açık
state-late = GECİKMİŞ
state-silent = SESSİZ
state-own_fault = BİZDE ARIZA

cause-not_known = bilinmiyor
cause-outage = duyurulmuş kesinti

watch-taken = Nöbet alındı
watch-handed_over = Nöbet devredildi

interpreter-on_watch = nöbette
interpreter-on_call = çağrı üzerine
interpreter-none = yok

why-not_delivered = zamanında teslim edilmedi
why-not_understood = kimse zamanında almadı
why-answer_overdue = yanıt gecikti
why-pass_overdue = mürettebata zamanında iletilmedi
why-repeated = yeniden bildirildi

radio-prompt = TELSİZ, DERHAL: ortak frekanstan ve acil durum frekansından çağrı yapın.
lapse-note = Bu hatta bağlı izinler geçersiz oldu.
floor-note = Hat kontrolleri, alarmlar, imdat çağrıları ve acil durum frekansı dinlemesi sürer.
resume-first = Önce hat kontrolü ve telsiz kontrolü yapılır.
untested-note = Başarılı telsiz kontrolüne kadar sınanmamış sayılır. Değişiklik sırasında iki kanalı da dinleyin.
receipt-note = Alındı bildirimi kabul anlamına gelmez.
closes-note = Bu taraf ekleyecek bir şeyi olmadığını bildirir ve olayı kapatır.
passing = { $own } ve { $other }: { $lateral }, { $vertical }
fork-note = Güvenilmez. Kanıt saklandı; bu kayıt defteri artık onaylanmıyor.

how-air_air = hava-hava
how-air_ground = hava-yer
how-bench = tezgâhta

frequency-change = DEĞİŞİKLİK
frequency-failure = ARIZA
frequency-interference = GİRİŞİM

outage-path = hat
outage-post = nöbet yeri

scope-all = tümü
scope-articles = maddeler
scope-sector = sektör

group-call = çağrı
group-agenda = gündem
group-statistics = istatistik
group-record = tutanak

renewal-scheduled = planlı
renewal-lost = KAYIP
renewal-compromised = ELE GEÇİRİLMİŞ

key-statements = mesajlar
key-journal = kayıt defteri
key-cosigner = onaylayan
key-sealing = mühürleme
key-tls = TLS

## Incidents and articles of conduct

category-proximity = tehlikeli yakınlık
category-boundary = sınır hattı geçildi
category-conduct = tehlikeli davranış
category-unanswered_call = yanıtsız çağrı
category-late_notice = geç bildirim
category-no_notice = bildirim yok
category-wrong_notice = yanlış bildirim
category-comm_failure = muhabere arızası
category-hazard = tehlike
category-damage = hasar

article-C01 = Uçaklar güvenli mesafeyi korur.
article-C02 = Kimse saldırı taklidi yapmaz.
article-C03 = Akrobasi yapılmaz, başkasının önünden yakın geçilmez.
article-C04 = Başkalarının yakınında ısı fişeği atılmaz, havadan bırakma yapılmaz.
article-C05 = Kimse özel sahalarda başkalarını engellemez.
article-C06 = Bildirimsiz lazer kullanılmaz.
article-C07 = Kimse kumanda bağlantılarını, seyrüseferi veya telsizi bozmaz.
article-C08 = Gece ışıklar yakılır.
article-C09 = Ortak frekanstaki çağrılara yanıt verilir.
article-C10 = Nezaket dili korunur.
article-C11 = Katılan veya önleyen, ayırmayı sağlar.
article-C12 = Geçişten önce temas kurulur.

## Why something was refused

reason-unable = mümkün değil
reason-no_volume = hacim yok
reason-too_many_volumes = çok fazla hacim
reason-too_few_points = çok az nokta
reason-too_many_points = çok fazla nokta
reason-bad_position = konum yeryüzünde değil
reason-bad_radius = geçersiz yarıçap veya genişlik
reason-bad_level = geçersiz seviye
reason-bad_time = geçersiz zaman
reason-bad_frequency = geçersiz kanal adı
reason-bad_schedule = hareketli bloğun saatleri geçersiz
reason-near_pole = kutba çok yakın
reason-repeated_point = nokta tekrarlanmış
reason-self_crossing = çevre çizgisi kendini kesiyor
reason-too_large = çok büyük
reason-too_small = kararlaştırılandan küçük
reason-too_wide = kararlaştırılandan geniş
reason-ceiling_below_floor = tavan tabanın altında
reason-end_before_start = bitiş başlangıçtan önce
reason-levels_too_fine = seviyeler kararlaştırılandan ince
reason-outside_levels = kararlaştırılan seviyelerin dışında
reason-outside_area = kararlaştırılan sahanın dışında
reason-outside_duration = mutabakat süresinin dışında
reason-ended = süre sona erdi
reason-beyond_horizon = çok ileri tarihli
reason-window_too_short = süre kararlaştırılandan kısa
reason-window_too_long = süre kararlaştırılandan uzun
reason-hazard_kind = tehlike türü eksik veya öngörülmemiş
reason-unknown_class = uçak sınıfı mutabakatta yok
reason-no_surface = yer üstü yükseklikler için yüzey kararlaştırılmamış
reason-too_many_notices = çok fazla açık bildirim
reason-never_list = hiçbir zaman açıklanmayan alan
reason-not_disclosed = mutabakatta sayılmayan alan
reason-unknown_field = bilinmeyen alan
reason-unknown_code = bilinmeyen kod: diğer kanalı kullanın
reason-malformed = okunamıyor
reason-layout = kararlaştırılan biçimde değil
reason-free_text = serbest metin kararlaştırılandan uzun
reason-not_your_post = nöbet yeri gönderene ait değil

## Labels

label-ask = ŞİMDİ YAPIN
label-reply = YANIT
label-where = Yer
label-when = Zaman
label-level = Seviye
label-levels = Seviyeler
label-track = Rota
label-speed = Hız
label-call_on = Çağrı kanalı
label-persons = Uçaktaki kişiler
label-class = Uçak sınıfı
label-count = Uçak sayısı
label-transponder = Transponder
label-monitored = Dinlenen kanallar
label-movement = Hareket
label-volume = Hacim { $number }
label-window = Zaman aralığı
label-place = Nokta { $number }
label-field = Alan
label-acknowledged = Alındı düzeyi
label-post = Nöbet yeri
label-passed_to = Mürettebat
label-effective = Yürürlük
label-conflict = En yakın
label-agreed = Kararlaştırılan asgari
label-time_apart = Zaman farkı
label-rule = Kural
label-article = Madde { $number }
label-notice = Bildirim
label-notices = Bildirimler
label-reason = Neden
label-shift = Zaman değişikliği
label-move = Yer değişikliği
label-change = Değişiklik
label-boundary = Sınır hattı
label-gate = Geçiş noktası
label-action = Eylem
label-parted = Ayrıldılar
label-path = Hat
label-check = Kontrol
label-text_id = Sınama metni
label-clock = Kendi saati
label-quality = Kalite
label-offset = Saat farkı
label-journal = Kayıt defteri
label-identity = Mutabakat
label-parties = Taraflar
label-previous = Öncesi
label-state = Durum
label-since = Başlangıç
label-cause = Sebep
label-roles = Görevler
label-role = Görev
label-languages = Diller
label-interpreter = Tercüman
label-line_check = Dayandığı hat kontrolü
label-channel = Kanal
label-new_channel = Yeni kanal
label-fall_back = Bu arada
label-sector = Sektör
label-called = Çağrı
label-how = Nasıl
label-readability = Alış
label-name = Ad
label-alternate = Yerine
label-scope = Kapsam
label-number = Olay numarası
label-same_as = Aynısı
label-category = Kategori
label-passing = Bildirilen en yakın mesafe
label-entries = Kayıtlar
label-attachment = Ek
label-spoken = Konuşma
label-document = Belge
label-text = Özgün metin ({ $language }), çevrilmedi
label-revoked = Geri alınan anahtarlar
