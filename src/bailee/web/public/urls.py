"""The screens of the public. The paths of a request stand in letters: they stay as they are."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.public import asking, door, mine, notice, unsubscribing, verifying

urlpatterns: list[URLPattern | URLResolver] = [
    path("", notice.notice, name="notice"),
    path("notice/versions", notice.versions, name="versions"),
    path(".well-known/security.txt", notice.security_txt, name="security"),
    path("ask", asking.ask, name="ask"),
    path("ask/check", asking.check, name="ask-check"),
    path("ask/send", asking.send, name="ask-send"),
    path("ask/sent", asking.sent, name="ask-sent"),
    path("ask/<slug:step>", asking.ask, name="ask-step"),
    path("request", door.find, name="my-request"),
    path("request/<str:reference>", mine.one, name="my-request-one"),
    path("request/<str:reference>/code", door.send_code, name="my-request-code"),
    path("request/<str:reference>/leave", door.leave, name="my-request-leave"),
    path("request/<str:reference>/reply", mine.reply, name="my-request-reply"),
    path("request/<str:reference>/withdraw", mine.withdraw, name="my-request-withdraw"),
    path("request/<str:reference>/complain", mine.complain, name="my-request-complain"),
    path("request/<str:reference>/complained", mine.complained, name="my-request-complained"),
    path("request/<str:reference>/parcels/<slug:parcel_id>", mine.fetch, name="my-request-fetch"),
    path("request/<str:reference>/receipts/<int:receipt_id>", mine.receipt, name="my-request-receipt"),
    path("prove/<str:reference>/<str:token>", door.prove, name="prove"),
    path("copy/<str:reference>/<str:token>", door.copy, name="my-copy"),
    path("unsubscribe/<str:token>", unsubscribing.unsubscribe, name="unsubscribe"),
    path("verify", verifying.verify, name="verify"),
    path("verify.html", verifying.saved, name="verify-saved"),
]
