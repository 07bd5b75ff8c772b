"""The words that printed dates are made of: months, weekdays, labels and time zones, as data.

Months and weekdays follow the Unicode CLDR (formats and stand-alone forms, wide and abbreviated); a slash parts
the forms of one month.
"""

from typing import Final

_MONTHS: Final = {
    "en": "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct "
    "november/nov december/dec",
    "de": "januar/jänner/jän februar/feber märz/mär/mrz april mai juni juli august september oktober/okt november dezember/dez",
    "fr": "janvier/janv février/févr/fevrier mars avril/avr mai juin juillet/juil août/aout septembre octobre novembre "
    "décembre/déc/decembre",
    "es": "enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre/set octubre noviembre "
    "diciembre/dic",
    "pt": "janeiro fevereiro/fev março/marco abril maio/mai junho julho agosto setembro outubro/out novembro dezembro/dez",
    "it": "gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre ottobre/ott novembre dicembre",
    "nl": "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    "pl": "stycznia/styczeń/sty lutego/luty/lut marca/marzec kwietnia/kwiecień/kwi maja/maj czerwca/czerwiec/cze "
    "lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź listopada/listopad/lis "
    "grudnia/grudzień/gru",
    "cs": "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen "
    "září října/říjen listopadu prosince/prosinec",
    "ru": "января/янв февраля/фев/февр марта/мар апреля/апр мая/май июня/июн июля/июл августа/авг сентября/сен/сент "
    "октября/окт ноября/ноя/нояб декабря/дек",
    "uk": "січня/січ лютого/лют березня/бер квітня/кві/квіт травня/тра/трав червня/чер/черв липня/лип серпня/сер/серп "
    "вересня/вер жовтня/жов/жовт листопада/лис/лист грудня/гру/груд",
    "tr": "ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas aralık/ara",
    "id": "januari/januar februari maret april mei juni juli agustus/agt september oktober november desember/des",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "ro": "ianuarie/ian februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "hu": "január február március/márc április/ápr május/máj június/jún július/júl augusztus szeptember/szept október "
    "november december",
    "el": "ιανουαρίου/ιαν φεβρουαρίου/φεβ μαρτίου/μαρ απριλίου/απρ μαΐου/μαΐ ιουνίου/ιουν ιουλίου/ιουλ αυγούστου/αυγ "
    "σεπτεμβρίου/σεπ οκτωβρίου/οκτ νοεμβρίου/νοε δεκεμβρίου/δεκ",
    "ar": "يناير فبراير مارس أبريل/ابريل مايو يونيو يوليو أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر",
    "hi": "जनवरी फ़रवरी/फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर/अक्तूबर नवंबर दिसंबर",
}

MONTHS: Final[dict[str, int]] = {
    form: number
    for language in _MONTHS.values()
    for number, forms in enumerate(language.split(), 1)
    for form in forms.split("/")
}
"""Casefolded name or abbreviation → 1 to 12."""

_WEEKDAYS_WORDS = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun montag
dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so lundi mardi mercredi
jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo segunda-feira
terça-feira quarta-feira quinta-feira sexta-feira segunda terça quarta quinta sexta feira lunedì martedì
mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedziałek wtorek środa czwartek piątek sobota niedziela pondělí úterý středa čtvrtek pátek neděle
понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс понеділок вівторок середа
четвер п’ятниця субота неділя pazartesi salı çarşamba perşembe cuma cumartesi pazar senin selasa rabu kamis
jumat sabtu minggu måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
"""
WEEKDAYS: Final = frozenset(_WEEKDAYS_WORDS.split())

_PUBLISHED_WORDS = """
published posted publié publiée publicado publicada publicación pubblicato pubblicata veröffentlicht
publiziert erschienen geschrieben publisert publicerad publiceret gepubliceerd geplaatst opublikowano
publikacja publikováno vydáno опубликовано опубліковано дата yayınlanma yayın dipublikasikan diterbitkan
diposting julkaistu publicat közzétéve δημοσίευση نشر प्रकाशित 公開 発行 配信 发布 發布 入力 입력 등록 created released
issued
"""
PUBLISHED: Final = frozenset(_PUBLISHED_WORDS.split())
"""Words that say: then it was published."""

_UPDATED_WORDS = """
updated update modified edited amended modifié mis modificado actualizado actualizada atualizado atualizada
aggiornato aggiornata modifica aktualisiert akt aktualizacja aktualizováno aktualizováno oppdatert
uppdaterad opdateret bijgewerkt обновлено оновлено изменено güncelleme güncellendi diperbarui päivitetty
actualizat frissítve stand last ενημέρωση تحديث अपडेट 更新 修正 수정
"""
UPDATED: Final = frozenset(_UPDATED_WORDS.split())
"""Words that say: then it was changed."""

_SMALL_WORDS = """
on at by the of de del di do da le il am um den der vom kl klo à a às alle ore hod uhr h o om и в о and und
et y e van von par por från fra af av first original originally date time read min mins minute minutes
minuten lesedauer lesezeit reading lecture lectura lettura ago jour mise jour st nd rd th er klokken pukul
wib г года р года р. year local story article hour hours day days staff writer reporter editor in for
"""
SMALL: Final = frozenset(_SMALL_WORDS.split())
"""Words of a date line or by-line that may be written small."""

_BESIDE_WORDS = """
t at on um am à a às alle ore kl klo o om u h uhr в о and the de le il by gmt utc et jam pukul saat
"""
BESIDE: Final = WEEKDAYS | frozenset(_BESIDE_WORDS.split())
"""Words that may stand between a date and its time."""

ZONES: Final = {
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "west": 60,
    "bst": 60,
    "wat": 60,
    "cet": 60,
    "mez": 60,
    "cest": 120,
    "mesz": 120,
    "cat": 120,
    "sast": 120,
    "eet": 120,
    "eest": 180,
    "eat": 180,
    "msk": 180,
    "мск": 180,
    "trt": 180,
    "gst": 240,
    "pkt": 300,
    "ist": 330,
    "npt": 345,
    "bdt": 360,
    "ict": 420,
    "wib": 420,
    "wita": 480,
    "sgt": 480,
    "hkt": 480,
    "pht": 480,
    "awst": 480,
    "wit": 540,
    "jst": 540,
    "kst": 540,
    "acst": 570,
    "aest": 600,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "nst": -210,
    "ndt": -150,
    "brt": -180,
    "art": -180,
    "ast": -240,
    "adt": -180,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "akst": -540,
    "akdt": -480,
    "hst": -600,
}
"""Casefolded abbreviation → minutes east of Greenwich, in the sense that newspapers print most: IST is India's."""

US_ZONES: Final = {"et": -300, "ct": -360, "mt": -420, "pt": -480}
"""Zones of the United States without summer or winter in their name: minutes in winter."""
