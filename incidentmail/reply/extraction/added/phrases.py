"""List the phrases that programs, gateways and lists add to messages: app lines, footers, banners and labels.

All phrases are case-folded and compared with case-folded lines. `lines.py` and `banners.py` define how they match.
"""

from __future__ import annotations

from ..program_phrases import table

# Beginnings of the short line that a phone, tablet or app adds.
PHONE_STARTS = table(
    """sent on the move|sent from typeapp|sent on my|sent from my|sent from mobile|sent from outlook|sent from mail
    |sent from yahoo|sent from samsung|sent from proton|sent from a phone|sent from android|sent from windows
    |sent from gmail|sent from iphone|sent from ipad|sent from [|sent from nine|sent from blue|sent from spark
    |sent from hey|sent with hey|sent from boxer|sent from canary|sent from edison|sent from aol
    |sent from galaxy|sent by galaxy|sent on the go|someone from mobile|from my iphone|from my ipad
    |from my android|from my mobile|from my phone|get outlook for|get [outlook|get bluemail|via newton mail
    |via mobile|typed on|written on my phone|dictated but not|dictated and not|dictated with|dictated on|dictated via
    |dictated by voice|dictated using|dictated to|sent by voice|voice typed|this message was dictated
    |diktiert, nicht|diktiert mit|dicté avec|von meinem|von meiner|gesendet mit|gesendet von|gesendet über
    |diese nachricht wurde von mein|holen sie sich outlook|outlook für|envoyé de mon|envoyé depuis
    |envoyé à partir|envoyé avec|obtenir outlook|télécharger outlook|enviado desde|enviado do meu
    |enviado a partir|enviado de mi|enviado via|obtener outlook|obter o outlook|inviato da|inviato dal
    |inviato con|scarica outlook|ottieni outlook|verzonden met|verzonden vanaf|verstuurd vanaf|verstuurd met
    |outlook voor|download outlook|skickat från|skickades från|hämta outlook|sendt fra|hent outlook
    |skaffa outlook|lähetetty|hanki outlook|saadetud minu|nosūtīts no|išsiųsta iš|wysłane z|wysłano z
    |pobierz outlook|odesláno z|získat outlook|odoslané z|poslano z|poslano s|poslano sa|elküldve|küldve
    |trimis de pe|trimis din|изпратено от|отправлено с|отправлено из|отправлено от|надіслано з|відправлено з
    |στάλθηκε από|απεστάλη από|נשלח מ|أرسلت من|أُرسلت من|تم الإرسال من|ارسال شده از|मेरे|ส่งจาก|được gửi từ
    |đã gửi từ|gửi từ|dikirim dari|dihantar dari|发自我的|發自我的|从我的|從我的|来自我的|來自我的|获取 outlook
    |enviat des|enviat de|bidalia nire"""
)
# Beginnings that ordinary sentences also have, so they count only in lines of at most five words.
PHONE_SHORT_STARTS = table(
    "sent via|sent with|sent using|sent from the|sent from an|gesendet über|enviado com|enviado con|sendt via"
)
PHONE_EXCUSES = ("excuse", "pardon", "brevity", "typo", "sorry", "entschuldig", "excus", "tippfehler")
PHONE_ENDS = table(
    """から送信|より送信|から送信されました|에서 보냄|에서 전송|에서 발송|发送|傳送|寄出|gönderildi|から送付
    |se bidalia|küldve|से भेजा गया"""
)

# Beginnings of what lists and notifications append. From this line on, the text is not the sender's.
FOOTER_STARTS = table(
    """you can reply to this email|you can view, comment|you received this message because|you are receiving this
    |to unsubscribe from this group|to unsubscribe from these|to unsubscribe from this list|to unsubscribe send
    |to unsubscribe,|unsubscribe:|to view this discussion|to post to this group|visit this group at
    |reply to this email directly or view|sie erhalten diese nachricht, weil
    |sie haben diese nachricht erhalten, weil|vous recevez ce message car|vous avez reçu ce message car
    |recibiste este mensaje porque|has recibido este mensaje porque|você recebeu esta mensagem porque
    |hai ricevuto questo messaggio perché|je ontvangt dit bericht omdat|archives: http|list info: http
    |mailing list archives"""
)
FOOTER_WORDS = ("mailing list -- ", " mailing list", "/mailman/listinfo", "/mailman3/", "groups.google.com")

DISCLAIMER_STARTS = table(
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
# Words in disclaimers, whose first words are common in other texts too.
DISCLAIMER_WORDS = table(
    """confidential|privileged|intended recipient|intended only|intended solely|vertraulich|empfänger
    |confidentiel|destinataire|confidencial|destinatari|riservat|vertrouwelijk|geadresseerde|konfidentiell
    |mottagare|fortrolig|luottamuksel|poufn|důvěrn|dôvern|bizalmas|confiden|конфиденц|конфіденц|gizli|保密
    |机密|機密|秘密|기밀|disclaimer"""
)
DISCLAIMER_HEADINGS = frozenset(
    table("disclaimer|confidentiality|confidentiality notice|confidential|legal notice|haftungsausschluss|hinweis")
)

# Two of these groups in one line show that an app added it: that it was sent, and by which device or program.
SENT = table(
    """sent|gesendet|verschickt|verfasst|envoyé|enviado|enviada|inviato|inviata|verzonden|verstuurd|skickat|skickades
    |sendt|lähetetty|wysłane|wysłano|wysłana|odesláno|odoslané|poslano|poslato|elküldve|küldve|trimis|expediat
    |отправлено|изпратено|надіслано|відправлено|στάλθηκε|gönderildi|נשלח|أرسلت|dikirim|dihantar|发送|发自|傳送|送信
    |보냄|saadetud|nosūtīts|išsiųsta|composed|typed|written|dictated|secured|encrypted|delivered|replied"""
)
SENT_FROM = frozenset(
    table(
        """a|por|pelo|pela|from|via|with|using|by|through|on|securely|von|vom|mit|über|aus|de|depuis|avec|à|du|par
        |desde|con|com|do|da|dal|dalla|vanaf|met|van|från|med|fra|af|z|ze|za|s|iz|din|prin|с|со|из|от|через|з|із
        |от|από|no|iš|minu"""
    )
)
DEVICES = table(
    """iphone|ipad|ipod|android|outlook|gmail|proton|samsung|galaxy|xiaomi|redmi|huawei|honor|oneplus|oppo|vivo|pixel
    |nokia|motorola|blackberry|windows phone|mobile|smartphone|tablet|phone|móvil|celular|teléfono|telemóvel
    |téléphone|cellulare|telefono|telefoon|mobiel|telefon|puhelim|телефон|смартфон|手机|手機|スマートフォン
    |휴대|yahoo|aol|gmx|web.de|t-online|freenet|mail.ru|yandex|яндекс|почт|zoho|fastmail|tuta|mailspring
    |thunderbird|k-9|aquamail|bluemail|blue mail|newton|airmail|spark|superhuman|edison|canary|shortwave|missive
    |mimestream|spike|polymail|mailbird|em client|postbox|boxer|skymail|roundcube|zimbra|horde|apple mail
    |mail app|mail for|mail für|mail pour|mail para|mail per|mail voor|secure email|e-mail app|webmail|siri|my watch
    |apple watch"""
)
PROMOTIONS = table(
    """yahoo mail: search|get the all-new|get edison|get spark|get proton|get the app|get superhuman|download edison
    |download proton|outlook for ios|outlook for android|try proton|try tuta|powered by|sign up for proton|read my
    |unlimited disk, data transfer|garanti sans virus|mail.ru app"""
)
EXCUSES = table(
    """brevity|typos|typo|tippfehler|kürze|fautes de frappe|brièveté|brevedad|errores tipográficos|brevidade
    |brevità|refusi|beknoptheid|typefout|skrivfel|tastefeil|slåfejl|literówki|překlepy|опечатки|краткость"""
)
APOLOGIES = table(
    """excuse|pardon|sorry|apolog|forgive|entschuldig|verzeih|excus|pardonn|disculp|perdon|desculp|scus|verontschuldig
    |ursäkt|beklager|undskyld|wybacz|przeprasz|omluv|извин|прост"""
)

# Phrases in which gateways refer to a message that they let through.
THIS_MAIL = table(
    """the information transmitted|the information contained|die in dieser e-mail|les informations contenues
    |la información contenida|le informazioni contenute|de informatie in|as informações contidas|this email
    |this e-mail|this message|this mail|this communication|this transmission|diese e-mail|diese mail
    |diese nachricht|dieser mail|dieser e-mail|diese email|cet e-mail|cet email|ce courriel|ce message|ce mail
    |este correo|este mensaje|este e-mail|este email|esta mensagem|questa e-mail|questa email|questo messaggio
    |dit bericht|deze e-mail|deze email|deze mail|dit e-mail|detta meddelande|detta mejl|detta e-post
    |denna e-post|denne e-mail|denne mail|denne e-post|denne meddelelse|denne beskjed|tämä viesti
    |tämä sähköposti|tämän viestin|ta wiadomość|ten e-mail|ten mail|tej wiadomości|tato zpráva|tento e-mail
    |táto správa|ez az üzenet|ez az e-mail|acest mesaj|acest e-mail|данное сообщение|это сообщение|это письмо
    |данное письмо|це повідомлення|цей лист|bu e-posta|bu mesaj|αυτό το μήνυμα|本邮件|此邮件|本郵件|このメール
    |이 메일|이 이메일|the content of this|the contents of this|the information in this
    |information contained in this"""
)
CHECKED = table(
    """scanned|checked|free of|virus-free|virus free|no virus|verified|screened|filtered|protected by|certified
    |geprüft|gescannt|überprüft|virenfrei|frei von|vérifié|analysé|sans virus|aucun virus|analizado|verificado
    |escaneado|libre de virus|livre de vírus|no contiene virus|controllat|verificat|privo di virus|gescand
    |gecontroleerd|virusvrij|kontroller|skannad|skannet|scannet|tarkast|przeskanowan|sprawdzon|zkontrolov
    |skontrolov|ellenőriz|проверен|перевірен|kontrol edil|taranmış"""
)
MALWARE = table(
    """virus|malware|viren|vírus|virü|spam|вирус|вірус|mimecast|proofpoint|barracuda|avast|avg|sophos|messagelabs
    |symantec|mcafee|bitdefender|kaspersky|eset|hornetsecurity|trend micro|mailguard|antivir|security gateway"""
)
CHECKED_BY = table(
    "scanned by|checked by|scanned with|virus-free|virus free|virenfrei|sans virus|libre de virus|protected by"
)
ENVIRONMENT = table(
    """environment|umwelt|environnement|planète|medio ambiente|medioambiente|meio ambiente|ambiente|milieu|miljö
    |miljø|ympäristö|środowisk|životní prostředí|környezet|mediul|окружающ|природ|çevre|save paper|save a tree
    |trees|🌳|🌲|🌱"""
)
PRINT_FIRST = table(
    """before printing|before you print|need to print|printing this|print this|vor dem druck|vor dem ausdruck
    |ausdruck|auszudrucken|drucken sie|ausgedruckt|avant d'imprimer|avant d’imprimer|n'imprimez|n’imprimez
    |antes de imprimir|no imprima|não imprima|prima di stampare|non stampare|voordat u|alvorens|afdruk
    |innan du skriv|skriver ut|før du print|før du skriv|udskriv|ennen kuin tulost|tulosta|zanim wydruk
    |przed wydruk|než vytisk|nyomtat|imprimați|перед печатью|распечат|yazdırmadan"""
)
COMPANY = table(
    """sitz der gesellschaft|registergericht|amtsgericht|handelsregister|geschäftsführer|geschäftsführung
    |vorsitzender des aufsichtsrats|ust-id|registered office|registered in england|registered in scotland
    |registered in wales|registered in ireland|registered address|company number|company no|company reg
    |registered number|registration number|vat reg|vat no|vat number|siège social|au capital de|rcs |siret|siren
    |sede legale|partita iva|p. iva|p.iva|capitale sociale|domicilio social|registro mercantil|sede social
    |statutaire zetel|kamer van koophandel|kvk|btw-nummer|btw nr|organisationsnummer|org.nr|org. nr|orgnr|cvr
    |y-tunnus|krs |nip |sąd rejonowy|kapitał zakładowy|zapsan|sídlo |székhely|cégjegyzék|firmenbuch|огрн|инн """
)
# Stems of words in disclaimers. Each row counts only once.
DISCLAIMER_STEMS = tuple(
    table(row)
    for row in (
        "confiden|vertraulich|riservat|vertrouwelijk|fortrolig|konfiden|luottamuk|poufn|důvěrn|dôvern|bizalm|конфиден"
        "|конфіден|gizli|保密|机密|機密|秘密|기밀|privileg",
        "intended|recipient|addressee|empfänger|adressat|destinat|geadresseerde|ontvanger|mottagar|mottaker|modtager"
        "|vastaanottaj|odbiorc|adresat|příjemc|címzett|адресат|получател|alıcı|收件人|受信者|수신",
        "in error|mistake|irrtümlich|versehentlich|erreur|por error|por engano|per errore|vergissing|abusievelijk"
        "|misstag|fejl|feil|erehdyks|pomyłk|omylem|tévedés|ошибк|yanlışlık|误|誤",
        "delet|destroy|lösch|vernicht|détrui|supprim|elimin|borr|distrugg|cancell|verwijder|vernietig|radera|slett"
        "|poista|usun|smaž|vymaž|törö|удал|silin|删除|削除|삭제",
        "notify|inform|contact the sender|benachrichtig|verständig|avis|avertir|notifi|avvert|verwittig|meddela"
        "|underret|ilmoit|powiadom|upozorn|értesít|сообщ|уведом|通知",
        "unauthor|disclos|distribut|copying|dissemin|unbefugt|weitergabe|divulg|diffusion|difus|diffus|verspreid"
        "|sprid|levit|rozpowszechn|šíř|terjeszt|распростран",
        "only|solely|exclusiv|ausschließlich|uniquement|exclusief|uitsluitend|endast|enbart|udelukkende|wyłącznie|výhradně"
        "|kizárólag|исключительно|только|yalnızca",
        "liab|responsib|haft|verantwort|aansprakelijk|ansvar|odpowiedzialn|zodpověd|opinions|views expressed",
    )
)
UNSUBSCRIBE = table(
    """unsubscribe|manage your subscription|manage subscription|email preferences|update your preferences
    |view this email in|view in browser|leave this list|leave this group|abmelden|abmeldung|newsletter abbestellen
    |se désabonner|désabonner|désinscri|darse de baja|cancelar la suscripción|cancelar inscri|cancelar a subscri
    |annulla l'iscrizione|cancella l'iscrizione|disiscri|uitschrijven|afmelden|avregistrera|avprenumerera|afmeld
    |meld deg av|wypisz się|odhlásit|leiratkoz|dezabon|отписаться|відписатися|退订|取消订阅|配信停止|수신거부"""
)

NOTICES = table(
    """legal notice|legal disclaimer|disclaimer|impressum|datenschutz|rechtliche hinweise|privacy policy
    |privacy notice|mentions légales|aviso legal|note legali|informativa privacy|juridische kennisgeving
    |algemene voorwaarden"""
)
CLASSIFIED = table("classified as|classification:|eingestuft als|klassifiziert als|clasificado como|classé comme")

# The beginnings of Exchange's notes about unusual senders and of gateways' warnings, and their continuations.
BANNER_STARTS = table(
    """you don't often get email|you don’t often get email|some people who received this message don
    |this sender is not|this sender failed|this sender may|the sender of this message|this sender has not
    |this message was sent secure|this email was sent secure|this e-mail was sent secure|this message was encrypted
    |this email was encrypted|this message was sent encrypted|this message is encrypted|this message was secured
    |be careful with this message|this message seems|zjqcmqry|sie erhalten nicht häufig
    |sie erhalten nicht oft|einige personen, die diese nachricht|einige personen, die diese e-mail
    |vous ne recevez pas souvent|vous n'obtenez pas souvent|vous n’obtenez pas souvent|certaines personnes qui ont
    |no suele recibir|no suele obtener|no recibe con frecuencia|no sueles recibir|algunas personas que han recibido
    |algunas personas que recibieron|não costuma receber|você não costuma|você não recebe|não recebe muitas vezes
    |não é frequente receber|algumas pessoas que receberam|non si ricevono spesso|non ricevi spesso|alcune persone che
    |u ontvangt niet vaak|je ontvangt niet vaak|u krijgt niet vaak|sommige mensen die dit|du får inte ofta
    |vissa personer som|du får ikke ofte|du modtager ikke ofte|nogle personer, der|enkelte personer som
    |noen som har mottatt|et saa usein|et usein saa|nie otrzymujesz często|nieczęsto otrzymujesz|rzadko otrzymujesz
    |niektóre osoby, które|z této adresy často|od uživatele|nezískáváte často|вы редко получаете|вы нечасто получаете
    |ви рідко отримуєте|e-postayı sık almıyorsunuz|你通常不会收到|您通常不会收到|您不常收到"""
)
BANNER_MORE = table(
    """do not click|don't click|don’t click|click links|click on|unless you|learn why|learn more|be careful
    |be cautious|exercise caution|use caution|links or|attachments|content is safe|know the content
    |recognize the sender|recognise the sender|trust the sender|report this|report suspicious|outside of
    |outside your|originated|klicken sie|öffnen sie|anhänge|warum dies wichtig|ne cliquez|n'ouvrez|n’ouvrez
    |pièces jointes|pourquoi cela est|en savoir plus|no haga clic|no abra|archivos adjuntos|esto es importante
    |más información|não clique|não abra|anexos|isso é importante|isto é importante|saiba mais|non cliccare
    |non fare clic|non aprire|allegati|è importante|klik niet|bijlagen|dit belangrijk is|klicka inte|bifogade
    |är viktigt|klik ikke|ikke klikk|vedhæft|vedlegg|er vigtigt|er viktig|nie klikaj|załącznik|to jest ważne
    |je to ważne|neklikejte|příloh|je důležité|не переходите|не открывайте|вложени|это важно|リンク|添付|链接
    |附件|重要|링크|첨부"""
)
WARNINGS = table(
    """caution|warning|attention|alert|notice|external|vorsicht|achtung|warnung|hinweis|extern|avertissement|prudence
    |externe|aviso|atención|advertencia|precaución|cuidado|correo externo|atenção|alerta|attenzione|avviso|avvertenza
    |let op|waarschuwing|opgelet|varning|obs|advarsel|bemærk|merk|varoitus|huomio|uwaga|ostrzeżenie|upozornění|pozor
    |varování|figyelem|figyelmeztetés|atenție|avertisment|внимание|предупреждение|увага|προσοχή|dikkat|uyarı|注意|警告
    |주의"""
)
OUTSIDE = table(
    """external|outside|extern|außerhalb|extérieur|de fuera|fuera de|fora d|esterno|esterna|dall'esterno|buiten
    |utanför|utifrån|udefra|uden for|utenfor|ulkopuol|ulkoi|zewnętrzn|spoza|externí|zvenčí|mimo|zvonku|kívül
    |külső|exterior|внешн|извне|зовнішн|εξωτερικ|dış|外部|외부"""
)
MAIL = table(
    """mail|message|sender|correo|mensaje|mensagem|remitente|remetente|nachricht|absender|courriel|expéditeur
    |messaggio|mittente|bericht|afzender|meddelande|mejl|avsändare|avsender|besked|melding|afsender|viesti|lähettäjä
    |sähköposti|wiadomość|nadawc|zpráv|odesílatel|správ|levél|üzenet|feladó|mesaj|expeditor|письм|сообщени|отправител
    |лист|μήνυμα|e-posta|gönderen|邮件|郵件|メール|메일"""
)

ORGANISATION = table(
    """originated|sent from|comes from|came from|stammt|kommt von|provient|proviene|procede|afkomstig|komt van
    |kommer från|kommer fra|pochodzi|pochází|organi|company|enterprise|unternehmen|firma|entreprise|société
    |empresa|azienda|società|bedrijf|företag|virksomhed|virksomhet|yritys|przedsiębiorstw|společnost
    |external sender|external source|externen absender|expéditeur externe|remitente externo|remetente externo
    |mittente esterno|externe afzender|extern avsändare|внешнего|组织|組織|조직"""
)

# The words of sensitivity labels. A label has at least one level, and no other words.
LABEL_LEVELS = frozenset(
    table(
        """extern|externer|privileged|business|commercial|internal|external|public|confidential|restricted|general
        |private|secret|sensitive|official|unclassified|proprietary|personal|intern|interne|interner|internes
        |öffentlich|vertraulich|geheim|persönlich|confidentiel|confidentielle|publique|restreint|restreinte
        |interno|interna|público|pública|confidencial|restringido|restringida|restrito|privado|pubblico
        |riservato|riservata|confidenziale|vertrouwelijk|openbaar|konfidentiell|konfidensiell|öppen|publik
        |fortrolig|offentlig|fortroligt|internt|eksternt|ekstern|externo|externa|externe|esterno|julkinen
        |sisäinen|luottamuksellinen|wewnętrzne|wewnętrzna|poufne|publiczne|interní|důvěrné|veřejné|bizalmas
        |belső|интерно|внутреннее|конфиденциально|社外秘|機密|内部|公开|대외비"""
    )
)
LABEL_WORDS = frozenset(
    table(
        """use|only|for|eyes|data|information|info|document|company|business|strictly|highly|most|e|mail|email|message
        |sender|non|protected|limited|distribution|commercial|in|confidence|uso|solo|sólo|nur|für|den|zum|internen
        |dienstgebrauch|gebrauch|usage|à|réservé|réservée|diffusion|limitée|streng|gebruik|alleen|voor|bruk|all
        |employees|staff|content|contains|und|and|or|et|y|group|corporate|classified|classification|sensitivity"""
    )
)
LABEL_KEYS = frozenset(
    table(
        """datenklassifizierung|informationsklassifizierung|classification des données|classification|classified as
        |classified|data classification|information classification|document classification|sensitivity
        |sensitivity label|label|marking|protective marking|security classification|security level
        |confidentiality|confidentiality level|klassifizierung|klassifikation|einstufung|schutzklasse
        |vertraulichkeit|vertraulichkeitsstufe|classification de sécurité|niveau de confidentialité|sensibilité
        |clasificación|sensibilidad|classificação|sensibilidade|classificazione|riservatezza|classificatie
        |vertrouwelijkheid|klassificering|klassning|informationsklassning|klasyfikacja|klasifikace
        |klassificering|tlp|nivel de confidencialidad"""
    )
)

# Thanks above a name, as in `Danke,` above `Jayla`.
THANKS = table(
    """thanks|thank you|thx|ty|tks|cheers|many thanks|merci|danke|vielen dank|besten dank|gracias|muchas gracias
    |obrigado|obrigada|grazie|bedankt|dank|dank je|tack|tak|takk|kiitos|dzięki|dziękuję|díky|děkuji|ďakujem|köszönöm
    |mulțumesc|спасибо|дякую|благодаря|teşekkürler|ευχαριστώ|谢谢|ありがとう|감사합니다"""
)
