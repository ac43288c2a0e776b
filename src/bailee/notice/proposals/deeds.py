"""What is done with data, and how firms speak of it: concepts, and the phrases that each is said by.

A word stands for all its forms, ``=word`` for itself alone, ``…`` for up to four words between.
"""

from __future__ import annotations

from collections.abc import Mapping

DEEDS: Mapping[str, str] = {
    # --- what is done
    "sell": """
        deal in, make … business of, business of, sell on, commercialise, hawk, make … penny, make … cent, earn,
        sold on, remuneration, revenue from, trade away, sell, =rent, =rented, =renting, rent out, =trade, =traded,
        =trading, barter, lease, hire out, monetise, make money, for money, for profit, profit from, commercial
        gain, flog, auction, for payment, for cash, in return for payment, peddle, buy … from us, bought from us,
        purchase … from us, for a fee, commodity, earn money, put a price, price tag, money … from your, cash in,
        merchandise, financial gain, turn … into money, for gain, money for
    """,
    "give": """
        discuss, speak, hear, tell, make known, circulate, hand on, turn over, end up, find its way, offer, publish,
        sent on, expose, give, pass, pass on, share, disclose, disclosure, hand, hand over, release, transfer,
        provide, supply, reveal, available, lend, swap, exchange, divulge, forward, go to, reach, communicate, let,
        show, surrender, see, leave, give out, send, get, shown, receive, obtain, access, furnish, impart, end up
        with, in the hands, sharing
    """,
    "share": """
        pass along, make known, circulate, hand on, swap, share, disclose, divulge, hand over, pass on, pass … on,
        disclose … to, reveal … to, give out, give … away, give away, hand … over, give … to, hand … to, pass … to,
        disclosure, release, reveal,
        exchange
    """,
    "look": """
        look, read, open, use, inspect, touch, examine, pry, copy, mine, access, see, analyse, view, dip into,
        snoop, browse
    """,
    "consent": """
        want them to, asking you, ask you, a yes, ask you first, we ask you, asked first, you have named, you name,
        you nominate, of your choosing, your wish, you have chosen, you give the word, you have asked, go further,
        said we can, said we may, said so, you have said, so instruct, instruct, okayed, told us we, explicit, we
        have your, your agreement, happy for us, you are happy, prior, invite us, say we may, say we can, mandate,
        tell us we, your ok, gave us leave, given us leave, nod, green light, sanction, want us to, you choose,
        consent, permission, authorise, approve, approval, say so, ask us to, tell us to, instruction, agree,
        agreement, go ahead, the nod, sign off, your word, at your request, requested it, blessing, with your leave,
        given leave, opted in, expressly, ask for it, asked for that, specifically, your say so, say yes, said yes,
        told us, asked us, you wish, direct us, have … asked, =ok, okay, let us, you allow, allowed us, want it,
        tell us otherwise, allow us, at … request, you request, on … instruction, by instruction, =wish, at your
        direction, in writing, knowledge, you ask, person ask, person tell
    """,
    "only_if": """
        only if, only when, only where, only with, only on, only after, only once, solely where, solely with, solely
        on, solely when, solely if, if and only if, only ever with, only at, only by, exclusively with, exclusively
        on, only upon
    """,
    "exception": """
        unless, except, =save, until, without, only, other than, apart from, if and only, when, if, =but, where,
        exception
    """,
    "keep": """
        keep, hold, retain, store, hang on to, maintain, preserve, remain, stay, last, archive, file away, =saved,
        on file, storage, keeping, leave … in place
    """,
    "delete": """
        take … off our, off our systems, off our books, off our files, off the system, drop … from our, be erased,
        delete, erase, remove, wipe, forget, destroy, rid, shred, scrub, purge, take … out, dispose, expunge, =gone,
        =cleared, disappear, strike out, throw away, vanish, bin, no longer hold
    """,
    "after": "after, older, expire, =old, beyond, once, following, =gone",
    "ends": "plus, on top of, further, thereafter, afterwards, since, after, following, once, =from",
    "copy": """send you all, send you everything, send you what, send you the, show you all, show you what, show
        you everything,
        download, tell you what, details of what, what is stored, what we have stored, request your data, sight of,
        complete set, set of the data, all that … about you, be sent all, everything … about you, all … about you,
        everything stored, everything you have told, in full, all of it, every record, entirety, print … off, post
        it to, what we have got, whole lot, know what we, what has been, sent to them, have it all, have it sent,
        the lot, copy, copies, access, see what, see everything, see the, see all, see your, find out, know what,
        printout, print out, export, full set, everything we hold, everything we have, all … hold about, subject
        access, supply, inspect, what we hold, what information we, what data we, all the information, all the data,
        whole file, view, see it, see them, hand over everything,  send you
    """,
    "correct": """
        spell … wrong, typo, slip, amiss, put right, inexact, correct, rectify, amend, fix, put … right, set …
        right, put … straight, set … straight, mistake, error, inaccurate, inaccuracy, wrong, incorrect, out of
        date, incomplete, mend, alter, misspell, update, changed, put … in order, sort … out, outdated, not right,
        up to date
    """,
    "right": """
        welcome to, if you ask, if you want, you will be sent, who ask, when asked, for the asking, want to know,
        you had rather, you would rather, rather we, rather you, can have,  can get, may see, point … out,
        you say, you spot, you tell, you find, your request, you can, you may, entitle, right to, right of, a right,
        =rights, ask, request, on demand, just ask, tell us, let us know, tell … us, write to us, say the word, you
        want, would like, wish, contact us, email us, drop us, upon request, you could, be asked, say so, whenever
        you, any time you, give us, entitlement, you need, free to, please, spot, let … know, get in touch, you
        prefer, point out, drop … line, demand, one word from, ring us, phone us, call us, send us, on application,
        apply, all you need, word from you, you object
    """,
    "strong_right": """give you,
        welcome to, if you ask, if you want, you will be sent, who ask, when asked, for the asking, want to know,
        you had rather, you would rather, rather we, instruct us, you tell us, tell us to, if you say, your
        instruction, your say so, can have,  can get, may see, your request, can be, you can, you may,
        entitle, right to, right of, a right, on demand, ask, request, upon request, at any time, say the word, you
        want, would like, you wish, whenever you, word from you, on application, one word from, all you need, free
        to, prefer
    """,
    "collect": """want to know,
        write down, request, seek, keep on, note, collect, ask for, ask you for, gather, hold, keep, store, take,
        ask, record, know, obtain, process, hold on
    """,
    "need": """
        too little, must, we lack, really need, matters, demand, business call, sake of, just in case, serves no
        purpose, no purpose, without which, own sake, no use, requisite, cannot serve, purpose, do without, run
        without, function without, operate without, manage without, work without, job calls, has to have, matter in
        hand, exist without, need, necessary, essential, require, necessity, indispensable, called for, call for,
        calls for, cannot do without,  cannot manage without,  of use, useful, minimum, relevant,
        calls
    """,
    "only": """
        too little, leave it at that, stop there, leave it there, confine, stick to, the lot, no further, whole of,
        that is it, pared, only, just, no more, nothing more, nothing else, nothing beyond, solely, merely, minimum,
        bare, limit, strictly, nothing, purely, that is all, go no further, as little, restrict, keep … to, no
        other, minimal, exclusively, sole, not … more than, nothing … other, alone, stop at, goes no further, not …
        anything else, not … anything more, little as, not … beyond, except, rather than
    """,
    "few": """
        not … often, not … many, few, fewer, rare, rarely, seldom, handful, occasional, occasionally, sparingly, not
        often, infrequent, infrequently, now and then, once in a while, at most, couple of, very little, no more
        than, not more than, maximum, twice a year, once a year, once a month, once a quarter, every now and again,
        every so often, times a year, a year, a month, a quarter, modest, monthly, quarterly, light, low, not …
        every week, small number, hardly, annual, annually, times in a year, yearly, per year, per month, half a
        dozen, up to
    """,
    "few_strong": """not expect,
        is the most, the most you, each season, every season, restraint, restrained, few times, on occasion, now and
        again, at the most, at the very most, once or twice, two or three, three or four, couple a year, low volume,
        sparing, every few months, fewer than, less than, only when, thin, not a lot, no flood, one or two, not …
        often, not … many, not send much, not … habit, only a few, not overdo, no more often, not more often, no
        oftener, emails every year, no more frequently, not more frequently, minimum, few, rare, rarely, seldom,
        handful, sparingly, not often, infrequent, infrequently, now and then, once in a while, at most, couple of,
        very little, no more than, not more than, maximum, every now and again, every so often, hardly, small
        number, half a dozen, times a year, twice a year, once a year, once a month, once a quarter, occasional,
        occasionally, few and far between, times in a year, emails a year, messages a year, mailings a year, letters
        a year, newsletters a year, never … more than, not … more than
    """,
    "bombard": """
        nuisance, annoy, wear you out, trouble you, fill people, fill your, crowd, jam, stuff, hound, harass,
        bombard, flood, inundate, =spam, clutter, pester, bother, overload, swamp, drown, deluge, besiege, nag, fill
        … inbox, plague, overwhelm, badger
    """,
    "unsubscribe": """you not want, you do not want, you would not want,
        stop them, turn them off, turn it off, sign yourself off, bow out, drop out, unsubscribing, leave at any
        time, no more of them, not want them, not want any more, switch them off, switch it off, say goodbye, remove
        yourself, remove me, no thanks, quit, halt, end them, be rid of, get rid of them, tell us to stop, get out,
        sign out of, done with, tired of, stop hearing, not wish to receive, not wish to get, without … further,
        unsubscribe, opt out, opting out, off … list, stop receiving, stop getting, stop … email, leave … list,
        remove … list, no longer wish, stop … mailing, say stop, reply stop, =stop, withdraw, take … name off, end …
        subscription, cancel … subscription, object to, way out, come off, get off,  no longer want, rather
        not, say no, be taken off, take you off, taken off, take me off, strike … off, opt … out, change your mind,
        drop off, had enough, enough of, cancel
    """,
    "every": """
        every, each, always, any time, anytime, whenever, at once, immediately, link, click, footer, foot of, bottom
        of, instantly, no questions, simply, single click
    """,
    "marketing_verb": "email, message, write, send, contact",
    "never_bought": "buy, purchase, rent, acquire, bought in, scrape, harvest",
    "active": """
        until, inactive, optional, activate, switch … on, turn … on, enable, opt in, opted in, ask us to, asked us
        to, asked for it, order, by default, off unless, =off, choose, set up, signed up, request, sign up, have
        asked, take out, pay for, option, feature, =wants, want, tick, select, elect, ask for, instruct, wish, =on,
        switch it, agree, take up, added to your
    """,
    "region_verb": """
        store, hold, host, keep, server, datacentre, house, locate, remain, stay, live, reside, process, sit,
        =based, saved, storage, kept, rest, physical, stand
    """,
    "server": """
        server, datacentre, data, information, record, file, disk, database, everything, personal, detail, =it, all,
        copy
    """,
    "outside": """
        no matter where, whichever country, whatever country, wherever it, wherever you, other part, part of the
        world, different place, beyond, non eu, another part, not in the eu, outside europe, another jurisdiction,
        somewhere other, different one, another site, other site, territory, jurisdiction, another land, another
        continent, outside, elsewhere, abroad, overseas, another country, other country, other countries, other
        location, another location, somewhere else, different region, wherever, any other place, other places,
        another place, different country, different location, further afield, another region, other region
    """,
    "standard": """nothing about … change, protection … same,
        change nothing, nothing change, level of protection, protection … would have, eu standard, european
        standard, equal condition, same high, unchanged, still apply, apply just, apply too, hold good, equally
        good, exactly as, in exactly, no difference, no lesser, not lesser, not lower, lesser, every bit as, our
        usual, as securely, as carefully, as safe, hold ourselves to, not change how, same security, nothing less,
        alike, match, do not relax, not slip, like for like, same standard, same protection, same level, equivalent,
        identical, no less, equal, same rule, same care, same safeguard, just as, no lower, as high, same degree,
        same way, comparable, same requirement, same measure, same condition, same term, same treat, =same, just the
        =same, as strict, as good, as well, not … drop, no weaker, no worse, equally, standard
    """,
    "mechanism": """
        standard contractual clause, =sccs, =scc, =idta, adequacy, adequate, data privacy framework, =dpf, privacy
        shield, binding corporate rule, =bcr, =bcrs, uk extension, transfer agreement, approved clause, model
        clause, approved contract, appropriate safeguard, contractual clause, standard clause, standard data
        protection clause, data bridge, recognised as, deem … safe, safeguard, approved by the, clauses approved,
        contract terms approved, standard contract, transfer risk assessment, transfer impact assessment, framework
    """,
    "mechanism_strong": """contracts approved, contract approved, contracts … approved,
        contract clause, clauses … approved, addendum, clauses that, approved … clauses, contractual safeguard,
        standard contractual clause, =sccs, =scc, =idta, adequacy, data privacy framework, =dpf, binding corporate
        rule, =bcrs, uk extension, transfer agreement, model clause, contractual clause, standard clause, standard
        data protection clause, data bridge, transfer risk assessment, clauses approved, approved clause
    """,
    "transfer": """
        transfer, send, outside, abroad, overseas, export, cross, leave, third country, another country, other
        country, international, move, go, elsewhere
    """,
    "encrypt": """
        not be read without, only be read with, useless without, not be read by, nothing … unencrypted, never …
        unencrypted, no … unencrypted, not … unencrypted, encrypt, scramble, cipher, =aes, =luks, unreadable,
        cryptography, cryptographic
    """,
    "protect": """
        encrypt, vault, seal, lock, safe, password manager, under key, scramble, cipher, hash, protect, secure,
        securely, safely, strongbox, under lock, guard, cryptographic
    """,
    "protect_strong": """
        encrypt, vault, seal, password manager, scramble, cipher, hash, strongbox, cryptographic, lock, plain text,
        clear text, plaintext, cleartext, in the clear
    """,
    "secure": """
        not … same, another place, different place, sealed, held by, secure, securely, security, safe, safely,
        guard, protect, lock, separate, separately, apart, strict, only, vault, away from, careful, carefully,
        hardware, rotate, own, restrict, control, look after, not … with, hand, well, nobody, limit, few, different
    """,
    "rest": """
        at rest, disk, drive, database, store, storage, server, hold, keep, where it sits, on our systems, hard
        drive, volume, laptop, every, all
    """,
    "transit": """
        send, whenever … sent, transit, =tls, =https, =ssl, travel, over the internet, in motion, on the move, on
        the wire, in flight, transmit, transmission, while … sent, between … and, on its way, way to, way between,
        across the internet, as it moves, encrypted connection, secure connection, sent … encrypt, encrypt … sent,
        encrypted channel, moves between, network, =vpn, crosses, carry
    """,
    "own_premises": """
        our … premises, our … office, our … building, our … data room, our … server room, our … site, our own …
        server, our … cellar, our … machines, our … equipment, our own, machines that are ours, belong to the firm,
        belong to the company, belonging to us, in our possession, under our control, =ours, that we own, owned by
        us, no one else, hardware of our, own server, own kit, own box, own datacentre, our office, servers we own,
        hardware we own, own machine, own equipment, own hardware, our premises, in house, our building, we own,
        under our roof, we run ourselves, belong to us, our server, own premises, machines of ours, server of ours,
        our property, own rack, we operate
    """,
    "vet": """
        =vet, =vets, =vetted, vetting, background check, =dbs, =screen, screened, screening, criminal record, police
        check, reference, disclosure and barring, garda, police, security clear, security clearance, clean record,
        character, background, checked before, history check, checks before, check … before, disclosure scotland,
        access ni, accessni, clear … before
    """,
    "access": "access, see, view, look, open, reach, read, get at, get to, handle, work with, come near, touch",
    "limit": """
        only, limit, restrict, need to know, authorise, those who need, =named, role, require, =need, =needs,
        needed, confine, few, nobody else, no one else, as far as, just, necessary, strictly
    """,
    "use_name": """
        use, through, process, send, host, store, via, provide, handle, deliver, run by, with, help, supply, carry,
        rely, employ, operate, manage, switch, replace, migrate, link, connect, by, moving, keep in, talk to,
        entrust, hand … to, pass … to, engage, subcontract, outsource, on, goes out
    """,
    "listing": """
        these companies, these firms, these businesses, these services, below, following, as follows, listed, =list,
        table, named, these are, they are, are these, here they are, by name
    """,
    "moving": """
        move, switch, migrate, transfer, replace, transition, go over, over to, succeed, change from, changing from,
        until now, instead of, in place of
    """,
    # --- talking
    "concern": """
        like to ask, want to ask, wish to ask, have to ask, anything … unclear, unclear, misgiving, reservation, not
        clear, displeased, bother, trouble, gripe, anything unclear, puzzle, concern, question, query, queries,
        complain, worry, worried, unhappy, dissatisfied, not satisfied, not happy, problem, grievance, issue, not
        content, objection, unsatisfied, disagree, uneasy, not put … mind at rest, let you down, feel, disappointed,
        still not, anything troubles, enquiry, enquiries, troubled, troubles you
    """,
    "contact": """get in touch, drop us,
        contact, write, speak, address, escalate, go, take, email, ask, refer, reach, turn, bring, talk, raise,
        direct, call, pass, put, tell, ring, come, send, up to, appeal, available, deal, forward, question,
        complain, consult, approach, word, handle, hear, see
    """,
    "answer": """
        write back, come back, hear you out, take up, sort out, respond to, meet, complete, handle, fulfil, answer,
        reply, respond, response, get back, come back to you, =deal with, =dealt with, =dealing with, acknowledge,
        look into, follow up, investigate, hear back, replies, attend to, hear from us, resolve, reply to
    """,
    "unanswered": "unanswered, go ignored, without … answer, without … reply, ignored, no answer, no reply",
    "request": "request, ask, demand, application, access, =right, =rights, ask us, come back, answer",
    "complain_verb": """
        there for you, =is =there, ear, website, cross, unhappy, still not, complain, contact, take, raise, report,
        lodge, go, concern, refer, appeal, bring, tell, write, make, turn, escalate, approach, help, free, address,
        case
    """,
    "register": "register, registration, number, fee, guidance, code of practice",
    "tell": """
        tell, notify, inform, let you know, report, alert, warn, announce, contact you, email you, write to you,
        hear from us, say so, hear, know, let … know, own up, disclose
    """,
    "publish": """
        bring to … attention, write to, tell, notify, inform, let you know, alert, announce, email, write, post,
        publish, show, highlight, date, appear, put, print, place, mark, display, page, draw, list, set out
    """,
    "change": """
        change, update, amend, revise, new version, alter, rewrite, edit, version, amendment, differ, modify,
        revision
    """,
    "explain": """
        explain, describe, set out, tell you how, cover, outline, purpose of this, is about, =tells, summarise, aims
        to, apply to, applies to, read, sets out
    """,
    "law": """
        law, legal, legally, statute, statutory, tax, =vat, hmrc, revenue, accounting, accountant, audit, auditor,
        bookkeeping, taxman, companies act, court, litigation, fiscal, legislation, financial record, annual
        accounts, accountancy, inspector, the authorities, finance act, the books
    """,
    "must": """
        must, have to, require, oblige, make us, makes us, demand, insist, compel, bound, duty, reason, purpose, say
        we, tell, force, =need, =needs, need, say, where, want, expect, allow, grounds
    """,
    "must_strong": """
        must, have to, require, oblige, make us, makes us, demand, insist, compel, bound to, duty, reasons, say we,
        tell us, rule, will have it, forces, need, needed, allow
    """,
    "relation": """
        engagement, matter, gift, customer, client, patient, account, contract, relationship, business, deal, leave,
        cease, end, invoice, order, purchase, service, trade, member, close, closing, termination, terminate,
        finish, with us, part company, go your own way, last bill, stop
    """,
    "while": """
        with us, while, whilst, as long as, so long as, during, for the life of, throughout, until, for the
        duration, =are a, remain, stay
    """,
    "responsible": """
        responsible, please keep, you must, you should, your responsibility, please choose, advise you, do not tell
    """,
    "browser": "browser, disable, block, refuse, decline, reject, accept, =setting, =settings, allow, if you",
    "guarantee": """
        not guarantee, no guarantee, not liable, not responsible, no responsibility, no liability, not promise, not
        able, unable, not always, not accept, disclaim, not possible, impossible, can not be held
    """,
    "reach_data": "look up, access, see, view, open, get at, come across, look at, look into",
    "limited_time": """
        limited time, limited period, as long as, no longer than, not longer, set period, fixed period, retention
        period, not for ever, not indefinitely
    """,
    "announce": """
        announce, let you know, tell you, notify, inform, published here, posted here, email you, write to you, hear
        of it, hear about it
    """,
    "change_noun": """
        significant change, important change, any change, =changes, material change, amendment, big change,
        something changes
    """,
    "what_for": """
        to deliver, to serve, to treat, lets us, let us, for the order, for your treatment, for the job, for the
        task, at hand, to get your, to look after you, to provide, for your order, to run, to do our, to do the, to
        carry out
    """,
    "dissatisfied": """
        unhappy, not satisfied, not happy, dissatisfied, unsatisfied, not satisfy, not content, upset, let you down,
        cross
    """,
    "exit": """you do not want,
        off, =last, end, stop, no more, decline, prefer not, not receive, not get, enough, strike, remove, out,
        leave, quit, refuse, finish, no thanks, opt, exclude, drop,  cease, no longer
    """,
    "way": """
        link, click, any time, anytime, whenever, button, reply, foot, bottom, every, each, free to, at once,
        single, say so, tell us, from you, you can, you may, you decide, possible, request, easy, easily
    """,
    "decision": """
        up to you, your decision, your choice, you decide, for you to decide, yours to give, yours to decide, you
        who decide
    """,
    "soft_copy": """
        all their data, all your data, all of your data, request the personal data, request … data, ask for your
        data, obtain … data, ask for your record, have your data
    """,
    "shipping": "deliver, price, tariff, charge, cost, parcel, postage, vat",
    "outside_of": "outside, beyond",
    "anaphor": "=it, =they, =them, =these, =those, =this, =both, =there, =that",
    "copy_of_notice": """
        copy of this, copy of the notice, copy of our, copies of this, copy of the policy, copy of each, copy of the
        safeguards, notice is available
    """,
    "please": "please",
    "wholly_in": """
        all within, all in the, all inside, all … within, entirely within, exclusively within, solely within, only
        within, wholly within, entirely in, exclusively in, solely in, only in the, both within, both in the
    """,
    "is_in": """
        =is in, =are in, =is all in, =are all in, =is within, =are within, =is inside, =are inside, =is only in,
        =are only in, =is always in
    """,
    "asked": """
        question, query, queries, complain, problem, grievance, enquiry, enquiries, bother, trouble, gripe, like to
        ask, want to ask, wish to ask, have to ask, unclear, issue, concern, worry, objection, ask
    """,
    "office": "office, shop, premises, branch",
    "unsubscribe_word": "unsubscribe, opt out, opting out",
    "money": "money, income, revenue, profit, earn, cash, paid for, living",
    "charge": "charge, fee, cost, refund, invoice, pay us, payment, bank",
    "storage": "=storage, =hosting, =stored, =hosted",
    "invite": """
        ask us if, let us know if, contact us if, you can switch, you can turn, you can activate, how to, would you
        like, if you would like to, can help
    """,
    "history": "look after, in business, found, established, experience, been serving, been trading, run for",
    "portal": "portal, =app, dashboard, preference, setting, online account, control panel",
    "preference": "preference, setting, plan, tariff, password, package, your mind, order",
    "use": "=use, =used, =uses, =using",
    "we_are": "we are a, we are an, we are the",
    "consist": """
        consist of, made up of, is for, go to, only on it, sent to, goes out to, made of, consist, limited to,
        confined to, reserved for, comes from, =on =it
    """,
    "off": "off by default, off unless, off until, switched off, off, not by default, by default, disabled",
    "leave": "leave, move out of, go out of, taken out of, cross",
    "decrypt": "decrypt",
    "always": "always, every, each",
    "faq": """
        you answer, not have to answer, your answer, answer every question on, =answers =your question, this answer,
        below we, asked often, frequently ask, following question, common question, this section, often asked
    """,
    "stays": """
        nobody but us, only we, us alone, we alone, nobody except us, stay with us, remain with us, go no further,
        stay between, leave our hands, stay in house, leave this firm, leave our firm, leave the building, kept to
        ourselves, keep … to ourselves, stay put, leave the firm, leave us, between you and us
    """,
    "first": "before, first, beforehand, prior, in advance, seek, always, sought",
    "copy_noun": """
        tell you what we, details of what, what is stored, what we have stored, let you have, request your data, get
        your data, access to your, your own data, download your, access to the data, access to the information,
        access to any, access to all, see your data, see your record, see your information, see the data, see the
        information, see your notes, your record, sight of, complete set, set of the data, all that … about you, be
        sent all, everything … about you, all … about you, everything stored, everything you have told, in full, all
        of it, every record, entirety, what we have got, whole lot, know what we, print it off, for the asking,
        transcript, duplicate, on file about, your whole file, your file, everything about you, copy, copies,
        printout, print out, subject access, full set, the lot, everything we hold, everything we have, all the
        information, what we hold, what information, what data, what details, see what, export, what we have, what
        we know, what is held, all … we hold, what we keep, have it all, have it sent
    """,
    "as_little": """for nothing more, and for nothing,
        leave it at that, stop there, leave it there, that is the lot, that is it, that is everything, minimise,
        data minimisation, to a minimum, pared down, as few, as little, bare minimum, a minimum, the minimum, just
        the basics, only the basics, the basics, bare essentials, all that we, all we record, all we hold, all we
        keep, all we collect, all we store, all we ask, and no more, and nothing more, and that is all, nothing else
    """,
    "machines": "server, datacentre, database, machine, hosting, disk",
    "call_record": """
        call record, call data, call log, call detail, call history, =cdrs, =recordings, phone record, traffic data
    """,
    "tls": "=tls, =https, =ssl, encrypted connection, secure connection",
    "in_time": """
        undue delay, promptly, without delay, as soon as, speedily, a month, straight away, in time, on time,
        statutory time, time limit, within the time, deadline
    """,
    "more": "more, than, beyond, further, other, else, extra",
    "list": "=list, =lists",
    "vet_strong": """
        look into … background, into … background, background of, clean record, looked into … past, =vet, =vetted,
        vetting, background check, =dbs, criminal record, police check, garda, security clearance
    """,
    "address_word": "=street, =road, =lane, =avenue, =square, registered office, company number, =tel, postcode",
    "registered": "registered, we are based, company number, incorporated, our office, our offices, head office",
    "last_changed": "last updated, last changed, last reviewed, last amended, last revised",
    "owner": "we are the, is the data controller, is the controller, are the data controller",
}
"""What may be done, said, promised or forbidden."""
