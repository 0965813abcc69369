"""The round over all watched pages: polite requests, new entries, judgements, proposals."""

import hashlib
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from protego import Protego

from ...links.http_probe import BOT, Fetched, FetchError, Refused
from ...models import Conference, Proposal, Source, WatchedItem, WatchedPage
from ..candidates import conference_candidates
from ..readers import news
from . import pages, relevance, texts, vk

# Pages of news fetched in one round for one watched page, and for all of them; the rest waits for the next round.
MAX_FETCHED, MAX_ROUND = 30, 300
# Pages that fail, after which a site is left alone until the next round.
MAX_FAILED = 10
PAGE_BYTES, ROBOTS_BYTES = 3_000_000, 500_000
MAX_CHILDREN = 2
_MIN_DELAY, _MAX_DELAY = 1.0, 10.0

# (address, limit of bytes, headers) → what came
Fetch = Callable[[str, int, Mapping[str, str]], Fetched]
# Takes in the records of another archive, asking as politely as the watcher: (page, ask) → what the round did
Harvest = Callable[[WatchedPage, Callable[[str, int], Fetched]], Any]


@dataclass
class Report:
    """What one round did."""

    asked: int = 0
    unchanged: int = 0
    failed: int = 0
    new: int = 0
    proposed: int = 0
    taken: int = 0


class NotNow(Exception):
    """A page cannot be had in this round, perhaps in the next one."""


class Watcher:
    """Asks one page after the other, one request at a time, with a pause between two requests to one host."""

    def __init__(
        self,
        fetch: Fetch,
        sleep: Callable[[float], None] = time.sleep,
        vk_token: str = "",
        vk_api: str = vk.API,
        harvest: Harvest | None = None,
    ) -> None:
        self._fetch_anything, self._sleep, self._harvest = fetch, sleep, harvest
        self._vk_token, self._vk_api = vk_token, vk_api
        self._robots: dict[str, Protego | None] = {}
        self._asked: dict[str, float] = {}
        self._left = MAX_ROUND
        self.report = Report()

    def watch(self) -> Report:
        """Ask all watched pages, the one that waits longest first."""
        for page in WatchedPage.objects.filter(is_active=True).order_by("asked", "pk"):
            self._watch(page)
        return self.report

    def _watch(self, page: WatchedPage) -> None:
        page.asked, self.report.asked = timezone.now(), self.report.asked + 1
        try:
            page.answer = self._news_of(page)
            page.succeeded = page.asked
        except (FetchError, Refused) as error:
            page.answer, self.report.failed = str(error)[:200], self.report.failed + 1
        except pages.NotAList:
            page.answer = gettext_noop("neither a feed nor a sitemap nor a list of news")
            self.report.failed += 1
        page.save(update_fields=["asked", "succeeded", "answer", "etag", "modified", "moved_to"])

    def _news_of(self, page: WatchedPage) -> str:
        """Take in what is new on the page and return the status it answered with."""
        if page.kind != WatchedPage.Kind.NEWS:
            return self._records_of(page)
        if vk.is_wall(page.url):
            self._take_new(page, vk.entries(self._wall(page.url).body))
            return "200"
        asked_again = {"If-None-Match": page.etag, "If-Modified-Since": page.modified}
        came = self._fetch(page.url, {name: value for name, value in asked_again.items() if value})
        if came.status == 304:
            self.report.unchanged += 1
            return "304"
        if came.status != 200:
            raise FetchError(str(came.status))
        is_whole = self._take_new(page, self._entries(came))
        # What was left for the next round must be told again then.
        page.etag = came.headers.get("etag", "")[:300] if is_whole else ""
        page.modified = came.headers.get("last-modified", "")[:100] if is_whole else ""
        page.moved_to = came.url[:1200] if came.is_moved else ""
        return "200"

    def _records_of(self, page: WatchedPage) -> str:
        """Take in the records of another archive."""
        if self._harvest is None:
            return ""
        done = self._harvest(page, lambda url, limit: self._fetch(url, limit=limit))
        self.report.unchanged += done.is_unchanged
        self.report.proposed += done.proposed
        self.report.taken += done.taken
        refused = "; ".join(done.refused)
        return (_("200, not readable: %s") % refused)[:200] if refused else "200"

    def _wall(self, url: str) -> Fetched:
        if not self._vk_token:
            raise FetchError(gettext_noop("a wall of VK is read with a token: the operator sets VK_TOKEN"))
        # The API is asked by leave of the token; robots.txt is for those who read pages.
        came = self._fetch_in_turn(vk.address(url, self._vk_token, self._vk_api), PAGE_BYTES, {}, _MIN_DELAY)
        if came.status != 200:
            raise FetchError(str(came.status))
        return came

    def _take_new(self, page: WatchedPage, listed: list[pages.Entry]) -> bool:
        """Take in the entries that are not known yet; return whether none is left for the next round."""
        known = set(page.items.filter(url__in=[entry.url for entry in listed]).values_list("url", flat=True))
        new = [entry for entry in listed if entry.url not in known]
        taken = failed = 0
        for entry in new:
            if taken == MAX_FETCHED or failed == MAX_FAILED:
                return False
            try:
                self._take(page, entry)
                taken += 1
            except NotNow:
                failed += 1
        return not failed

    def _entries(self, came: Fetched) -> list[pages.Entry]:
        children = pages.child_sitemaps(came.body)[:MAX_CHILDREN]
        if not children:
            content_type = came.headers.get("content-type", "")
            charset = content_type.partition("charset=")[2].strip("\"' ") if "charset=" in content_type else ""
            return pages.entries(came.body, came.url, charset)
        found = []
        for address in children:
            child = self._fetch(address)
            found += pages.entries(child.body, child.url) if child.status == 200 else []
        return found[: pages.MAX_ENTRIES]

    def _take(self, page: WatchedPage, entry: pages.Entry) -> None:
        """Judge one entry, by the page itself if the feed has no text; keep what was found. Raises NotNow."""
        came = None if entry.text else self._page(entry.url)
        if came is None and not entry.text and not entry.title:
            return
        read = texts.of_page(came.body) if came else texts.PageText("", "", "")
        title, text = entry.title or read.title, entry.text or read.text
        judgement = relevance.judge(title, text)
        item = WatchedItem(
            page=page,
            url=entry.url,
            title=title[:600],
            published=entry.published or read.published,
            score=judgement.score,
            reasons=judgement.reasons,
        )
        if judgement.is_relevant:
            if came is None and not entry.is_whole:
                with suppress(NotNow):
                    came = self._page(entry.url)
            item.text = _with_headline(title, text or (texts.of_page(came.body).text if came else ""))
            # If the page cannot be had, what the feed said of it is the evidence.
            copy = came.body if came else item.text.encode()
            item.copy, item.sha256 = zlib.compress(copy), hashlib.sha256(copy).hexdigest()
        self._keep(item, judgement)

    def _keep(self, item: WatchedItem, judgement: relevance.Judgement) -> None:
        with transaction.atomic():
            if judgement.is_relevant and not _is_known(item):
                item.proposal = _propose(item)
                self.report.proposed += 1
            item.save()
            self.report.new += 1

    def _page(self, url: str) -> Fetched | None:
        """Return the page of one piece of news, None if there is none to be had. Raises NotNow."""
        if self._left <= 0:
            raise NotNow
        self._left -= 1
        try:
            came = self._fetch(url)
        except Refused:
            return None
        except FetchError as error:
            raise NotNow from error
        if came.status == 429 or came.status >= 500:
            raise NotNow
        return came if came.status == 200 else None

    # Politeness

    def _fetch(self, url: str, headers: Mapping[str, str] | None = None, limit: int = PAGE_BYTES) -> Fetched:
        robots = self._robots_of(url)
        if robots is not None and not robots.can_fetch(url, BOT):
            raise Refused(gettext_noop("robots.txt of the site forbids it"))
        delay = float(robots.crawl_delay(BOT) or 0) if robots is not None else 0.0
        return self._fetch_in_turn(url, limit, headers or {}, min(max(delay, _MIN_DELAY), _MAX_DELAY))

    def _fetch_in_turn(self, url: str, limit: int, headers: Mapping[str, str], delay: float) -> Fetched:
        host = urlsplit(url).netloc.lower()
        since = time.monotonic() - self._asked.get(host, float("-inf"))
        if since < delay:
            self._sleep(delay - since)
        try:
            return self._fetch_anything(url, limit, headers)
        finally:
            self._asked[host] = time.monotonic()

    def _robots_of(self, url: str) -> Protego | None:
        """Return the rules of the site, None if it has none; a site that fails to say them is left alone."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}".lower()
        if site not in self._robots:
            came = self._fetch_in_turn(f"{site}/robots.txt", ROBOTS_BYTES, {}, _MIN_DELAY)
            if came.status >= 500:
                raise FetchError(str(came.status))
            text = came.body.decode("utf-8-sig", "replace")
            self._robots[site] = Protego.parse(text) if came.status == 200 else None
        return self._robots[site]


def _with_headline(title: str, text: str) -> str:
    return text if text.startswith(title) else f"{title}\n\n{text}"


def _is_known(item: WatchedItem) -> bool:
    """Whether the archive has an event from this address, or the news was proposed from another watched page."""
    if Source.objects.filter(url=item.url).exists():
        return True
    return WatchedItem.objects.filter(url=item.url).exclude(proposal=None).exists()


def _propose(item: WatchedItem) -> Proposal:
    """Put the news into the inbox: as a second source of an event that is likely the same, else as a new event."""
    draft = news.read(item.text, item.url)
    known = next(iter(conference_candidates(draft)), None)
    conference = Conference.objects.get(pk=known.pk) if known and known.is_exact else None
    origin = Proposal.Origin.SOURCE if conference else Proposal.Origin.WATCH
    comment = _("An event with %(score)d %% probability: %(reasons)s") % {"score": item.score, "reasons": item.reasons}
    return Proposal.objects.create(
        model="conference",
        record=conference.uid if conference else None,
        name=(str(conference) if conference else item.title)[:600],
        origin=origin,
        comment=comment[:300],
    )
