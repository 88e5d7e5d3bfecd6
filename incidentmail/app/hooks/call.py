"""Call a hook once: build the body, sign it, deliver it, and report the result."""

from __future__ import annotations

import shlex

from incidentmail.app.context import AppContext
from incidentmail.config.hook_section import SECRET, HookSection
from incidentmail.config.hooks import secret_of, url_of
from incidentmail.core.text import clip, one_line
from incidentmail.errors import ConfigError, HookUnreachableError, RenderError
from incidentmail.report.hooks.body import body_of
from incidentmail.report.hooks.signature import signed_headers

from .verdict import TAKEN, Verdict, verdict_on_exit, verdict_on_status

HIDDEN = "***"
ERROR_CHARS_MAX = 300
PATH_CHARS_MIN = 8
"""URL paths shorter than this are not hidden in answers, because they are probably common words and not secrets."""


class Caller:
    """A caller of one hook. It looks up the hook's secret and URL only once, on first use."""

    def __init__(self, context: AppContext, hook: HookSection) -> None:
        self.context, self.hook = context, hook
        self._secret: str | None = None
        self._url = ""
        self._is_ready = False

    def call(self, payload: str, *, name: str, event: str, incident: str) -> Verdict:
        """Deliver `payload`, and return the verdict with secrets hidden. This function never raises an exception."""
        try:
            self._get_ready()
            text = body_of(payload, self.hook.template, self.context.templates, secret=self._secret)
            if not text:
                return TAKEN  # the template gives no text for this event, so there is nothing to deliver
            if self.hook.command is not None:
                return self._clean(self._run(text, event, incident))
            return self._clean(self._post(text.encode(), name))
        except (HookUnreachableError, ConfigError, RenderError, ValueError) as error:
            hint = getattr(error, "hint", None)
            said = f"{error} ({hint})" if hint else str(error)
            stops = isinstance(error, HookUnreachableError | ConfigError)
            return self._clean(Verdict(outcome="again", said=one_line(said), stops=stops))
        except Exception as error:  # an unexpected error of a library must not keep other hooks from being called
            said = f"an error of the program, {type(error).__name__}: {error}"
            return self._clean(Verdict(outcome="again", said=clip(one_line(said), ERROR_CHARS_MAX), stops=True))

    def body(self, payload: str) -> str:
        """Return the body that would be sent, without the secret. Raise RenderError if the template fails."""
        return body_of(payload, self.hook.template, self.context.templates, secret=HIDDEN)

    def _get_ready(self) -> None:
        if self._is_ready:
            return
        self._secret = secret_of(self.hook)
        self._url = "" if self.hook.command is not None else url_of(self.hook)
        self._is_ready = True

    def _post(self, body: bytes, name: str) -> Verdict:
        from incidentmail.transport.webhook.post import Limits, post  # imported here because it loads slowly

        headers = {"content-type": "application/json"}
        for line in self.hook.headers:
            field, _, value = line.partition(": ")
            if SECRET in value and self._secret is None:
                raise ConfigError(
                    f"[[hook]] {self.hook.name}: the header field {field} needs a secret",
                    hint=f"set secret_command or ${self.hook.variable}",
                )
            headers[field.lower()] = value.replace(SECRET, self._secret or "")
        headers |= signed_headers(self._secret, id=name, timestamp=int(self.context.now().timestamp()), body=body)
        limits = Limits(
            timeout_s=self.hook.timeout.total_seconds(), allow_private=self.hook.allow_private,
            ca_file=self.hook.ca_file,
        )  # fmt: skip
        reply = post(self._url, body, headers, limits)
        return verdict_on_status(reply.status, reply.text, reply.wait_s)

    def _run(self, text: str, event: str, incident: str) -> Verdict:
        from .run_program import run_program

        variables = {"INCIDENTMAIL_EVENT": event, "INCIDENTMAIL_INCIDENT": incident}
        timeout_s = self.hook.timeout.total_seconds()
        try:
            ended = run_program(
                shlex.split(self.hook.command or ""), text.encode(), timeout_s=timeout_s, variables=variables
            )
        except OSError as error:
            return Verdict(outcome="again", said=f"it cannot be started: {error.strerror or error}", stops=True)
        if ended is None:
            return Verdict(outcome="again", said=f"it did not end within {timeout_s:.0f} s", stops=True)
        return verdict_on_exit(ended.code, ended.errors)

    def _clean(self, verdict: Verdict) -> Verdict:
        """Return the verdict with secrets removed, because a receiver may echo the request in its answer."""
        said = verdict.said
        for secret in self._secrets():
            said = said.replace(secret, HIDDEN) if said else said
        return Verdict(outcome=verdict.outcome, said=said, wait=verdict.wait, stops=verdict.stops)

    def _secrets(self) -> list[str]:
        """Return the texts that must be hidden: the secret, the URL, and the URL's path and query."""
        rest = self._url.partition("://")[2].partition("/")[2]
        hidden = [self._url, *([rest] if len(rest) >= PATH_CHARS_MIN else []), self._secret or ""]
        return [text for text in hidden if text]
