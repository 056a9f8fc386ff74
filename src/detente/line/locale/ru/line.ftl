# Russian. A duration stands behind "на" or alone and so in the accusative.

## Frame

titled = { $precedence }: { $title }
exercise = УЧЕБНОЕ УЧЕБНОЕ УЧЕБНОЕ
fact = { $label }: { $value }
comma = {", "}
unknown-language = Язык { $language } недоступен: показано по-английски.
not-known = неизвестно
not-given = не указано
and-more = и ещё { $more }

## Precedence, acts, levels of acknowledgement, roles, languages

precedence-ALERT = ТРЕВОГА
precedence-PRIORITY = СРОЧНО
precedence-ROUTINE = ОБЫЧНОЕ
precedence-ADMIN = СЛУЖЕБНОЕ

act-read_back = повторить для проверки
act-answer = ответить
act-acknowledge = подтвердить приём
act-propose = предложить решение
act-decide = принять или отклонить
act-amend = изменить уведомление
act-echo = ответить на проверку линии
act-check = проверить линию
act-state = изложить свою сторону

level-delivered = доставлено
level-understood = понято
level-substance = дан ответ
level-passed = передано экипажам
level-in_effect = исполняется

role-air_desk = дежурный по воздушной обстановке
role-duty = оперативный дежурный
role-senior = старший начальник
role-alternate = запасной пост

language-en = английский
language-fr = французский
language-ru = русский
language-ar = арабский
language-tr = турецкий
language-unknown = язык не указан

## Codes in a few words, and as the head of a message

code-OPN = открытие журнала
code-NTC = уведомление
code-HAZ = уведомление об опасности
code-AMD = изменённое уведомление
code-CNX = отменено
code-REL = снято досрочно
code-RBK = повтор для проверки
code-RBC = результат проверки повтора
code-ACK = подтверждение
code-CON = обнаружен конфликт
code-PRO = предложение
code-ACC = принято
code-REJ = отклонено
code-XNG = пересечение линии
code-QRY = ваш борт?
code-ANS = ответ
code-ALR = ваше воздушное судно
code-CLR = отбой
code-DST = бедствие
code-LCK = проверка линии
code-LCR = ответ на проверку линии
code-LST = состояние канала связи
code-WCH = дежурство
code-RNG = вызов поста
code-RCK = проверка радиосвязи
code-FRQ = изменение частоты
code-OUT = перерыв связи
code-SUS = приостановлено
code-RES = возобновлено
code-INC1 = инцидент, первое донесение
code-INC2 = инцидент, полное изложение
code-PRT = протест
code-WGM = рабочая группа
code-COR = исправление
code-KEY = смена ключей
code-FRK = подписаны две версии прошлого
code-VOX = запись переговоров

title-OPN = Журнал открыт
title-NTC = Уведомление: { $kind }
title-HAZ = ОПАСНОСТЬ: { $kind }
title-AMD = Уведомление изменено: { $kind }
title-CNX = Уведомление отменено
title-REL = Уведомление снято досрочно
title-RBK = Повтор для проверки
title-RBC = Повтор: { $verdict }
title-ACK = Подтверждение: { $level }
title-CON = КОНФЛИКТ двух уведомлений
title-PRO = Предложение по устранению конфликта
title-ACC = Принято
title-REJ = НЕ МОГУ / ОТКЛОНЕНО
title-XNG = Запрос на пересечение линии разграничения
title-QRY = ВАШ БОРТ?
title-ANS = Ответ: { $answer }
title-ALR = ВАШЕ ВОЗДУШНОЕ СУДНО: { $what }
title-CLR = Отбой
title-DST = БЕДСТВИЕ: { $nature }
title-LCK = Проверка линии
title-LCR = Ответ на проверку линии
title-LST = Канал связи: { $state }
title-WCH = { $watch }
title-RNG = Пост вызван
title-RCK = Проверка радиосвязи
title-FRQ = Частота: { $frequency }
title-OUT = Перерыв связи: { $outage }
title-SUS = ПРИОСТАНОВКА
title-RES = Возобновление
title-INC1 = Инцидент: первое донесение
title-INC2 = Инцидент: полное изложение
title-PRT = Протест
title-WGM = Рабочая группа: { $group }
title-COR = Исправление собственного сообщения
title-KEY = Смена ключей: { $renewal }
title-FRK = ПОДПИСАНЫ ДВЕ ВЕРСИИ ПРОШЛОГО одного журнала
title-VOX = Запись переговоров

## What an alert says, what it asks, what is answered

what-approaching = приближается к нам
what-crossed = пересекло линию разграничения
what-not_answering = не отвечает на вызовы
what-unsafe_closure = ОПАСНОЕ СБЛИЖЕНИЕ
what-stop_activity = ПРЕКРАТИТЕ ДЕЙСТВИЯ

ask-turn = отвернуть
ask-climb = набрать высоту
ask-descend = снизиться
ask-hold = ожидать и не приближаться
ask-call_on_channel = вызвать нас на канале
ask-confirm_visual = подтвердить визуальный контакт

nature-emergency = воздушное судно в аварийном положении
nature-down = воздушное судно упало или совершило вынужденную посадку
nature-missing = воздушное судно пропало
nature-search = нужна помощь в поиске и спасании

reply-QRY = да, нет или неизвестно. Молчание не означает «нет».
reply-ALR = НЕМЕДЛЕННО: да, нет или неизвестно, и что делает ваше воздушное судно. Передайте экипажу.
reply-DST = НЕМЕДЛЕННО: можете помочь? да, не могу или ожидайте.
reply-XNG = разрешаю, не могу или ожидайте.

answer-yes = да
answer-no = нет
answer-unknown = неизвестно
answer-approve = разрешаю
answer-unable = не могу
answer-standby = ожидайте

action-none = без действий
action-turn = отворачивает
action-climb = набирает высоту
action-descend = снижается
action-hold = ожидает
action-call_on_channel = вызывает на канале
action-visual = визуальный контакт есть

## Notices and conflicts

kind-routine = обычная деятельность
kind-track = подвижный блок
kind-hazard = опасность
kind-relief = гуманитарный полёт
kind-relief_emergency = гуманитарный полёт, срочный
kind-crossing = пересечение линии разграничения
kind-sar_fire_medical = полёт спасательный, пожарный или санитарный
kind-popup = деятельность без заблаговременного уведомления

hazard-laser = лазер
hazard-firing = стрельбы
hazard-jamming = радиоподавление
hazard-gnss = помехи GNSS
hazard-balloon = аэростат
hazard-drop = сброс груза

transponder-on = включён
transponder-off = ВЫКЛЮЧЕН
transponder-intermittent = с перерывами

movement-within = где угодно внутри объёмов
movement-along = вдоль объёмов, один за другим

shape-circle = круг, центр { $centre }, радиус { $radius }
shape-polygon = многоугольник { $points }
shape-corridor = коридор { $points }, полуширина { $half_width }
shape-moving_block = блок движется через { $points } в { $times }, полуширина { $half_width }, раньше не более чем на { $early }, позже не более чем на { $late }

verdict-correct = верно
verdict-negative = НЕВЕРНО

field-volumes = число объёмов
field-place = место
field-levels = высоты
field-window = время
field-class = класс воздушных судов

mode-figures = минимумы эшелонирования
mode-own_block = каждый в своём блоке

span = от { $from } до { $until }
at-or-above = { $level } или выше
at-or-below = { $level } или ниже
from-time = с { $time }
passed-to = передано: { $name }
apart = интервал { $lateral } и { $vertical }
later = позже на { $duration }
earlier = раньше на { $duration }
move = на { $distance } в направлении { $bearing }
no-change = без изменений
as-proposed = как предложено
parted = разошлись { $time }
under = по { $identity }
path-to = { $path } к { $party }
called = { $caller } вызывает { $called }
heard = разборчивость { $readability }
not-heard = НЕТ ОТВЕТА
new-channel = новый канал { $channel }
attachment = { $name }, { $length }, SHA-256 { $sha256 }
spoken = { $post } на { $channel } в { $time }, { $length }, SHA-256 { $sha256 }

persons = { $count ->
    [one] { $figure } человек
    [few] { $figure } человека
    [many] { $figure } человек
   *[other] { $figure } человека
}
volumes = { $count ->
    [one] { $figure } объём
    [few] { $figure } объёма
    [many] { $figure } объёмов
   *[other] { $figure } объёма
}
open-items = { $count ->
    [one] { $figure } открытый вопрос
    [few] { $figure } открытых вопроса
    [many] { $figure } открытых вопросов
   *[other] { $figure } открытого вопроса
}
entries = { $count ->
    [one] { $figure } запись
    [few] { $figure } записи
    [many] { $figure } записей
   *[other] { $figure } записи
}
minutes = { $count ->
    [one] { $figure } минуту
    [few] { $figure } минуты
    [many] { $figure } минут
   *[other] { $figure } минуты
}
seconds = { $count ->
    [one] { $figure } секунду
    [few] { $figure } секунды
    [many] { $figure } секунд
   *[other] { $figure } секунды
}

## The line, the watch, the radio

check-machine = автоматически
check-human = вручную

state-untested = не проверен
state-open = исправен
state-late = ОПАЗДЫВАЕТ
state-silent = МОЛЧИТ
state-own_fault = СВОЯ НЕИСПРАВНОСТЬ

cause-not_known = неизвестна
cause-outage = объявленный перерыв

watch-taken = Дежурство принято
watch-handed_over = Дежурство передано

interpreter-on_watch = на дежурстве
interpreter-on_call = по вызову
interpreter-none = нет

why-not_delivered = не доставлено вовремя
why-not_understood = никто не принял вовремя
why-answer_overdue = ответ просрочен
why-pass_overdue = не передано экипажам вовремя
why-repeated = сообщено повторно

radio-prompt = РАДИО, НЕМЕДЛЕННО: вызывайте на общей и на аварийной частоте.
lapse-note = Разрешения, зависящие от этого канала связи, утратили силу.
floor-note = Проверки линии, тревоги, бедствие и дежурство на аварийной частоте продолжаются.
resume-first = Сначала проверка линии и проверка радиосвязи.
untested-note = Не проверено до успешной проверки радиосвязи. На время смены слушайте оба канала.
receipt-note = Подтверждение получения не есть признание.
closes-note = Эта сторона не имеет дополнений и закрывает инцидент.
passing = { $own } и { $other }: { $lateral }, { $vertical }
fork-note = Доверять нельзя. Доказательство сохранено; этот журнал больше не заверяется.

how-air_air = воздух–воздух
how-air_ground = воздух–земля
how-bench = на стенде

frequency-change = СМЕНА
frequency-failure = ОТКАЗ
frequency-interference = ПОМЕХИ

outage-path = канал связи
outage-post = пост

scope-all = всё
scope-articles = статьи
scope-sector = сектор

group-call = созыв
group-agenda = повестка
group-statistics = статистика
group-record = протокол

renewal-scheduled = плановая
renewal-lost = УТРАЧЕНЫ
renewal-compromised = СКОМПРОМЕТИРОВАНЫ

key-statements = сообщения
key-journal = журнал
key-cosigner = заверение
key-sealing = шифрование
key-tls = TLS

## Incidents and articles of conduct

category-proximity = опасная близость
category-boundary = пересечение линии разграничения
category-conduct = опасные действия
category-unanswered_call = вызов без ответа
category-late_notice = позднее уведомление
category-no_notice = нет уведомления
category-wrong_notice = неверное уведомление
category-comm_failure = отказ связи
category-hazard = опасность
category-damage = ущерб

article-C01 = Воздушные суда держат безопасное расстояние.
article-C02 = Никто не имитирует атаку.
article-C03 = Никакого пилотажа и никакого прохода близко перед другим.
article-C04 = Никаких ложных целей и сбросов вблизи других.
article-C05 = Никто не мешает другим в особых районах.
article-C06 = Никаких лазеров без уведомления.
article-C07 = Никто не создаёт помех линиям управления, навигации и радио.
article-C08 = Ночью огни включены.
article-C09 = На вызовы на общей частоте отвечают.
article-C10 = Речь остаётся вежливой.
article-C11 = Кто присоединяется или перехватывает, тот обеспечивает интервал.
article-C12 = Сначала связь, потом пересечение.

## Why something was refused

reason-unable = не могу
reason-no_volume = нет объёма
reason-too_many_volumes = слишком много объёмов
reason-too_few_points = слишком мало точек
reason-too_many_points = слишком много точек
reason-bad_position = координаты вне Земли
reason-bad_radius = недопустимый радиус или ширина
reason-bad_level = недопустимая высота
reason-bad_time = недопустимое время
reason-bad_frequency = нет такого канала
reason-bad_schedule = недопустимые времена движущегося блока
reason-near_pole = слишком близко к полюсу
reason-repeated_point = точка повторена
reason-self_crossing = контур пересекает себя
reason-too_large = слишком велико
reason-too_small = меньше согласованного
reason-too_wide = шире согласованного
reason-ceiling_below_floor = верхняя граница ниже нижней
reason-end_before_start = конец раньше начала
reason-levels_too_fine = высоты точнее согласованного
reason-outside_levels = вне согласованных высот
reason-outside_area = вне согласованного района
reason-outside_duration = вне срока меморандума
reason-ended = время истекло
reason-beyond_horizon = слишком далеко вперёд
reason-window_too_short = промежуток короче согласованного
reason-window_too_long = промежуток длиннее согласованного
reason-hazard_kind = вид опасности не указан или не предусмотрен
reason-unknown_class = класса воздушных судов нет в меморандуме
reason-no_surface = не согласована поверхность для высот над землёй
reason-too_many_notices = слишком много открытых уведомлений
reason-never_list = поле, которое не раскрывается никогда
reason-not_disclosed = поле, не предусмотренное меморандумом
reason-unknown_field = неизвестное поле
reason-unknown_code = неизвестный код: используйте другой канал
reason-malformed = не читается
reason-layout = не в согласованном виде
reason-free_text = свободный текст длиннее согласованного
reason-not_your_post = пост не принадлежит отправителю

## Labels

label-ask = ДЕЙСТВИЕ
label-reply = ОТВЕТ
label-where = Место
label-when = Время
label-level = Высота
label-levels = Высоты
label-track = Путевой угол
label-speed = Скорость
label-call_on = Вызывать на канале
label-persons = Людей на борту
label-class = Класс воздушных судов
label-count = Число воздушных судов
label-transponder = Ответчик
label-monitored = Прослушиваемые каналы
label-movement = Движение
label-volume = Объём { $number }
label-window = Период
label-place = Точка { $number }
label-field = Поле
label-acknowledged = Уровень подтверждения
label-post = Пост
label-passed_to = Экипажи
label-effective = Вступает в силу
label-conflict = Наибольшее сближение
label-agreed = Согласованный минимум
label-time_apart = Разрыв по времени
label-rule = Правило
label-article = Статья { $number }
label-notice = Уведомление
label-notices = Уведомления
label-reason = Причина
label-shift = Сдвиг по времени
label-move = Сдвиг места
label-change = Изменение
label-boundary = Линия разграничения
label-gate = Место пересечения
label-action = Действия
label-parted = Разошлись
label-path = Канал связи
label-check = Проверка
label-text_id = Проверочный текст
label-clock = Собственные часы
label-quality = Качество
label-offset = Расхождение часов
label-journal = Журнал
label-identity = Меморандум
label-parties = Стороны
label-previous = Продолжает
label-state = Состояние
label-since = С
label-cause = Причина
label-roles = Роли
label-role = Роль
label-languages = Языки
label-interpreter = Переводчик
label-line_check = По проверке линии
label-channel = Канал
label-new_channel = Новый канал
label-fall_back = На это время
label-sector = Сектор
label-called = Вызов
label-how = Способ
label-readability = Слышимость
label-name = Название
label-alternate = Взамен
label-scope = Охват
label-number = Номер инцидента
label-same_as = То же, что
label-category = Категория
label-passing = Наименьшее расстояние по сообщению
label-entries = Записи
label-attachment = Приложение
label-spoken = Сказано
label-document = Документ
label-text = Текст в оригинале ({ $language }), без перевода
label-revoked = Отозванные ключи
