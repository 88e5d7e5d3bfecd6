"""Find secrets in a distinctive format. Most begin with letters that their issuer chose so that scanners can find them.

Each pattern matches only at the start of a word, and nothing after its unbounded part can fail to match. So a single
pass over the text is enough for each pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from incidentmail.core.frozen import Frozen

from .spans import Span


class Form(Frozen):
    """A kind of secret. Every such secret contains one of `hints` (in lower case), which are searched for first.

    The secret is the group `secret` of the pattern, or the whole match if there is no such group.
    """

    kind: str
    hints: tuple[str, ...]
    pattern: str


def _form(kind: str, hints: str, pattern: str) -> Form:
    return Form(kind, tuple(hints.split()), rf"(?<![A-Za-z0-9]){pattern}")


FORMS = (
    _form("AWS access key", "akia asia abia acca", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _form("AWS signature", "x-amz-", r"X-Amz-(?:Signature|Security-Token)=(?P<secret>[\w%+/=-]{16,2000})"),
    _form("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"(?:gh[pousr]_|github_pat_)\w{22,255}"),
    _form(
        "GitLab token",
        "gl gr1348941",
        r"(?:gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[\w.-]{20,1024}|GR1348941[\w-]{20,60})",
    ),
    _form("Slack token", "xox xapp- xwfp-", r"(?:xox[abcdeoprs][-.]|xapp-|xwfp-)[\w.-]{10,400}"),
    _form(
        "Slack webhook",
        "hooks.slack",
        r"https://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<secret>[\w/]{20,255})",
    ),
    _form(
        "webhook",
        "/api/webhooks/ webhook.office /v1/spaces/",
        r"(?:discord(?:app)?\.com/api/webhooks/\d{5,25}/|webhook\.office\.com/webhookb2/)(?P<secret>[\w@/-]{30,300})",
    ),
    _form("Google key", "aiza gocspx- ya29. 1//0", r"(?:AIza[\w-]{35}|GOCSPX-[\w-]{20,60}|ya29\.[\w-]{30,1000}"
          r"|1//0[\w-]{40,300})"),
    _form("Stripe key", "k_live_ k_test_ whsec_", r"(?:[rs]k_(?:live|test)_\w{16,255}|whsec_[\w+/=]{24,100})"),
    _form("shop token", "shpat_ shpss_ shpca_ shppa_ sq0",
          r"(?:shp(?:at|ss|ca|pa)_[0-9a-f]{32}|sq0[a-z]{3}-[\w-]{22,43})"),
    _form(
        "API key",
        "sk- hf_ r8_ gsk_ xai- pplx-",
        r"(?:(?<!-)sk-(?:[A-Za-z0-9]{20,255}|(?:proj|svcacct|admin|ant-[a-z0-9]{2,10}|or-v1|lf)-[\w-]{20,300})"
        r"|hf_[A-Za-z0-9]{30,60}|r8_\w{30,60}|gsk_\w{40,80}|xai-\w{60,100}|pplx-\w{40,60})",
    ),
    _form(
        "mail service key",
        "sg. xkeysib- key- -us",
        r"(?:SG\.[\w-]{16,32}\.[\w-]{30,64}|xkeysib-[0-9a-f]{64}-\w{16}|(?<![-_])key-[0-9a-f]{32}(?![\w-])"
        r"|[0-9a-f]{32}-us\d{1,2}(?![\w-]))",
    ),
    _form("Twilio key", "sk", r"SK[0-9a-f]{32}(?!\w)"),
    _form("Telegram token", ":aa", r"\d{8,10}:AA[\w-]{33}(?![\w-])"),
    _form(
        "registry token",
        "npm_ pypi- rubygems_ dckr_ oy2 akc",
        r"(?:npm_\w{36}|pypi-[\w-]{50,255}|rubygems_[0-9a-f]{48}|dckr_[po]at_[\w-]{20,60}|oy2[a-z0-9]{43}(?!\w)"
        r"|AKC[A-Za-z0-9]{64,80})",
    ),
    _form("cloud token", "o_v1_ _v1_ hrku- fm2_ sbp_ sb_secret_ pscale_ npg_ nfp_ vcp_",
          r"(?:do[opr]_v1_[0-9a-f]{64}|HRKU-[\w-]{30,80}|fm2_[\w+/=,]{40,2000}|sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,80}"
          r"|pscale_(?:tkn|pw|oauth)_[\w.-]{30,80}|npg_\w{12,40}|nfp_\w{36,60}|vcp_\w{24,80})"),
    _form("vault token", "hvs. hvb. hvr. .atlasv1. pul- dp. ops_eyj",
          r"(?:hv[sbr]\.[\w-]{20,300}|\w{14}\.atlasv1\.[\w-]{60,80}|pul-[0-9a-f]{40}"
          r"|dp\.(?:pt|st|ct|scim|audit)\.[\w.]{40,60}|ops_eyJ[\w+/=-]{100,2000})"),
    _form("service token",
          "dapi glsa_ glc_ tskey- atatt3 atctt3 atbb sntry nrak- pmak- lin_api_ ntn_ figd_ squ_ sqp_ pat",
          r"(?:dapi[0-9a-f]{32}|glsa_\w{32}_[0-9a-f]{8}|glc_[\w+/=]{32,400}|tskey-[a-z]{2,10}-[\w-]{16,100}"
          r"|AT(?:A|C)TT3[\w=-]{100,400}|ATBB\w{24,60}|sntry[su]_[\w+/=]{40,400}|NRAK-[A-Z0-9]{27}"
          r"|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|lin_api_\w{40}|ntn_\w{40,60}|figd_[\w-]{40,60}|sq[up]_[0-9a-f]{40}"
          r"|pat[A-Za-z0-9]{14}\.[0-9a-f]{64})"),
    _form("Facebook token", "eaa", r"EAA[A-Za-z0-9]{80,400}"),
    _form("Dropbox token", "sl.", r"sl\.(?:u\.)?[\w-]{100,2000}"),
    _form("private key", "age-secret-key-", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    _form("private key", "ls0tls1crudjti", r"LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM|BURV)[A-Za-z0-9+/=]{30,20000}"),
    _form("Azure key", "8q~ 7q~", r"[\w.~-]{3}[78]Q~[\w.~-]{31,34}"),
    _form(
        "Azure key", "accountkey sharedaccesskey", r"(?i:(?:Account|SharedAccess)Key)=(?P<secret>[\w+/=%-]{20,200})"
    ),
    _form("Azure signature", "sig=", r"sig=(?P<secret>[\w%+/-]{30,200}=?)"),
    # Not after "-" or "_", because a match could then begin at each part of a long word.
    _form(
        "signed token",
        "eyj",
        r"(?<![_-])eyJ[\w-]{8,8000}+\.(?:eyJ[\w-]{8,8000}+|[\w-]{0,2000}+\.[\w-]{8,200}+\.[\w-]{8,8000}+)(?:\.[\w-]{4,8000}+)?",
    ),
    _form(
        "password hash",
        "$2a$ $2b$ $2y$ $1$ $5$ $6$ $y$ $argon2",
        r"\$(?:2[aby]\$\d\d\$[./A-Za-z0-9]{53}|[156y]\$[^\s$]{1,40}\$(?:[^\s$]{1,40}\$)?[./\w]{22,100}"
        r"|argon2i?d?\$\S{20,300})",
    ),
    _form("Slack session", "d=xox", r"d=(?P<secret>xoxd-[\w%+/=-]{20,400})"),
)  # fmt: skip


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern on first use. Most texts contain no hint, and compiling all patterns would take a long time."""
    return re.compile(pattern, re.ASCII)


def find_tokens(text: str, lowered: str) -> Iterator[Span]:
    """Yield the secrets in a distinctive format. `lowered` is `text` in lower case."""
    for form in FORMS:
        if any(hint in lowered for hint in form.hints):
            for match in _compiled(form.pattern).finditer(text):
                start, end = match.span("secret") if "secret" in match.re.groupindex else match.span()
                yield Span(form.kind, start, end)
