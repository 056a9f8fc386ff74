# Words of the radio: how channels are said, what a frequency card shows, and the phrases that crews need first.
# Every locale has the same messages and the same variables; tests hold them together.
# Figures are passed as finished texts with Western digits. What is said on the air stands beside in the language on air.

## Digits as they are said

digit-zero = ноль
digit-one = один
digit-two = два
digit-three = три
digit-four = четыре
digit-five = пять
digit-six = шесть
digit-seven = семь
digit-eight = восемь
digit-nine = девять
digit-decimal = запятая
digit-channel = канал

## What a channel is for, and how well a pair is proven

no-tone = без тона
label-tone = Тон
call-primary = ОСНОВНОЙ
call-secondary = ЗАПАСНОЙ
call-guard = АВАРИЙНЫЙ
call-other = ДРУГОЙ
proof-proven = проверена
proof-aged = проверка устарела
proof-relayed = только через пост
proof-never = НЕ ПРОВЕРЕНА

## The card

card-title = Карточка частот
card-sector = Сектор { $sector }
card-levels = от { $lower } до { $upper }
card-say = говорите
card-tone = тон { $tone }
card-everybody = слушают все
card-listens = слушают: { $who }
card-silent = не слушают: { $who }
card-proven = Кто проверял связь
card-all_proven = проверена каждая пара, давность до { $age }
card-of_pairs = пар: { $some } из { $all }
card-age = { $days } сут
card-stations = Наземные станции
card-station = { $station } ({ $post }): слышит вас во всём секторе с { $height } над землёй
card-no_station = Наземных станций нет: экипажи слышат только друг друга.
card-horizon = Для гладкой Земли; горы не учтены.
card-phrases = В эфире говорить ({ $language })
card-watch_both = СЛУШАЙТЕ ОБА: { $old } И { $new } до { $until }
card-out = НЕ ИСПОЛЬЗОВАТЬ: вызывать на { $instead }
card-untested = НЕ ПРОВЕРЕНО: ни одна проверка связи не подтвердила этот план.
card-invalid = НЕДЕЙСТВИТЕЛЬНО: здесь не все могут говорить друг с другом.
card-screening = Предварительная оценка, а не присвоение: частоты присваивает национальный орган. Только для сведения; обязанности по закону и разрешения не меняются.
card-identity = Меморандум { $id } { $version }, идентификатор { $identity }
card-drawn = на { $time }

## Phrases, in the order in which they are needed

phrase-listen = Сначала слушайте. Говорит один. Кратко. Повторите.
phrase-call = Всем бортам в секторе { $sector }, я { $caller }
phrase-check = Проверка связи, как слышите
phrase-read = Слышу вас на пять
phrase-position = Моё место, эшелон и курс
phrase-see = Вижу вас
phrase-hold_level = Сохраняйте эшелон, я останусь выше (ниже)
phrase-turn = Отворачиваю влево (вправо) от вас
phrase-keep_clear = Отойдите, вы сближаетесь со мной
phrase-unable = Не могу
phrase-say_again = Повторите
phrase-change = Переходите на { $channel }, слушаю оба
phrase-urgent = Брейк брейк (срочно)
