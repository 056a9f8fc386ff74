# Words of the radio: how channels are said, what a frequency card shows, and the phrases that crews need first.
# Every locale has the same messages and the same variables; tests hold them together.
# Figures are passed as finished texts with Western digits. What is said on the air stands beside in the language on air.

## Digits as they are said

digit-zero = صفر
digit-one = واحد
digit-two = اثنان
digit-three = ثلاثة
digit-four = أربعة
digit-five = خمسة
digit-six = ستة
digit-seven = سبعة
digit-eight = ثمانية
digit-nine = تسعة
digit-decimal = فاصلة
digit-channel = قناة

## What a channel is for, and how well a pair is proven

no-tone = بلا نغمة
label-tone = النغمة
call-primary = الأساسية
call-secondary = الاحتياطية
call-guard = الطوارئ
call-other = أخرى
proof-proven = مُثبتة
proof-aged = الإثبات قديم
proof-relayed = عبر وسيط فقط
proof-never = غير مُجرَّبة

## The card

card-title = بطاقة الترددات
card-sector = القطاع { $sector }
card-levels = من { $lower } إلى { $upper }
card-say = قُل
card-tone = نغمة { $tone }
card-everybody = الجميع يستمع
card-listens = يستمع: { $who }
card-silent = لا يستمع: { $who }
card-proven = من سبق أن سُمع اتصالهم
card-all_proven = كل الأزواج مُثبتة، أقدمها { $age }
card-of_pairs = { $some } من { $all } زوجًا
card-age = { $days } يوم
card-stations = المحطات الأرضية
card-station = { $station } ({ $post }): تسمعك في كل القطاع من ارتفاع { $height } فوق الأرض
card-no_station = لا محطة أرضية: لا تسمع الأطقم إلا بعضها بعضًا.
card-horizon = على أرض ملساء؛ الجبال غير محسوبة.
card-phrases = قُل على الهواء ({ $language })
card-watch_both = راقبوا القناتين { $old } و{ $new } حتى { $until }
card-out = خارج الخدمة: نادوا على { $instead }
card-untested = غير مُجرَّبة: لم يُثبت أي فحص لاسلكي أنها تعمل.
card-invalid = غير صالحة: لا يستطيع الجميع التحدث هنا.
card-screening = فحص أولي وليس تخصيصًا: السلطة الوطنية هي التي تخصص. للعلم فقط؛ لا تتغير الواجبات القانونية ولا التصاريح.
card-identity = المذكرة { $id } { $version }، الهوية { $identity }
card-drawn = بتاريخ { $time }

## Phrases, in the order in which they are needed

phrase-listen = استمع أولًا. محطة واحدة في كل مرة. باختصار. أعد القراءة.
phrase-call = إلى جميع الطائرات في { $sector }، هنا { $caller }
phrase-check = فحص لاسلكي، كيف تسمعني
phrase-read = أسمعك خمسة
phrase-position = موقعي ومستواي واتجاهي
phrase-see = أنا أراك
phrase-hold_level = حافظ على مستواك، سأبقى فوقك (تحتك)
phrase-turn = أنعطف يسارًا (يمينًا) بعيدًا عنك
phrase-keep_clear = ابتعد، أنت تقترب مني
phrase-unable = غير قادر
phrase-say_again = أعد
phrase-change = انتقل إلى { $channel }، أراقب القناتين
phrase-urgent = بريك بريك (عاجل)
