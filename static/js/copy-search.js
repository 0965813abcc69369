// The search of a static copy: files of the index are loaded as scripts, since a page from disk may fetch nothing.
const copySearch = {
  shards: {}, blocks: {}, count: 0, stopWords: new Set(),
  shard(name, data) { this.shards[name] = data; },
  documents(number, data) { this.blocks[number] = data; },
  total(count, stopWords) {
    this.count = count;
    this.stopWords = new Set(stopWords.split(" "));
  },
};
{
  const SHOWN = 50, BLOCK = 200, BITS = 2, WEIGHTS = [1, 2, 5, 9];
  const out = document.getElementById("copy-results");
  const loaded = {};

  function load(path) {
    return (loaded[path] ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `index/${path}.js`;
      script.onload = script.onerror = resolve; // there is no file for letters that no word begins with
      document.head.append(script);
    }));
  }

  async function shardOf(word) {
    const name = [...word].slice(0, 2).join("");
    const code = [...name].map((letter) => letter.codePointAt(0).toString(16).padStart(4, "0")).join("");
    await load(`i/${code}`);
    return copySearch.shards[name] ?? { f: {}, p: {} };
  }

  function words(text) {
    const folded = text.normalize("NFC").toLowerCase().replace(/[\u0300\u0301\u00ad]/g, "").replace(/ё/g, "е");
    return (folded.match(/[\p{L}\p{N}'’ʼ]+/gu) ?? []).map((word) => word.replace(/['’ʼ]/g, "")).filter(Boolean);
  }

  // The lemmas of a word; of one that no dictionary has, the indexed stem that it begins with.
  async function lemmas(word) {
    const shard = await shardOf(word);
    const found = Object.hasOwn(shard.f, word) ? shard.f[word].split(" ") : [];
    if (Object.hasOwn(shard.p, word)) found.push(word);
    for (let cut = 1; !found.length && cut <= 4 && word.length - cut >= 3; cut += 1) {
      if (Object.hasOwn(shard.p, word.slice(0, -cut))) found.push(word.slice(0, -cut));
    }
    return found;
  }

  async function scores(word) {
    const best = new Map();
    for (const lemma of new Set(await lemmas(word))) {
      const postings = (await shardOf(lemma)).p[lemma] ?? [];
      const rarity = Math.log(1 + copySearch.count / postings.length);
      for (const posting of postings) {
        const number = posting >> BITS, score = rarity * WEIGHTS[posting & 3];
        if (score > (best.get(number) ?? 0)) best.set(number, score);
      }
    }
    return best;
  }

  function combine(found, all) {
    const sums = new Map();
    for (const one of found) for (const [number, score] of one) {
      if (!all || found.every((other) => other.has(number))) sums.set(number, (sums.get(number) ?? 0) + score);
    }
    return [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([number]) => number);
  }

  function row([kind, title, subtitle, date, address]) {
    const item = document.createElement("li"), name = document.createElement("p"), meta = document.createElement("p");
    const link = document.createElement("a");
    item.className = "hit";
    name.className = "row-title";
    meta.className = "row-meta inline-list";
    link.href = address;
    link.textContent = title;
    name.append(link);
    for (const text of [out.dataset[kind], date, subtitle]) if (text) {
      meta.append(Object.assign(document.createElement("span"), { textContent: text }), " ");
    }
    item.append(name, meta);
    return item;
  }

  async function show(list, numbers) {
    for (const number of numbers) {
      await load(`d/${Math.floor(number / BLOCK)}`);
      list.append(row(copySearch.blocks[Math.floor(number / BLOCK)][number % BLOCK]));
    }
  }

  async function search(text) {
    await load("meta");
    const each = await Promise.all(words(text).filter((word) => !copySearch.stopWords.has(word)).map(scores));
    const known = each.filter((one) => one.size);
    // All words must be there, else any.
    let hits = combine(each, true);
    const notice = document.createElement("p"), list = document.createElement("ol");
    notice.className = "muted";
    if (!hits.length && known.length) {
      hits = combine(known, false);
      notice.textContent = `${out.dataset.any} `;
    }
    notice.append(hits.length ? `${out.dataset.found} ${hits.length}` : out.dataset.nothing);
    list.className = "rows";
    out.replaceChildren(notice, list);
    await show(list, hits.splice(0, SHOWN));
    if (!hits.length) return;
    const more = Object.assign(document.createElement("button"), { type: "button", textContent: out.dataset.more });
    more.addEventListener("click", async () => {
      await show(list, hits.splice(0, SHOWN));
      more.hidden = !hits.length;
    });
    out.append(more);
  }

  const query = new URLSearchParams(location.search).get("q")?.trim();
  if (query) {
    document.title = `${query} — ${document.title}`;
    for (const input of document.querySelectorAll("input[type=search]")) input.value = query;
    search(query);
  }
}
