/* A receipt (c2sp.org/tlog-proof) verified in the browser: RFC 8785 for the entry, RFC 6962 for the tree, c2sp.org
   signed-note and tlog-checkpoint for the head, Ed25519 by WebCrypto. Nothing is sent anywhere. */
"use strict";
(() => {
  const HEADER = "c2sp.org/tlog-proof@v1";
  const MOST = 1 << 20;
  const ED25519 = 1;
  const SEALED_SINCE = 2;
  const SEAL = "bailee-receipt/2";
  const words = JSON.parse(document.getElementById("words").textContent);
  const $ = (id) => document.getElementById(id);

  class Refused extends Error {}
  const must = (so, why) => { if (!so) throw new Refused(words[why]); };

  const bytesOf = (text) => new TextEncoder().encode(text);
  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

  /* base64 in its one right spelling */
  const decoded = (text, why) => {
    let raw = "";
    try { raw = atob(text); } catch { must(false, why); }
    must(btoa(raw) === text, why);
    return Uint8Array.from(raw, (one) => one.charCodeAt(0));
  };

  /* RFC 8785: names in the order of their UTF-16 units, numbers and texts as ECMAScript writes them */
  const canonical = (value) => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  };

  const parsed = (text) => {
    must(text.length <= MOST, "receipt");
    const cut = text.indexOf("\n\n");
    must(cut > 0, "receipt");
    const lines = text.slice(0, cut).split("\n");
    const index = /^index (0|[1-9][0-9]{0,18})$/.exec(lines[2] || "");
    must(lines[0] === HEADER && index && lines[1].startsWith("extra "), "receipt");
    const proof = lines.slice(3).map((line) => decoded(line, "receipt"));
    must(proof.every((hash) => hash.length === 32), "receipt");
    let extra, spelled;
    try {
      spelled = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(decoded(lines[1].slice(6), "receipt"));
      extra = JSON.parse(spelled);
    } catch { must(false, "receipt"); }
    must(canonical(extra) === spelled, "receipt");
    must(extra && extra["bailee-receipt"] === ("seal" in extra ? 2 : 1), "receipt");
    must(extra.entry && typeof extra.entry === "object" && !Array.isArray(extra.entry) && typeof extra.log === "string", "receipt");
    const names = ["bailee-receipt", "entry", "log", "person_key", "proves", "proves_not", "salt", "seal"];
    must(Object.keys(extra).every((name) => names.includes(name)), "receipt");
    must(extra.proves === words.proves && extra.proves_not === words.proves_not, "receipt");
    const bytes = (name, length) => {
      must(typeof extra[name] === "string", "receipt");
      const found = decoded(extra[name], "receipt");
      must(found.length === length, "receipt");
      return found;
    };
    const salt = bytes("salt", 32);
    const key = "person_key" in extra ? bytes("person_key", 32) : null;
    const seal = "seal" in extra ? bytes("seal", 64) : null;
    const note = text.slice(cut + 2);
    const { seal: _seal, ...unsealed } = extra;
    const head = btoa(Array.from(bytesOf(canonical(unsealed)), (one) => String.fromCharCode(one)).join(""));
    const sealed = `${SEAL}\n${HEADER}\nextra ${head}\n${lines.slice(2).join("\n")}\n\n${note}`;
    return { index: BigInt(index[1]), proof, note, salt, entry: extra.entry, key, vkey: extra.log, seal, sealed };
  };

  const verifierOf = async (text) => {
    const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim());
    must(match, "key");
    const data = decoded(match[3], "key");
    must(data.length === 33 && data[0] === ED25519, "key");
    const id = (await sha256(bytesOf(`${match[1]}\n`), data)).slice(0, 4);
    must(hex(id) === match[2], "key");
    return { name: match[1], id, key: data.slice(1), text: text.trim() };
  };

  /* what is signed, and the signature of this key: a receipt has no other */
  const openedNote = (note, verifier) => {
    const cut = note.lastIndexOf("\n\n");
    must(cut > 0 && note.endsWith("\n"), "note");
    const signatures = [];
    for (const line of note.slice(cut + 2, -1).split("\n")) {
      const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line);
      must(match, "note");
      const data = decoded(match[2], "note");
      must(data.length > 4, "note");
      must(match[1] === verifier.name && same(data.slice(0, 4), verifier.id), "signer");
      signatures.push(data.slice(4));
    }
    must(signatures.length === 1, "signer");
    return { text: note.slice(0, cut + 1), signatures };
  };

  const headOf = (text, name) => {
    const lines = text.split("\n").slice(0, -1);
    must(lines.length > 2 && lines.every(Boolean) && /^(0|[1-9][0-9]{0,18})$/.test(lines[1]), "note");
    must(lines[0] === name, "signer");
    const root = decoded(lines[2], "note");
    must(root.length === 32, "note");
    return { size: BigInt(lines[1]), root };
  };

  /* RFC 9162, 2.1.3.2 */
  const includes = async (leaf, index, size, proof, root) => {
    if (index >= size) return false;
    let node = index, last = size - 1n, found = leaf;
    for (const one of proof) {
      if (last === 0n) return false;
      if (node & 1n || node === last) {
        found = await sha256([1], one, found);
        while (!(node & 1n) && node) { node >>= 1n; last >>= 1n; }
      } else {
        found = await sha256([1], found, one);
      }
      node >>= 1n; last >>= 1n;
    }
    return last === 0n && same(found, root);
  };

  /* true, false, or null where this browser does not know Ed25519 */
  const isSigned = async (verifier, text, signatures) => {
    let key;
    try { key = await crypto.subtle.importKey("raw", verifier.key, { name: "Ed25519" }, false, ["verify"]); } catch { return null; }
    for (const signature of signatures) {
      if (!await crypto.subtle.verify({ name: "Ed25519" }, key, signature, bytesOf(text))) return false;
    }
    return true;
  };

  const isAbout = async (receipt, person) => {
    if (receipt.key === null) return false;
    const typed = person.trim();
    const [attribute, value] = typed.includes("@") ? ["email", typed.toLowerCase()] : ["phone", typed.replace(/[^+0-9]/g, "")];
    const key = await crypto.subtle.importKey("raw", receipt.key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const tag = hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, bytesOf(`${attribute}\0${value}`))));
    return (receipt.entry.persons || []).some((tags) => tags.includes(tag));
  };

  /* whether all is bound: by the seal, or, in receipts of earlier versions, by the entry; those leave the key of the person */
  const isBound = async (receipt, verifier) => {
    if (receipt.seal !== null) {
      must(await isSigned(verifier, receipt.sealed, [receipt.seal]) !== false, "seal");
      return true;
    }
    const made = receipt.entry["bailee-entry"];
    must(made === undefined || made < SEALED_SINCE, "seal");
    if ((receipt.entry.persons || []).length) return false;
    must(receipt.key === null, "seal");
    return true;
  };

  const verified = async (text, key) => {
    const receipt = parsed(text);
    const verifier = await verifierOf(key || receipt.vkey);
    must(receipt.vkey === verifier.text, "other_key");
    const { text: signed, signatures } = openedNote(receipt.note, verifier);
    const head = headOf(signed, verifier.name);
    const holds = await isSigned(verifier, signed, signatures);
    must(holds !== false, "signature");
    const commitment = await sha256(receipt.salt, bytesOf(canonical(receipt.entry)));
    must(await includes(await sha256([0], commitment), receipt.index, head.size, receipt.proof, head.root), "entry");
    return { receipt, head, verifier, holds: holds === true, bound: await isBound(receipt, verifier) };
  };

  /* ── the page ─────────────────────────────────────────────────── */

  const show = (id, so) => { $(id).hidden = !so; };
  const line = (text) => { const item = document.createElement("li"); item.textContent = text; return item; };

  const became = (entry) => (entry.systems || []).flatMap((system) => (system.became || []).map((row) => {
    const laws = (row.laws || []).map((law) => `${law.law}${law.until ? `, ${words.until} ${law.until}` : ""}`).join("; ");
    return line(`${system.system}, ${row.collection}: ${row.rows} ${words[row.fate] || row.fate}${laws ? ` (${laws})` : ""}`);
  }));

  /* What was found when it was looked at again. `residual` is null where the same look was not possible any more: that
     says neither that nothing was left nor that something was. */
  const lookedAgain = (entry) => {
    const systems = entry.systems || [];
    const unseen = systems.filter((system) => system.residual === null).map((system) => system.system);
    const stands = systems.some((system) => (system.standing || []).some((one) => one.why !== "kept"));
    const said = unseen.length ? [`${words.unseen} ${unseen.join(", ")}.`] : [];
    if (systems.some((system) => system.residual > 0)) said.push(words.unclean);
    else if (!unseen.length && !systems.some((system) => (system.became || []).length)) said.push(words.nothing);
    else if (!unseen.length) said.push(entry.clean && !stands ? words.clean : words.done);
    return said.join(" ");
  };

  const missed = (entry) => (entry.systems || []).flatMap((system) => {
    const said = system.not_looked_at || {};
    const parts = ["tables", "columns", "copies"].filter((one) => said[one] > 0).map((one) => `${words[one]}: ${said[one]}`);
    if (said.partial) parts.push(words.partial);
    return parts.length ? [line(`${system.system}, ${parts.join("; ")}`)] : [];
  });

  const whom = (receipt, about, asked, bound) => {
    if (about) return words.about;
    if (receipt.key === null && (receipt.entry.persons || []).length) return bound ? words.no_key : words.no_key_or_taken;
    if (asked) return bound ? words.not_about : words.not_about_or_changed;
    return receipt.key === null ? "" : words.not_asked;
  };

  const tell = async ({ receipt, head, verifier, holds, bound }, key, person) => {
    const { entry } = receipt;
    const about = person.trim() !== "" && await isAbout(receipt, person);
    show(!holds ? "halfway" : bound || about ? "holds" : "partly", true);
    $("f-firm").textContent = entry.firm;
    $("f-right").textContent = words.right[entry.right] || entry.right;
    $("f-at").textContent = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    $("f-plan").textContent = entry.plan;
    $("f-index").textContent = `${receipt.index} / ${head.size}`;
    $("f-key").textContent = verifier.text;
    $("became").replaceChildren(...became(entry));
    $("residual").textContent = entry.kind === "intent" ? "" : lookedAgain(entry);
    $("missed").replaceChildren(...missed(entry));
    $("missed-head").textContent = words.missed;
    show("missed-says", $("missed").childElementCount > 0);
    $("key-says").textContent = key ? words.given_key : words.own_key;
    $("person-says").textContent = whom(receipt, about, person.trim() !== "", bound);
    show("facts", true);
    show("proves", true);
  };

  const clear = () => {
    for (const id of ["holds", "partly", "fails", "halfway", "cannot", "facts", "proves"]) show(id, false);
    for (const id of ["reason", "residual", "person-says", "key-says"]) $(id).textContent = "";
    $("became").replaceChildren();
  };

  const run = async (event) => {
    event.preventDefault();
    clear();
    const key = $("key").value.trim();
    try {
      const file = $("file").files[0];
      const text = (file && file.size <= MOST ? await file.text() : $("text").value).replaceAll("\r\n", "\n");
      await tell(await verified(text, key), key, $("person").value);
    } catch (error) {
      show("fails", true);
      $("reason").textContent = error instanceof Refused ? error.message : words.receipt;
    }
    $("result").focus();
  };

  if (globalThis.crypto && crypto.subtle) {
    show("verify", true);
    $("verify").addEventListener("submit", run);
  } else {
    show("cannot", true);
  }
})();
