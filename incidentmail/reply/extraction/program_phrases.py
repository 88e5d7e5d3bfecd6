"""The words that mail programs add to a reply, as data: header keys, "wrote" verbs, separators, signatures, footers.

Everything is case-folded and compared against case-folded lines. The languages are:
en, de, fr, es, pt, it, nl, sv, da, no, fi, is, et, lv, lt, pl, cs, sk, sl, hr/sr, hu, ro, bg, ru, uk, el, tr, he, ar,
fa, hi, th, vi, id/ms, zh, ja, ko, ca.
"""

from __future__ import annotations

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


def _table(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.casefold().split("|") if word.strip()))


# "no" (Latvian for "from") and "nuo" are wanted; a word listed for two kinds keeps the first.
HEADER_KEYS: dict[str, str] = {}
for _kind, _words in _HEADER_WORDS.items():
    for _word in _table(_words):
        HEADER_KEYS.setdefault(_word, _kind)

# Our own grammar's keys: a block with one of these is never taken for a header block in an unknown language.
OWN_KEYS = frozenset(
    _table(
        """description|severity|sev|phase|status|commander|incident commander|incident manager|ic|dri|venue
        |backchannel|impact|not affected|customers may be told|customer liaison|business liaison
        |subject-matter experts|sme|scribe|started|detected|at|next update|action|need|done|assumption
        |evidence|ruled out|decision|document|duplicate of|note"""
    )
)

# Verbs and nouns that say "wrote": whole words; WROTE_ANYWHERE, for scripts without spaces, at any place.
WROTE = _table(
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
WROTE_ANYWHERE = _table(
    """写道|寫道|写到|來信|のメッセージ|のメール|は書きました|が書きました|さんは書き|님이 작성|작성:|작성함
    |님이 쓴|썼습니다|เขียนว่า|เขียน"""
)

# A first word of an attribution that a line wrap may leave alone on the line above.
LEADS = frozenset(
    _table(
        """on|am|le|el|il|op|em|den|på|w dniu|dnia|dne|dňa|a|am:|at|il giorno|el día|no dia|um|pe|în|в|у|στις
        |ngày|pada|في|在"""
    )
)

# Behind dashes or another drawn mark; FORWARDED counts at the start of a line without one too.
SEPARATORS = _table(
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
FORWARDED = _table(
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

# How the signature of a phone, a tablet or an app starts; its line is short.
PHONE_STARTS = _table(
    """sent from my|sent from mobile|sent from outlook|sent from mail|sent from yahoo|sent from samsung
    |sent from proton|sent from a phone|sent from android|sent from windows|sent from gmail|sent from iphone
    |sent from ipad|sent from [|sent from nine|sent from blue|sent from spark|sent from aol|sent from galaxy
    |sent by galaxy|sent on the go|someone from mobile|from my iphone|from my ipad|from my android
    |from my mobile|from my phone|get outlook for|get [outlook|get bluemail|via newton mail|via mobile
    |typed on|written on my phone|von meinem|von meiner|gesendet mit|gesendet von|gesendet über
    |diese nachricht wurde von mein|holen sie sich outlook|outlook für|envoyé de mon|envoyé depuis
    |envoyé à partir|envoyé avec|obtenir outlook|télécharger outlook|enviado desde|enviado do meu
    |enviado a partir|enviado de mi|enviado via|obtener outlook|obter o outlook|inviato da|inviato dal
    |inviato con|scarica outlook|ottieni outlook|verzonden met|verzonden vanaf|verstuurd vanaf|verstuurd met
    |outlook voor|download outlook|skickat från|skickades från|hämta outlook|sendt fra|hent outlook
    |skaffa outlook|lähetetty|hanki outlook|saadetud minu|nosūtīts no|išsiųsta iš|wysłane z|wysłano z
    |pobierz outlook|odesláno z|získat outlook|odoslané z|poslano z|poslano s|poslano sa|elküldve|küldve
    |trimis de pe|trimis din|изпратено от|отправлено с|отправлено из|отправлено от|надіслано з|відправлено з
    |στάλθηκε από|απεστάλη από|נשלח מ|أرسلت من|أُرسلت من|تم الإرسال من|ارسال شده از|मेरे|ส่งจาก
    |được gửi từ|đã gửi từ|gửi từ|dikirim dari|dihantar dari|发自我的|發自我的|从我的|從我的|来自我的
    |來自我的|获取 outlook|enviat des|enviat de|bidalia nire"""
)
# Ordinary sentences begin like this too, so these count only in a line of at most five words.
PHONE_SHORT_STARTS = _table(
    "sent via|sent with|sent using|sent from the|sent from an|gesendet über|enviado com|enviado con|sendt via"
)
PHONE_EXCUSES = ("excuse", "pardon", "brevity", "typo", "sorry", "entschuldig", "excus", "tippfehler")
PHONE_ENDS = _table(
    """から送信|より送信|から送信されました|에서 보냄|에서 전송|에서 발송|发送|傳送|寄出|gönderildi|から送付
    |se bidalia|küldve|से भेजा गया"""
)

# What lists and notifications append; this line and everything below it is not the sender's.
FOOTER_STARTS = _table(
    """you received this message because|you are receiving this|to unsubscribe from this group
    |to unsubscribe from these|to unsubscribe from this list|to unsubscribe send|to unsubscribe,|unsubscribe:
    |to view this discussion|to post to this group|visit this group at|reply to this email directly or view
    |sie erhalten diese nachricht, weil|sie haben diese nachricht erhalten, weil|vous recevez ce message car
    |vous avez reçu ce message car|recibiste este mensaje porque|has recibido este mensaje porque
    |você recebeu esta mensagem porque|hai ricevuto questo messaggio perché|je ontvangt dit bericht omdat
    |archives: http|list info: http|mailing list archives"""
)
FOOTER_WORDS = ("mailing list -- ", " mailing list", "/mailman/listinfo", "/mailman3/", "groups.google.com")

DISCLAIMER_STARTS = _table(
    """this e-mail and any|this email and any|this message and any|this e-mail message|this email message is
    |this message is intended|this e-mail is intended|this email is intended
    |this message contains confidential|this email contains confidential|this e-mail contains
    |this communication is|this transmission is|the information contained in this|the contents of this e
    |confidentiality notice|confidential:|legal disclaimer|disclaimer:|notice: this e
    |if you are not the intended recipient|diese e-mail enthält|diese nachricht enthält
    |diese e-mail ist vertraulich|der inhalt dieser e-mail|ce message et|ce courriel|cet e-mail|ce mail
    |ce message est|este mensaje y|este correo|este mensaje contiene|esta mensagem|este e-mail|aviso legal
    |aviso de confidencial|questo messaggio|questa e-mail|le informazioni contenute|avviso di riservatezza
    |dit bericht|deze e-mail|dit e-mail|denna e-post|detta meddelande|denne e-mail|denne mail|denne e-post
    |tämä viesti|tämä sähköposti|ta wiadomość|niniejsza wiadomość|tato zpráva|tento e-mail|táto správa
    |ez az üzenet|acest mesaj|acest e-mail|данное сообщение|это сообщение|настоящее сообщение|це повідомлення
    |bu e-posta|bu mesaj|本邮件|此邮件|本郵件|このメール|이 메일"""
)
# A disclaimer's first words are common in other texts too, so it must be long and have one of these.
DISCLAIMER_WORDS = _table(
    """confidential|privileged|intended recipient|intended only|intended solely|vertraulich|empfänger
    |confidentiel|destinataire|confidencial|destinatari|riservat|vertrouwelijk|geadresseerde|konfidentiell
    |mottagare|fortrolig|luottamuksel|poufn|důvěrn|dôvern|bizalmas|confiden|конфиденц|конфіденц|gizli|保密
    |机密|機密|秘密|기밀|disclaimer"""
)
DISCLAIMER_HEADINGS = frozenset(
    _table("disclaimer|confidentiality|confidentiality notice|confidential|legal notice|haftungsausschluss|hinweis")
)
# A gateway's warning above a mail: only that line is dropped.
BANNERS = _table(
    """caution: this email|caution: this e-mail|caution: external|external email|external]|external message
    |warning: this email|warning: external|this email originated from outside
    |this message originated from outside|extern e-mail|externe e-mail|you don't often get email from
    |vorsicht: externe|attention: external|achtung: diese e-mail"""
)

# A formal close, alone on its line; with a name or two below it to the end it is a signature.
CLOSINGS = frozenset(
    _table(
        """best regards|kind regards|regards|warm regards|kindest regards|with kind regards|with best regards
        |many regards|yours sincerely|sincerely|yours faithfully|mit freundlichen grüßen
        |mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße|mit besten grüßen|mfg|cordialement
        |bien cordialement|bien à vous|sincères salutations|saludos cordiales|un saludo|saludos|atentamente
        |atenciosamente|com os melhores cumprimentos|cumprimentos|cordiali saluti|distinti saluti
        |met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|med vänlig hälsning
        |med vänliga hälsningar|vänliga hälsningar|mvh|kh|vh|lg|vg|br|rgds|cdt|cdlt|ats|abs|hälsn
        |med venlig hilsen|venlig hilsen|med vennlig hilsen|vennlig hilsen|ystävällisin terveisin|terveisin
        |z poważaniem|z powazaniem|pozdrawiam|s pozdravem|s pozdravom|lep pozdrav|srdačan pozdrav|üdvözlettel
        |tisztelettel|cu stimă|cu respect|с уважением|з повагою|поздрави|με εκτίμηση|saygılarımla
        |iyi çalışmalar|pagarbiai|lugupidamisega|ar cieņu|trân trọng|salam|hormat saya
        |以上、よろしくお願いいたします|敬具|此致|祝好|감사합니다"""
    )
)
