# Words of the radio: how channels are said, what a frequency card shows, and the phrases that crews need first.
# Every locale has the same messages and the same variables; tests hold them together.
# Figures are passed as finished texts with Western digits. What is said on the air stands beside in the language on air.

## Digits as they are said

digit-zero = sıfır
digit-one = bir
digit-two = iki
digit-three = üç
digit-four = dört
digit-five = beş
digit-six = altı
digit-seven = yedi
digit-eight = sekiz
digit-nine = dokuz
digit-decimal = nokta
digit-channel = kanal

## What a channel is for, and how well a pair is proven

no-tone = tonsuz
label-tone = Ton
call-primary = BİRİNCİL
call-secondary = YEDEK
call-guard = ACİL DURUM
call-other = DİĞER
proof-proven = kanıtlandı
proof-aged = kanıt eskidi
proof-relayed = yalnız aktarmayla
proof-never = DENENMEDİ

## The card

card-title = Frekans kartı
card-sector = Sektör { $sector }
card-levels = { $lower } ile { $upper } arası
card-say = söyleyin
card-tone = ton { $tone }
card-everybody = herkes dinler
card-listens = dinleyen: { $who }
card-silent = dinlemeyen: { $who }
card-proven = Kimlerin konuştuğu duyuldu
card-all_proven = her çift kanıtlandı, en eskisi { $age }
card-of_pairs = { $all } çiftten { $some }
card-age = { $days } gün
card-stations = Yer istasyonları
card-station = { $station } ({ $post }): yerden { $height } yükseklikten itibaren sektörün her yerinde sizi duyar
card-no_station = Yer istasyonu yok: ekipler yalnız birbirini duyar.
card-horizon = Düz yeryüzü için; dağlar hesaba katılmaz.
card-phrases = Telsizde söyleyin ({ $language })
card-watch_both = İKİSİNİ DE DİNLEYİN: { $old } VE { $new }, { $until } saatine kadar
card-out = KULLANIM DIŞI: { $instead } kanalından çağırın
card-untested = DENENMEDİ: hiçbir telsiz denemesi bunun çalıştığını göstermedi.
card-invalid = GEÇERSİZ: burada herkes birbiriyle konuşamıyor.
card-screening = Ön inceleme, tahsis değildir: tahsisi ulusal otorite yapar. Yalnız bilgi içindir; yasal yükümlülükler ve müsaadeler değişmez.
card-identity = Mutabakat { $id } { $version }, kimlik { $identity }
card-drawn = { $time } itibarıyla

## Phrases, in the order in which they are needed

phrase-listen = Önce dinleyin. Her seferinde bir istasyon. Kısa. Tekrar edin.
phrase-call = { $sector } içindeki tüm uçaklar, burası { $caller }
phrase-check = Telsiz denemesi, beni nasıl duyuyorsunuz
phrase-read = Sizi beş duyuyorum
phrase-position = Konumum, seviyem ve başım
phrase-see = Sizi görüyorum
phrase-hold_level = Seviyenizi koruyun, ben üstte (altta) kalacağım
phrase-turn = Sizden uzağa, sola (sağa) dönüyorum
phrase-keep_clear = Uzak durun, bana yaklaşıyorsunuz
phrase-unable = Yapamıyorum
phrase-say_again = Tekrar edin
phrase-change = { $channel } kanalına geçin, ikisini de dinliyorum
phrase-urgent = Break break (acil)
