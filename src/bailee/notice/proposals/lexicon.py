"""What the words of notices mean: each concept, and the phrases that it is said by.

A word stands for all its forms, ``=word`` for itself alone, ``…`` for up to four words between.
"""

from __future__ import annotations

from collections.abc import Mapping

from bailee.notice.proposals.deeds import DEEDS

CONCEPTS: Mapping[str, str] = {
    **DEEDS,
    # --- who
    "you": "you, your, =yours, yourself, customer, client, people, person, individual, patient, member, subscriber",
    "customer": """
        customer, client, patient, subscriber, buyer, donor, supporter, guest, tenant, user, existing account,
        bought from us, buy from us, purchased from us, shopped with, do business with, trade with us, order from
        us, ordered from us, dealt with us, use our service, used our service, have an account, members
    """,
    "past": """
        supported us before, bought before, have supported, before, been a customer, was a customer, were a
        customer, used to, had dealings, did, have done, did business, past, former, previous, previously, =ex, used
        to be, have been, lapsed, =once, have bought, has bought, bought, =were, have ordered, have dealt, in the
        past, formerly, old customers, have used, have had, no longer
    """,
    "interest": """
        who asked, who have asked, who ask, has asked, enquirers, prospective, like to know more, want to know more,
        would like to know, curious, kept informed, keep them posted, want to be, said they would, told us, asked
        for news, asked to join, interest, interested, enquire, enquiry, inquire, inquiry, asked to hear, ask to
        hear, asked for it, asked to receive, asked us about, asked about, sign up, signed up, subscribe, asked to
        be, joined, expressed, asked us for, approached us, requested it, got in touch, opt in, want to hear, wanted
        to hear
    """,
    "third": """
        another, relative, employer, insurer, landlord, family, another person, outside world, other charity, other
        trader, other shop, other retailer, anywhere else, marketing company, other hands, people outside, person
        outside, marketing list, other user, world at large, third party, third parties, anyone else, anyone,
        nobody, outsider, =others, someone else, outside the firm, outside the company, outside the business,
        outside our company, outside our firm, outside our business, outside the organisation, outside our
        organisation, outside the practice, other company, other business, other organisation, other firm, other
        people, another company, another firm, another business, another organisation, outside party, outside
        parties, outside company, advertiser, marketer, external, outside firm, outside organisation, outside body,
        outside these walls, beyond our, data broker, broker, any company, any firm, any other, other parties,
        another party, other party, elsewhere, any organisation, whoever, stranger
    """,
    "staff": """
        employ, whoever we employ, clinician, receptionist, nurse, dentist, hygienist, assistant, doctor, therapist,
        practitioner, driver, adviser, advisor, everyone in the, anyone who works, director, manager, those we
        employ, apprentice, temp, people in the, person in the, fee earner, two people, handful of people, anyone
        start, people we take on, new people, new colleague, hire, people here, everyone on, somebody start, someone
        start, someone join, anyone join, staff, employee, team, colleague, personnel, engineer, technician, people
        who work, those who work, everyone who works, everybody who works, our people, worker, anyone we employ,
        everyone we employ, people we employ, volunteer, our own people, someone … employ, who work here, works
        here, member of staff, contractor, workforce, crew, recruit, new starter, whoever works, everyone here,
        everybody here, support desk, joins us, person we employ, person we hire, we hire, we take on, takes up a
        post, trustee, start work, starts work, anyone … works for us
    """,
    "controller": """
        person responsible for, responsible for data protection, in charge of data, person in charge, look after
        data protection, in charge of privacy, responsible for privacy, responsible for your data, data controller,
        =controller, data protection officer, =dpo, privacy officer, data protection lead, data protection manager,
        privacy lead, privacy manager, data protection contact, controller of data, data protection partner
    """,
    "regulator": """
        =ico, information commissioner, data protection commission, data protection commissioner, supervisory
        authority, regulator, =dpc, watchdog, data protection authority, information commission, commissioner,
        supervisory body, data protection supervisor
    """,
    "processor": """
        these companies, these firms, these businesses, these services, process … for us, process … on our, firms
        that, firms which, firms who, companies that, companies which, businesses that, processor, sub processor,
        subprocessor, supplier, subcontractor, sub contractor, service provider, =provider, =providers, work for us,
        works for us, on our behalf, acting for us, act for us, help us, helps us, firm we use, company we use,
        companies we use, outside help, companies that help, partner, third party, vendor, company behind
    """,
    # --- what is held
    "data": """
        =names, paper, data, information, detail, record, particulars, what we hold, what we know, what you tell,
        what you give, anything about you, file, everything, anything, email address, address, personal, about you,
        your name
    """,
    "it": "=it, =them, =these, =those, =this, nothing, =none, =any, =they, =such, =one, anything, =that",
    "basics": """
        =name … address, =name … email, email … phone, email … telephone, phone … email, telephone … email, =name …
        phone, =name … telephone, =name … number, contact detail, address … phone, address … telephone, =names …
        addresses
    """,
    "calls": """
        for each call, for every call, of each call, of every call, each call, audio, =tapes, sound file, voice
        file, call record, call data, call log, call detail, call history, =cdr, =cdrs, =recordings, =recording,
        phone record, traffic data, record of … call, who rang, who called, who you rang, who you called, who
        phoned, call information, telephone record, recorded … call, record … calls, =calls, itemised call, log of …
        call, call traffic, voicemail, call metadata, which number, number dialled, numbers dialled, calling record,
        logs of … call, call list, conversation
    """,
    "recording": """
        record nothing, nothing … recorded, record anything, not record, =recording, =recordings, recorded … call,
        record … call, call … record, record … conversation, conversation … record, recorded … conversation, calls …
        taped, conversation … taped, =recorded, =taped, recording call, =tape
    """,
    "call": "audio, call, conversation, telephone, phone, line, speak, =recording, =recordings",
    "credentials": """
        password, credential, =login, =logins, username, connection detail, access detail, passcode, =pin, =pins,
        access code, admin account, administrator account, login detail, access credential, secret, sign in detail,
        remote access detail, passphrase, log in, access key, security code
    """,
    "content": """
        what you, what customer, what our customer, what client, what our client, whatever you, whatever a customer,
        whatever our customer, whatever customer, whatever client, anything you, anything customer, anything client,
        anything our customer, file you, data you, information you, content, document you, customer … own data, data
        … customer, files … customer, address book, phonebook, phone book, material, data … client, your files, your
        documents, the data in, the data on, data held in, everything you, things you, information … clients, data
        belonging to, contact list, anything … customer, information … customers, the contents, your contacts
    """,
    "upload": """
        store, =put, =puts, upload, save on, save in, save to, =saves, =saved, enter, load, place on, place in, type
        into, hold, keep, leave on, add to, write in, sits on, live
    """,
    "system": """
        system, server, platform, cloud, machine, mailbox, address book, phonebook, phone book, application,
        software, hosting, =hosted, host, service we provide, services we provide, equipment, webspace, website we,
        storage, drive, disk, account, services we run, service we run, database we, exchange, computer, network,
        phone system, infrastructure
    """,
    "theirs": """
        private property, your private, your own property, your affair, their affair, remain their own, is their
        own, their own property, yours and not ours, yours not ours, not ours, =yours, =theirs, belong, property of
        you, property of the customer, property of our, your property, their property, own it, owned by you, you
        own, customer own, they own, ownership, your own business, their own business, yours alone, remain your,
        remains your, stay your, stays your, customer property, client property, not our property, not our business,
        none of our business, none of ours, customer alone, client alone, claim to, no right to, no claim, remain …
        their
    """,
    "mailing": """
        keep in touch, stay in touch, staying in touch, emails we send, keeping in touch, hearing from us, =inboxes,
        email the list, mail the list, =the =list, mailing, newsletter, mailshot, mail shot, marketing, mailing
        list, bulletin, promotional, promotion, special offer, news by email, circular, campaign, email news, email
        update, on the list, on our list, the list is, join the list, off the list, off our list, leave the list,
        leave our list, hear from us, news and offers, offers by email, =offers, email we send out, round robin,
        direct mail, news, our list, email list, subscription, mailout, mail out, =mailings, distribution list
    """,
    "message": """
        email, message, letter, mail, mailing, newsletter, bulletin, issue, mailshot, circular, campaign, note,
        inbox, send, write
    """,
    "backup": """
        encrypted copy, encrypted copies, copies are held, copies held, copies kept, copies … in case, copies …
        emergency, copies … emergencies, copies … against loss, safeguard copy, safeguard copies, spare set, second
        set, insurance copy, nightly, duplicate, copies we keep, copies we make, copies we take, copies are kept,
        copies are made, copies … overnight, copies … daily, copy … overnight, spare, copied overnight, copied
        nightly, copied each night, copied daily, the copies, these copies, those copies, such copies, reserve,
        restore, nightly copy, copy … each night, copy … every night, copies … each night, copies … every night,
        copied every night, backup, safety copy, safety copies, spare copy, spare copies, second copy, second
        copies, disaster recovery, nightly copies, reserve copy, reserve copies, back … up, backing up, snapshot,
        copies … case of, archive copies, security copies, security copy
    """,
    "keys": """
        =keys, encryption key, decryption key, =key to, the =key, private key, secret key, key management,
        cryptographic key
    """,
    "cookie": """
        cookie, analytics, tracker, tracking, track, pixel, beacon, fingerprint, follow you around, follow you
        about, web bug, browsing habits, follow … around, follow you, watch what you do, profile of your browsing,
        monitor … browse
    """,
    "automated": """
        automated decision, automated processing, automate, automated, profile, =profiling, algorithm, by machine,
        by a machine, =computer … decide, =computer … decision, artificial intelligence, =ai, without human, without
        a human, by computer, by a computer, decided by software, machine … decide, machine … decision, decisions …
        automatically, decide … automatically, software … decide, by robots, computer say, made by software,
        automatic decision, decision … machine, purely automatic, solely automated, computer … judge, score you
    """,
    "human": "human, person, member of staff, someone here, people, human being",
    "decide": "decide, decision",
    "breach": """
        go astray, go missing, mislaid, fall into, get into, exposed, breach, lose, steal, hack, leak, compromise,
        go wrong, security incident, wrong hands, unauthorised access, break in, broken into, data loss, intruder,
        data incident, get out
    """,
    "notice": "notice, policy, statement, this page, this document, these terms",
    "other_data": """
        =cv, =cvs, applicant, candidate, job, cctv, footage, website log, server log, web log, visitor, vacancy,
        unsuccessful, web server, enquiries that, quote, quotation, contact form, enquirer
    """,
    "identity": "passport, photo id, driving licence, utility bill, proof of, identification",
    "basis": "legal basis, lawful basis, legal ground, legitimate interest, legal bases, lawful ground",
}
"""What a sentence may speak of: who, what is held, and the deeds."""
