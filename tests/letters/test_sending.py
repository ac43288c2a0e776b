"""Mail handed to real servers: ones that take it, refuse it, want a password, hang, or are not there."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest

from bailee.policy import Mail
from bailee.requests.letters import LetterError, LetterWay, Template, write_letter
from bailee.requests.letters.mail import DeliveryOutcome, DeliveryTry, build_mail, check_email_address, send_mail
from tests.letters.example import EXAMPLES, FIRM, NOW
from tests.letters.servers import Certificate, Mailbox, mail_server, only, rude_server
from tests.ports import free_port

ALICE = "alice.okonkwo@post.example"


def mail(template: Template = Template.IDENTITY, to: str = ALICE) -> EmailMessage:
    return build_mail(
        write_letter(template, EXAMPLES[template], LetterWay.MAIL), template, FIRM, to, "<a1@harbourlane.example>", NOW
    )


def plain(port: int) -> Mail:
    return Mail("127.0.0.1", port, "none")


def test_a_server_takes_a_letter_as_text_and_as_html() -> None:
    with mail_server(Mailbox()) as mailbox:
        assert send_mail(mail(), plain(mailbox.port), "") == DeliveryTry(DeliveryOutcome.SENT)
    assert mailbox.envelopes == [("privacy@harbourlane.example", [ALICE])]
    taken = mailbox.mails[0]
    assert taken["From"] == "Harbour Lane Communications Ltd <privacy@harbourlane.example>"
    assert taken["Message-ID"] == "<a1@harbourlane.example>"
    assert taken["Auto-Submitted"] == "auto-replied"
    assert taken["Date"] == "Wed, 25 Nov 2026 09:30:00 +0000"
    text, html = taken.get_body(("plain",)), taken.get_body(("html",))
    assert text is not None
    assert html is not None
    letter = write_letter(Template.IDENTITY, EXAMPLES[Template.IDENTITY], LetterWay.MAIL)
    assert text.get_content().splitlines() == letter.text.splitlines()
    assert html.get_content().splitlines() == letter.html.splitlines()
    assert "K7QM" not in taken["Subject"]


def test_a_letter_that_somebody_decided_on_carries_no_mark_of_a_machine() -> None:
    assert mail(Template.REFUSE)["Auto-Submitted"] is None
    assert mail(Template.COMPLETE)["Auto-Submitted"] == "auto-generated"


def test_a_mail_built_twice_is_the_same_to_the_byte() -> None:
    assert mail(Template.HELD).as_bytes() == mail(Template.HELD).as_bytes()


def test_answers_go_to_the_controller_where_another_address_sends() -> None:
    letter = write_letter(Template.ANSWER, EXAMPLES[Template.ANSWER], LetterWay.MAIL)
    firm = replace(FIRM, mail=Mail("mail.example", sender="no-reply@harbourlane.example"))
    built = build_mail(letter, Template.ANSWER, firm, ALICE, "<a1@harbourlane.example>", NOW)
    assert built["From"].addresses[0].addr_spec == "no-reply@harbourlane.example"
    assert built["Reply-To"] == "privacy@harbourlane.example"


# --- servers that refuse ----------------------------------------------------------------------------------------


def test_a_recipient_that_is_refused_for_now_waits_and_is_then_taken() -> None:
    with mail_server(Mailbox(recipient_answers=[f"450 4.2.0 <{ALICE}> greylisted"])) as mailbox:
        assert send_mail(mail(), plain(mailbox.port), "") == DeliveryTry(DeliveryOutcome.LATER, "recipient-450")
        assert send_mail(mail(), plain(mailbox.port), "") == DeliveryTry(DeliveryOutcome.SENT)


def test_a_recipient_that_is_refused_for_good_is_not_tried_again() -> None:
    with mail_server(Mailbox(recipient_answers=[f"550 5.1.1 no {ALICE} here"])) as mailbox:
        assert send_mail(mail(), plain(mailbox.port), "") == DeliveryTry(DeliveryOutcome.NEVER, "recipient-550")


@pytest.mark.parametrize(("answer", "tried"), [("452 full", "content-452"), ("554 no", "content-554")])
def test_a_mail_that_is_refused_waits_or_not_by_its_code(answer: str, tried: str) -> None:
    with mail_server(Mailbox(content_answers=[answer])) as mailbox:
        fate = DeliveryOutcome.NEVER if answer.startswith("5") else DeliveryOutcome.LATER
        assert send_mail(mail(), plain(mailbox.port), "") == DeliveryTry(fate, tried)


def test_a_server_that_is_down_waits() -> None:
    assert send_mail(mail(), plain(free_port()), "") == DeliveryTry(DeliveryOutcome.LATER, "unreachable")


def test_a_server_that_hangs_is_not_waited_for() -> None:
    with rude_server(b"220 hello\r\n") as port:
        assert send_mail(mail(), plain(port), "", seconds=0.2) == DeliveryTry(DeliveryOutcome.LATER, "no-answer")


@pytest.mark.parametrize(
    ("greeting", "problem"), [(b"", "no-answer"), (b"554 go away\r\n", "server-554"), (b"421 busy\r\n", "server-421")]
)
def test_a_server_that_will_not_talk_waits(greeting: bytes, problem: str) -> None:
    with rude_server(greeting, "hang up") as port:
        assert send_mail(mail(), plain(port), "", seconds=2) == DeliveryTry(DeliveryOutcome.LATER, problem)


# --- encryption and accounts ------------------------------------------------------------------------------------


def test_mail_is_encrypted_and_signed_in(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    account = only("bailee", "correct horse")
    with mail_server(
        Mailbox(), tls_context=certificate.context, require_starttls=True, authenticator=account, auth_required=True
    ) as mailbox:
        server = Mail("127.0.0.1", mailbox.port, "starttls", "bailee")
        assert send_mail(mail(), server, "wrong") == DeliveryTry(DeliveryOutcome.LATER, "account-535")
        assert send_mail(mail(), server, "gr\xfc\xdfe") == DeliveryTry(DeliveryOutcome.LATER, "account")
        assert send_mail(mail(), replace(server, name=""), "") == DeliveryTry(DeliveryOutcome.LATER, "sender-530")
        assert send_mail(mail(), server, "correct horse") == DeliveryTry(DeliveryOutcome.SENT)
    assert mailbox.encrypted == [True]


def test_mail_is_encrypted_from_the_first_byte(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with mail_server(Mailbox(), ssl_context=certificate.context) as mailbox:
        assert send_mail(mail(), Mail("127.0.0.1", mailbox.port, "tls"), "") == DeliveryTry(DeliveryOutcome.SENT)


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Certificate) -> None:
    with mail_server(Mailbox(), tls_context=certificate.context) as mailbox:
        assert send_mail(mail(), Mail("127.0.0.1", mailbox.port), "") == DeliveryTry(
            DeliveryOutcome.LATER, "certificate"
        )
    assert mailbox.mails == []


def test_a_certificate_of_another_name_is_refused(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with mail_server(Mailbox(), tls_context=certificate.context) as mailbox:
        assert send_mail(mail(), Mail("localhost", mailbox.port), "") == DeliveryTry(
            DeliveryOutcome.LATER, "certificate"
        )


def test_a_server_that_offers_no_encryption_gets_nothing() -> None:
    with mail_server(Mailbox()) as mailbox:
        assert send_mail(mail(), Mail("127.0.0.1", mailbox.port), "") == DeliveryTry(
            DeliveryOutcome.LATER, "not-offered"
        )
    assert mailbox.mails == []


@pytest.mark.parametrize("host", ["mail.example", "192.0.2.1", "localhost.example"])
def test_unencrypted_mail_stays_on_this_machine(host: str) -> None:
    with pytest.raises(LetterError, match="would leave this machine unencrypted") as raised:
        send_mail(mail(), Mail(host, 25, "none"), "")
    assert raised.value.code == "W904"


# --- addresses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["alice", "a@b@c", "a@x.example, b@x.example", "a@x.example\nBcc: b@x.example", "", "@x", "a b@x"]
)
def test_what_is_no_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(LetterError) as raised:
        check_email_address(text)
    assert raised.value.code == "W902"
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert not text or text not in str(raised.value) + raised.value.hint


def test_addresses_beyond_ascii_go_where_servers_take_them() -> None:
    with mail_server(Mailbox(), enable_SMTPUTF8=True) as mailbox:
        assert send_mail(mail(to="zoë@post.example"), plain(mailbox.port), "") == DeliveryTry(DeliveryOutcome.SENT)
    with mail_server(Mailbox(), enable_SMTPUTF8=False) as mailbox:
        assert send_mail(mail(to="zoë@post.example"), plain(mailbox.port), "") == DeliveryTry(
            DeliveryOutcome.LATER, "not-offered"
        )
