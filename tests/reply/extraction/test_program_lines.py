"""Lines that programs, gateways and lists add to a short reply are dropped, and none of its sender's."""

from __future__ import annotations

from itertools import product

import pytest

from incidentmail.reply.extraction.cut import cut

NAME = "Jayla Martin"
REPLIES = ("close", "accept", "catch up", "undo 7", "sev 1", "Severity: 1\nPhase: 2")

APP_LINES = (
    "Sent from my iPhone",
    "Sent from Gmail Mobile",
    "Sent from Outlook for Android<https://aka.example.com/x>",
    "Get Outlook for iOS<https://aka.example.com/o>",
    "Outlook für Android beziehen",
    "Sent with Proton Mail secure email.",
    "Sent from Proton Mail for iOS",
    "Sent with Spark",
    "Sent via Superhuman iOS ( https://sprh.example/?vip=jayla )",
    "Sent from HEY for iPhone",
    "Sent with Shortwave",
    "Sent from Edison Mail",
    "Sent from Yahoo Mail. Get the app",
    "Yahoo Mail: Search, Organize, Conquer",
    "Sent from my BlackBerry - the most secure mobile device",
    "Sent from my Galaxy",
    "Sent from my Xiaomi phone",
    "Sent from my HUAWEI phone",
    "Sent from Canary (https://canarymail.example)",
    "Sent with Mimestream",
    "Sent from Fastmail",
    "Secured with Tuta Mail: https://tuta.example/free-email",
    "Sent from Boxer",
    "Sent from Nine",
    "Sent from my phone, please excuse typos",
    "Please excuse my brevity.",
    "Apologies for brevity and typos",
    "Von meinem iPhone gesendet",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Gesendet von Mail für Windows",
    "Envoyé de mon iPhone",
    "Envoyé depuis l'application Mail d'Orange",
    "Télécharger Outlook pour Android",
    "Enviado desde mi iPhone",
    "Enviado do meu telemóvel",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn Samsung-apparaat",
    "Verzonden met Spark",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Wysłano z programu Spark",
    "Odesláno z iPhonu",
    "Küldve az iPhone-omról",
    "Trimis de pe iPhone-ul meu",
    "Отправлено с iPhone",
    "Надіслано з iPhone",
    "Στάλθηκε από το iPhone μου",
    "iPhone'umdan gönderildi",
    "发自我的iPhone",
    "iPhoneから送信",
    "나의 iPhone에서 보냄",
    "Sent from Mailspring (https://getmailspring.example/), the best free email app for work",
    "📱 Sent from mobile",
    "Sent on the move",
    "Obtenga Outlook para iOS",
    "Outlook for iOS を入手",
    "Enviado a través de BlueMail",
    "Envoyé avec la messagerie sécurisée Proton Mail.",
    "This message was sent securely",
    "Dictated but not read",
    "Dictated with voice recognition; please excuse typos",
    "[image: Example Ltd]",
    "[cid:image001.png@01DB3B2A]",
)
FOOTERS = (
    "Please consider the environment before printing this email.",
    "🌳 Think before you print",
    "Bitte prüfen Sie der Umwelt zuliebe, ob der Ausdruck dieser Mail erforderlich ist.",
    "Pensez à l'environnement avant d'imprimer ce message.",
    "Antes de imprimir este correo, piense en el medio ambiente.",
    "Denk aan het milieu voordat u deze e-mail afdrukt.",
    "This email has been scanned for viruses and malware, and may have been archived by the gateway.",
    "Virus-free. www.avast.example",
    "Diese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.",
    "Cet e-mail a été vérifié, et il ne contient aucun virus.",
    "Scanned by MailGate",
    "Example GmbH, Sitz der Gesellschaft: Berlin, Amtsgericht Charlottenburg HRB 12345",
    "Example Ltd. Registered in England and Wales, company number 01234567.\nRegistered office: 1 High Street, York",
    "Example SAS au capital de 10 000 euros, siège social : 1 rue Haute, Lyon, RCS Lyon 123 456 789",
    "This email and any attachments are confidential and intended solely for the addressee. If you are not the\n"
    "intended recipient, please notify the sender and delete it.",
    "The content of this message is confidential. If it reached you in error, delete it and inform the sender.",
    "Diese Nachricht ist vertraulich. Sind Sie nicht der Empfänger, so löschen Sie sie und informieren Sie uns.",
    "Ce message est confidentiel ; si vous n'êtes pas le destinataire, merci de le détruire.",
    "NOTICE: This communication may contain privileged information intended only for the recipient named above.",
    '--\nYou received this message because you are subscribed to the group "Incidents".\n'
    "To unsubscribe from this group, send a mail to incidents+unsubscribe@example.com.",
    "_______________________________________________\nIncidents mailing list -- incidents@example.com\n"
    "To unsubscribe send an email to incidents-leave@example.com",
    "To unsubscribe: https://lists.example.com/leave",
    "Unsubscribe <https://lists.example.com/leave> | Manage your subscription",
    "Zum Abmelden: https://lists.example.com/leave",
    "Se désabonner : https://lists.example.com/leave",
)
LABELS = (
    "Internal",
    "Public",
    "Confidential",
    "INTERNAL USE ONLY",
    "C2 - Internal",
    "Classification: Internal",
    "Sensitivity: General",
    "[EXTERNAL]",
    "[Internal]",
    "TLP:AMBER",
    "TLP:AMBER+STRICT",
    "Company Confidential",
    "Classified as: Business - Confidential",
    "Example Ltd - Internal",
    "Intern",
    "Klassifizierung: Vertraulich",
    "Classification : Interne",
    "Uso interno",
    "Confidentiel",
    "Privileged & Confidential",
    "Business use only",
    "Extern",
)
BANNERS = (
    "CAUTION: This email originated from outside of the organization. Do not\n"
    "click links or open attachments unless you recognize the sender and know\nthe content is safe.",
    "⚠ WARNING: This email originated from outside your organization.",
    "This email was sent securely by the gateway of Example Ltd",
    "[This sender failed our fraud detection checks and may not be who they appear to be.]",
    "EXTERNAL EMAIL: Do not click any links or open any attachments unless you trust the sender.",
    "[EXTERNAL EMAIL]",
    "***EXTERNAL SENDER***",
    "You don't often get email from jayla@example.com. Learn why this is important<https://aka.example.com/why>",
    "You don't often get email from jayla@example.com.\nLearn why this is important",
    "You don't often get email from\njayla@example.com.\nLearn why this is important",
    "Some people who received this message don't often get email from jayla@example.com. Learn why this is important",
    "This message is from an external sender\nThis message came from outside your organization.",
    "Sie erhalten nicht häufig E-Mails von jayla@example.com. Erfahren Sie, warum dies wichtig ist",
    "ACHTUNG: Diese E-Mail stammt von einem externen Absender. Klicken Sie nicht auf Links.",
    "Vous ne recevez pas souvent de courriers de la part de jayla@example.com. Découvrez pourquoi cela est important",
    "ATTENTION : ce message provient de l'extérieur de l'entreprise. N'ouvrez pas les pièces jointes.",
    "AVISO DE CORREO EXTERNO: este mensaje viene de fuera.",
    "No suele recibir correo electrónico de jayla@example.com. Por qué es esto importante",
    "ATENÇÃO: este e-mail veio de fora da empresa. Não clique em links.",
    "ATTENZIONE: messaggio proveniente dall'esterno. Non aprire gli allegati.",
    "LET OP: Deze e-mail komt van buiten de organisatie. Klik niet op links.",
    "VARNING: Detta mejl kommer utanför organisationen. Klicka inte på länkar.",
    "UWAGA: Wiadomość spoza organizacji. Nie klikaj w linki.",
    "ВНИМАНИЕ: внешнее письмо. Не открывайте вложения.",
    "【注意】外部メール",
    "This message originated outside of Example Ltd. Use caution when opening attachments.",
    "** This is an external email. Be careful. **",
    "[You don't often get email from jayla@example.com. Learn why this is important at https://aka.example.com/why ]",
)
SIGNATURES = (
    "Jayla",
    "Jayla Martin",
    "J. Martin",
    "-- Jayla",
    "--Jayla",
    "- Jayla",
    "—Jayla",
    "Thx,\nJayla",
    "Kind regards,\nJayla Martin\nSite Reliability Engineer",
    "Jayla Martin\nSite Reliability Engineer\nExample Ltd, 1 High Street, York\n+44 20 7946 0000\nwww.example.com",
    "Jayla Martin | SRE | Example Ltd",
    "Jayla M.\nHead of Payments\n\nExample Ltd\nTel: +44 20 7946 0000",
    "Viele Grüße\nJayla",
    "Cordialement,\n\nJayla Martin\nResponsable paiements",
    "Saludos,\nJayla Martin\nMóvil: +34 600 000 000",
    "Danke,\nJayla",
    "*Jayla Martin*\n_Payments_",
    "-- \nJayla Martin\nPayments",
    "JM",
    "Cheers,\nJ.",
    "LG Jayla",
    "Jayla Martin (she/her)\nPayments",
    "Mit freundlichen Grüßen / Best regards\n\nJayla Martin",
    "Jayla Martin\n[image: Example Ltd]",
    "Mob: 07700 900000",
)
QUOTES = {
    "nothing": "",
    "marked": "\n\nOn Fri, 20 Nov 2026 at 14:20, Mara Lindqvist <mara@example.com> wrote:\n> Severity: 4\n> Phase: 3\n",
    "unmarked": "\n\nFrom: Mara <mara@example.com>\nSent: Friday, 20 November 2026 14:20\nTo: list\n\nSeverity: 4\n",
    "german": "\n\nAm Fr., 20. Nov. 2026 um 14:20 Uhr schrieb Mara <mara@example.com>:\n\nSeverity: 4\n",
}


@pytest.mark.parametrize("below", [*APP_LINES, *FOOTERS, *LABELS, *SIGNATURES])
def test_what_is_added_below_a_reply_is_dropped(below: str) -> None:
    for reply, quote in product(REPLIES, QUOTES.values()):
        assert cut(f"{reply}\n\n{below}{quote}", NAME).new_text == reply


@pytest.mark.parametrize("above", [*BANNERS, *LABELS])
def test_what_is_added_above_a_reply_is_dropped_and_hides_nothing(above: str) -> None:
    for reply, quote in product(REPLIES, QUOTES.values()):
        assert cut(f"{above}\n\n{reply}{quote}", NAME).new_text == reply


@pytest.mark.parametrize("above", BANNERS)
def test_a_banner_without_a_blank_line_below_it_hides_nothing(above: str) -> None:
    assert cut(f"{above}\nclose", NAME).new_text == "close"


def test_everything_at_once_is_dropped() -> None:
    for number, reply in enumerate(REPLIES * 20):
        banner, label = BANNERS[number % len(BANNERS)], LABELS[number % len(LABELS)]
        app, name = APP_LINES[number % len(APP_LINES)], SIGNATURES[number % len(SIGNATURES)]
        footer, quote = FOOTERS[number % len(FOOTERS)], list(QUOTES.values())[number % len(QUOTES)]
        body = f"{banner}\n\n{label}\n\n{reply}\n\n{name}\n\n{app}{quote}\n\n{footer}\n\n{label}\n"
        assert cut(body, NAME).new_text == reply, body


def test_what_is_written_above_an_app_line_and_below_a_quotation_is_both_kept() -> None:
    body = f"See below.\n\nSent from my iPhone{QUOTES['marked']}\nYes, all of it.\n"
    assert cut(body, NAME).new_text.split() == ["See", "below.", "Yes,", "all", "of", "it."]
    unmarked = "See below.\n\nSent from my iPhone\n\nSeverity: 4\n"
    assert cut(unmarked, NAME).new_text == "See below."


WRITTEN = (
    "Internal",
    "Public",
    "Jayla",
    "unsubscribe",
    "The internal gateway is down.\n\nExternal mail is slow, too.",
    "sev 1\n\nJayla is incident commander.",
    "sev 1\n\nJayla, please ask the bank.",
    "Who answers the bank?\n\nBo Karlsen",
    "This mail from the vendor had a virus attached.",
    "Print the environment of the test server before you restart it.",
    "Warning: the second gateway is slow.",
    "CAUTION: do not restart db1.\n\nThe disk is full.",
    "sev 1\n\nRestricted: yes",
    "Das Amtsgericht hat angerufen.\n\nEs geht um die Rechnung.",
    "The mails were sent from the old gateway, and none came back.",
    "All is sent with the second gateway.\n\nPhones work.",
    "Seen in the log:\n\nscanned 300 cards, 20 declined",
    "It is confidential, so I call you.",
    "I will be there at 14:00.\n\nPlease unsubscribe the bot from the channel.",
    "The external mail gateway is down.\n\nWe look into it.",
    "Attention: sev 1",
    "Important: external payments fail.\n\nInternal ones do not.",
)  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_what_only_resembles_an_added_line_is_kept(text: str) -> None:
    for quote in QUOTES.values():
        assert cut(f"{text}{quote}", NAME).new_text == text
