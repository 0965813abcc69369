"""A site of a library on this machine: feeds of several makes, moved pages, errors, pages without an end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

NEWS = """<html lang="ru"><head><meta charset="utf-8"><title>Сайт</title>
<meta property="og:title" content="Вебинар «Книга без границ» собрал библиотекарей">
<meta property="article:published_time" content="2024-05-15T10:00:00+03:00"></head><body>
<nav><a href="/">Главная страница нашей библиотеки</a></nav>
<article><h1>Вебинар «Книга без границ» собрал библиотекарей</h1>
<p>14 мая 2024 года Вымышленная областная библиотека провела вебинар «Книга без границ» для коллег из трёх областей.
Его участники обсудили, как рассказывать о книгах тем, кто далеко живёт, и подключились к трансляции из десяти сёл.</p>
<p>С докладом «Чтение вслух» выступила Анна Придуманная, директор Вымышленной областной библиотеки. Прозвучали:</p>
<ol><li>Пётр Небывалый, методист: «Карта читателя»</li><li>Ольга Выдумкина, библиограф: «Указатель за день»</li></ol>
</article><footer>© 2005–2026 Вымышленная областная библиотека</footer></body></html>"""
OTHER = """<html lang="ru"><head><meta charset="utf-8"><title>Сайт</title>
<meta property="og:title" content="Библиотека изменит график работы в мае"></head><body>
<article><h1>Библиотека изменит график работы в мае</h1>
<p>14 мая 2024 года в Вымышленной областной библиотеке санитарный день, залы и абонемент закрыты.
Книги можно продлить по телефону или на сайте, вебинары для читателей стоят в расписании на июнь.</p></article>
<footer>© 2005–2026 Вымышленная областная библиотека</footer></body></html>"""
WORDPRESS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Новости</title>
<item><title>Видеомост «Два берега» соединил библиотеки</title><link>{site}/wordpress/1?utm_source=rss</link>
<pubDate>Tue, 14 May 2024 22:30:00 MSK</pubDate><description>Коротко</description>
<content:encoded><![CDATA[<p>12 мая 2024 года состоялся видеомост «Два берега».
Модератором выступила Анна Придуманная.</p>
<script>alert(1)</script><p>Коллеги двух библиотек обсудили доклады.</p>]]></content:encoded></item>
<item><title>Новая выставка книжных новинок</title><link>{site}/wordpress/2</link>
<content:encoded><![CDATA[<p>В читальном зале открылась выставка.</p>]]></content:encoded></item></channel></rss>"""
BITRIX = """<?xml version="1.0" encoding="windows-1251"?>
<rss version="2.0" xmlns:yandex="http://news.yandex.ru"><channel><title>Новости</title>
<item><title>Онлайн-семинар для методистов</title><link>/bitrix/1</link><pubDate>Вт, 14 мая 2024 10:00:00</pubDate>
<yandex:full-text>&lt;p&gt;14 мая 2024 года прошёл онлайн-семинар «Метод и методика». Участники обсудили доклады
специалистов.&lt;/p&gt;</yandex:full-text></item></channel></rss>"""
JOOMLA = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Новости</title>
<entry><title>Телемост с читателями</title><link href="{site}/joomla/1"/><id>1</id>
<published>2024-05-14T23:30:00+03:00</published>
<summary>Телемост прошёл.</summary></entry></feed>"""
UCOZ = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>
<table><tr><td><a href="/">На главную страницу сайта библиотеки</a></td></tr>
<tr><td><a href="/ucoz/1-0-1">Круглый стол онлайн: итоги встречи коллег</a></td></tr>
<tr><td><a href="/ucoz/1-0-2">Поздравляем читателей с праздником весны</a></td></tr>
<tr><td><a href="https://elsewhere.example/">Посторонняя ссылка на чужой большой сайт</a></td></tr>
</table></body></html>"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>{site}/news/1</loc><lastmod>2024-05-15</lastmod></url>
<url><loc>{site}/news/2</loc><lastmod>2024-05-16</lastmod></url><url><loc>{site}/photo.jpg</loc></url></urlset>"""
PAGES = {
    "/wordpress/feed": (WORDPRESS, "utf-8"),
    "/bitrix/rss": (BITRIX, "cp1251"),
    "/joomla/atom": (JOOMLA, "utf-8"),
    "/ucoz/": (UCOZ, "cp1251"),
    "/sitemap.xml": (SITEMAP, "utf-8"),
    "/news/2": (OTHER, "utf-8"),
    "/ucoz/1-0-2": (OTHER, "utf-8"),
    "/plain": ("<html><body><p>Ни одной ссылки.</p></body></html>", "utf-8"),
    "/empty": ("", "utf-8"),
    "/robots.txt": ("\ufeffUser-agent: *\nDisallow: /forbidden\n", "utf-8"),
}
# What the method wall.get of VK answers.
WALL = {
    "response": {
        "count": 4,
        "items": [
            {
                "id": 15, "owner_id": -77, "date": 1715720400,
                "text": "14 мая [club77|Вымышленная библиотека] провела вебинар «Книга без границ».\nУчастники "
                "обсудили доклады коллег.",
            },
            {"id": 14, "owner_id": -77, "date": 1715634000, "text": "Библиотека закрыта на ремонт."},
            {
                "id": 13, "owner_id": -77, "date": 1715547600, "text": "",
                "copy_history": [
                    {
                        "id": 5, "owner_id": -88, "date": 1715461200,
                        "text": "Видеомост «Два берега» соединил библиотеки: выступили специалисты.",
                    }
                ],
            },
            {"id": 12, "owner_id": -77, "date": 1715547600, "text": "", "attachments": [{"type": "photo"}]},
            {"id": 11, "owner_id": -77, "date": 1715547600, "text": "Вебинар о скидках", "marked_as_ads": 1},
        ],
    }
}  # fmt: skip
DENIED = {"error": {"error_code": 15, "error_msg": "Access denied: wall is disabled"}}
ARTICLES = ("/news/1", "/wordpress/1", "/wordpress/2", "/bitrix/1", "/joomla/1", "/ucoz/1-0-1")


class Library(BaseHTTPRequestHandler):
    """Answers with what PAGES has; /moved redirects for good, /500 fails, /endless never ends, feeds have an ETag."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(path)
        if path in self.server.failing:
            return self.send_error(503)
        if path == "/method/wall.get":
            return self.answer_wall()
        if path in ("/500", "/endless", "/moved"):
            return getattr(self, f"answer_{path[1:]}")()
        body, charset = PAGES.get(path, (NEWS, "utf-8") if path in ARTICLES else ("", ""))
        if not charset:
            return self.send_error(404)
        if self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            return self.end_headers()
        data = body.replace("{site}", self.server.site).encode(charset)
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer_wall(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(self.path.partition("?")[2]).items()}
        self.server.wall = asked
        data = json.dumps(
            WALL if asked.get("owner_id") == "-77" or asked.get("domain") == "library" else DENIED
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer_500(self) -> None:
        self.send_error(500)

    def answer_moved(self) -> None:
        self.send_response(301)
        self.send_header("Location", "/wordpress/feed")
        self.end_headers()

    def answer_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"<p>more</p>" * 10_000)
        except OSError:
            pass

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def library() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Library)
    server.failing = set()
    server.asked, server.site = [], f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
