"""List the phrases that mail programs put around quotations, and formal closes.

`added/phrases.py` lists the phrases in other added text. All phrases are case-folded and compared with case-folded
lines. The languages are: en, de, fr, es, pt, it, nl, sv, da, no, fi, is, et, lv, lt, pl, cs, sk, sl, hr/sr, hu, ro, bg,
ru, uk, el, tr, he, ar, fa, hi, th, vi, id/ms, zh, ja, ko, ca.
"""

from __future__ import annotations

from collections.abc import Iterable

FROM, DATE, TO, COPY, SUBJECT = "from", "date", "to", "copy", "subject"

_HEADER_WORDS = {
    FROM: """
        from|von|de|da|van|från|fra|lähettäjä|frá|saatja|no|nuo|od|odesílatel|odosielateľ|pošiljatelj|šalje
        |feladó|expeditor|de la|от|от кого|від|відправник|από|gönderen|kimden|מאת|من|از|प्रेषक|จาก|từ
        |người gửi|dari|发件人|寄件者|寄件人|差出人|送信元|보낸 사람|보낸사람|expéditeur|remitente
        |remetente|mittente|absender|afzender|avsändare|afsender|avsender|message du|de parte de|enviado por
        |from name""",
    DATE: """
        date|sent|datum|gesendet|gesendet am|envoyé|date d'envoi|fecha|enviado|enviado el|enviada|enviada em
        |enviado em|data|inviato|data invio|verzonden|verzonden op|skickat|sendt|dato|lähetetty|päivämäärä
        |päiväys|sent on|saadetud|kuupäev|datums|nosūtīts|išsiųsta|wysłano|wysłane|data wysłania|odesláno
        |odoslané|dátum|poslano|poslato|elküldve|küldve|küldés dátuma|dată|trimis|data trimiterii|дата
        |изпратено|отправлено|дата отправки|надіслано|ημερομηνία|στάλθηκε|απεσταλμένα|tarih|gönderildi
        |gönderme tarihi|נשלח|תאריך|تاريخ|التاريخ|تم الإرسال|أرسلت|ارسال|दिनांक|भेजा|วันที่|ส่ง|ngày|đã gửi
        |thời gian|tanggal|terkirim|dikirim|tarikh|发送时间|发件时间|日期|寄件日期|時間|时间|傳送日期|日付
        |日時|送信日時|送信日|날짜|보낸 날짜|보낸날짜|enviat|sent at|date/time""",
    TO: """
        to|an|à|a|para|per|aan|till|til|vastaanottaja|kellele|saaja|kam|do|komu|pro|za|prima|címzett|către
        |catre|до|кому|до кого|προς|alıcı|kime|אל|إلى|الى|به|प्रति|ถึง|đến|tới|người nhận|kepada
        |kepada yth|收件人|收件者|宛先|受信者|받는 사람|받는사람|destinataire|destinatario|empfänger
        |ontvanger|mottagare""",
    COPY: """
        cc|bcc|kopie|copie|copie à|copia|cópia|kopio|kopia|kopi|afrit|másolat|копия|копія|κοινοποίηση|bilgi
        |עותק|نسخة|สำเนา|抄送|副本|참조|cci|cco|ccn|antwort an|reply-to|répondre à|responder a|rispondi a
        |antwoord aan|svar til|organization|importance|priorité|wichtigkeit|attachments|pièces jointes
        |anlagen|bijlagen""",
    SUBJECT: """
        subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|efni|teema|temats|tēma
        |tema|temat|předmět|predmet|zadeva|naslov|tárgy|subiect|относно|тема|θέμα|konu|נושא|الموضوع|موضوع
        |विषय|เรื่อง|หัวเรื่อง|chủ đề|tiêu đề|subjek|perihal|hal|perkara|主题|主題|主旨|标题|件名|제목
        |assumpte""",
}


def table(text: str) -> tuple[str, ...]:
    """Split a text at each `|`, and return the phrases case-folded and without duplicates."""
    return tuple(dict.fromkeys(word.strip() for word in text.casefold().split("|") if word.strip()))


def has_any(text: str, phrases: Iterable[str]) -> bool:
    """Return whether a case-folded text contains any of the phrases."""
    return any(map(text.__contains__, phrases))


# "no" (Latvian for "from") and "nuo" are included on purpose. A word listed for two kinds belongs to the first.
HEADER_KEYS: dict[str, str] = {}
for _kind, _words in _HEADER_WORDS.items():
    for _word in table(_words):
        HEADER_KEYS.setdefault(_word, _kind)

# The keys of our own grammar. A block with one of them is never a header block in an unlisted language.
OWN_KEYS = frozenset(
    table(
        """description|severity|sev|phase|status|commander|incident commander|incident manager|ic|dri|venue
        |backchannel|impact|not affected|customers may be told|customer liaison|business liaison
        |subject-matter experts|sme|scribe|started|detected|at|next update|action|need|done|assumption
        |evidence|ruled out|decision|document|duplicate of|note"""
    )
)

# The first words of commands, which are never part of a signature or a banner.
COMMAND_WORDS = frozenset(
    table(
        """sev|severity|s|phase|status|commander|ic|dri|close|closed|resolve|resolved|retract|retracted|reopen|undo
        |accept|accepted|decline|declined|reject|yes|no|ok|okay|help|catch|taking|take|joining|leaving|next|venue
        |restrict|merge|handoff|break|back|ask|update|mitigated|monitoring|i|i'm|i’m|i'll|i’ll|we|now|coordinating"""
    )
)

# Whole words that mean "wrote". Those in WROTE_ANYWHERE, for scripts without spaces, may be inside a word.
WROTE = table(
    """wrote|writes|written|said|quoting|schrieb|schreibt|geschrieben|zitat von|a écrit|a ecrit|écrit|écrivait
    |escribió|escribio|escribe|ha escrito|escreveu|escreve|ha scritto|scritto|scrive|scrisse|schreef|schrijft
    |geschreven|skrev|skrivit|skriver|skrifaði|skrifar|kirjoitti|kirjoittaa|kirjutas|kirjutanud|rakstīja
    |raksta|rašė|parašė|napisał|napisała|napisał(a)|pisze|napsal|napsal(a)|napsala|napísal|napísala
    |napísal(a)|je napisal|napisal|napisala|je napisao|napisao|napisala|piše|írta|írta a következőt|a scris
    |scris|написа|пише|написал|написала|написал(а)|пишет|писал|написав|написала|написав(-ла)|έγραψε|έγραψε:
    |yazdı|şunu yazdı|tarihinde|va escriure|ha escrit|כתב|כתבה|כתב/ה|מאת|كتب|كتبت|يكتب|نوشت|نوشته است|ने लिखा
    |लिखा|menulis|menulis:|đã viết|viết|schrëft|shkroi|написаў|idatzi zuen|escribiu|напиша|skrev følgende
    |ysgrifennodd|scríobh|het geskryf|skryf"""
)
WROTE_ANYWHERE = table(
    """写道|寫道|写到|來信|のメッセージ|のメール|は書きました|が書きました|さんは書き|님이 작성|작성:|작성함
    |님이 쓴|썼습니다|เขียนว่า|เขียน"""
)

# First words of an attribution that wrapping may leave alone on the line above.
LEADS = frozenset(
    table(
        """on|am|le|el|il|op|em|den|på|w dniu|dnia|dne|dňa|a|am:|at|il giorno|el día|no dia|um|pe|în|в|у|στις
        |ngày|pada|في|在"""
    )
)

# Words after dashes or another drawn mark. FORWARDED also counts at the start of a line without a mark.
SEPARATORS = table(
    """original message|original-nachricht|originalnachricht|ursprüngliche nachricht|message d'origine
    |message original|message initial|mensaje original|mensagem original|messaggio originale
    |oorspronkelijk bericht|origineel bericht|originalmeddelande|ursprungligt meddelande
    |ursprungligt e-postmeddelande|oprindelig besked|oprindelig meddelelse|original meddelelse
    |opprinnelig melding|original melding|alkuperäinen viesti|upprunaleg skilaboð|algne kiri|algne sõnum
    |sākotnējais ziņojums|pradinis pranešimas|originalus laiškas|oryginalna wiadomość|wiadomość oryginalna
    |wiadomość pierwotna|původní zpráva|původní e-mail|pôvodná správa|originalno sporočilo|izvorno sporočilo
    |originalna poruka|izvorna poruka|eredeti üzenet|mesaj original|mesajul original|оригинално съобщение
    |първоначално съобщение|исходное сообщение|оригинальное сообщение|пересланное сообщение
    |первоначальное сообщение|вихідне повідомлення|оригінальне повідомлення|пересилане повідомлення
    |αρχικό μήνυμα|orijinal mesaj|özgün ileti|özgün mesaj|asıl ileti|הודעה מקורית|الرسالة الأصلية|رسالة أصلية
    |پیام اصلی|मूल संदेश|ข้อความต้นฉบับ|ข้อความเดิม|thư gốc|tin nhắn gốc|thư ban đầu|pesan asli
    |mesej asal|原始邮件|原邮件|原始郵件|原始信件|元のメッセージ|original 메시지|원본 메시지|원본 메일
    |원래 메시지|missatge original|original e-mail|original email|original appointment|forwarded message
    |weitergeleitete nachricht|message transféré|mensaje reenviado|mensagem encaminhada|messaggio inoltrato
    |doorgestuurd bericht|vidarebefordrat meddelande|videresendt meddelelse|videresendt besked
    |videresendt melding|välitetty viesti|przekazana wiadomość|wiadomość przekazana|přeposlaná zpráva
    |preposlaná správa|továbbított üzenet|mesaj redirecționat|προωθημένο μήνυμα|iletilmiş mesaj
    |iletilen mesaj|הודעה שהועברה|الرسالة المعاد توجيهها|转发邮件|轉寄郵件|転送されたメッセージ
    |転送メッセージ|전달된 메시지|missatge reenviat|reply message|antwort nachricht|message de réponse
    |mensaje de respuesta|original-mail|forwarded by|weitergeleitet von|transféré par|reenviado por
    |original post|reply above this line|type your reply above this line
    |please type your reply above this line|please reply above this line|write above this line"""
)
FORWARDED = table(
    """begin forwarded message|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail
    |début du message réexpédié|début du message transféré|inicio del mensaje reenviado
    |início da mensagem encaminhada|início da mensagem reencaminhada|inizio messaggio inoltrato
    |begin doorgestuurd bericht|vidarebefordrat brev|vidarebefordrat mejl|start på videresendt besked
    |start på videresendt melding|videresendt melding|välitetty viesti alkaa
    |początek przekazywanej wiadomości|začátek přeposílané zprávy|začiatok preposlanej správy
    |továbbított levél kezdete|începutul mesajului redirecționat|начало переадресованного сообщения
    |початок листа, що пересилається|αρχή προωθημένου μηνύματος|iletilmiş mesajın başlangıcı|以下是转发的邮件
    |下面是被转发的邮件|以下為轉寄信件|転送されたメッセージ|전달된 메시지|original message
    |inici del missatge reenviat"""
)

# Formal closes, each alone on its line. With only a name or two below it, a close begins a signature.
CLOSINGS = frozenset(
    table(
        """best regards|kind regards|regards|best|all the best|best wishes|yours|take care|warm regards
        |kindest regards|with kind regards|with best regards|many regards|yours sincerely|sincerely
        |yours faithfully|mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße
        |liebe grüße|schöne grüße|grüße|gruß|viele grüsse|freundliche grüsse|herzliche grüße|gruss
        |mit besten grüßen|mfg|cordialement|bien cordialement|bien à vous|bises|salutations|meilleures salutations
        |bonne journée|sincères salutations|saludos cordiales|un saludo|saludos|un cordial saludo|un abrazo
        |abraços|abraço|atentamente|atenciosamente|com os melhores cumprimentos|cumprimentos|cordiali saluti
        |distinti saluti|saluti|un saluto|buona giornata|met vriendelijke groet|met vriendelijke groeten
        |vriendelijke groet|groeten|groet|groetjes|med vänlig hälsning|med vänliga hälsningar|vänliga hälsningar
        |hälsningar|hilsen|mvh|kh|vh|lg|vg|br|rgds|cdt|cdlt|ats|abs|hälsn|med venlig hilsen|venlig hilsen
        |med vennlig hilsen|vennlig hilsen|ystävällisin terveisin|terveisin|z poważaniem|z powazaniem|pozdrawiam
        |pozdrowienia|pozdrav|s pozdravem|s pozdravom|lep pozdrav|srdačan pozdrav|üdvözlettel|tisztelettel
        |cu stimă|cu respect|с уважением|з повагою|поздрави|με εκτίμηση|saygılarımla|iyi çalışmalar|pagarbiai
        |lugupidamisega|ar cieņu|trân trọng|salam|hormat saya|以上、よろしくお願いいたします|敬具|此致|祝好
        |감사합니다"""
    )
)
