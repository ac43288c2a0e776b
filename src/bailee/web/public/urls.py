"""The screens of the public. The paths of a request stand in letters: they stay as they are."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.public import mine, notice, request_form, request_login, unsubscription, verification

urlpatterns: list[URLPattern | URLResolver] = [
    path("", notice.notice, name="notice"),
    path("notice/versions", notice.versions, name="versions"),
    path(".well-known/security.txt", notice.security_txt, name="security"),
    path("ask", request_form.ask, name="ask"),
    path("ask/check", request_form.check, name="ask-check"),
    path("ask/send", request_form.send, name="ask-send"),
    path("ask/sent", request_form.sent, name="ask-sent"),
    path("ask/<slug:step>", request_form.ask, name="ask-step"),
    path("request", request_login.find, name="my-request"),
    path("request/<str:reference>", mine.one, name="my-request-one"),
    path("request/<str:reference>/code", request_login.send_code, name="my-request-code"),
    path("request/<str:reference>/leave", request_login.leave, name="my-request-leave"),
    path("request/<str:reference>/reply", mine.reply, name="my-request-reply"),
    path("request/<str:reference>/withdraw", mine.withdraw, name="my-request-withdraw"),
    path("request/<str:reference>/complain", mine.complain, name="my-request-complain"),
    path("request/<str:reference>/complained", mine.complained, name="my-request-complained"),
    path("request/<str:reference>/parcels/<slug:parcel_id>", mine.fetch, name="my-request-fetch"),
    path("request/<str:reference>/receipts/<int:receipt_id>", mine.receipt, name="my-request-receipt"),
    path("prove/<str:reference>/<str:token>", request_login.prove, name="prove"),
    path("copy/<str:reference>/<str:token>", request_login.copy, name="my-copy"),
    path("unsubscribe/<str:token>", unsubscription.unsubscribe, name="unsubscribe"),
    path("verify", verification.verify, name="verify"),
    path("verify.html", verification.saved, name="verify-saved"),
]
