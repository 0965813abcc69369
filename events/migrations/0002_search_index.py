"""Create the search index outside Django's models: an FTS5 table on SQLite, tsvector and GIN indexes on PostgreSQL."""

from django.db import migrations

SQLITE = [
    # "ascii" takes every letter beyond ASCII as part of a word and these signs too: terms stay exactly as we made them.
    """CREATE VIRTUAL TABLE events_searchindex USING fts5
       (facets, heads, title, names, also, context, body, other, tokenize = "ascii tokenchars '-.:=_'")""",
    """CREATE TRIGGER events_searchdocument_gone AFTER DELETE ON events_searchdocument
       BEGIN DELETE FROM events_searchindex WHERE rowid = old.id; END""",
    # A covering index: facets are counted without reading the long rows of the documents.
    "CREATE INDEX events_searchdocument_facets ON events_searchdocument (id, facets)",
]
SQLITE_REVERSE = [
    "DROP INDEX events_searchdocument_facets",
    "DROP TRIGGER events_searchdocument_gone",
    "DROP TABLE events_searchindex",
]

POSTGRESQL = [
    # toast_tuple_target: compressing the rows of long events gains a thirtieth of the table's size, and every search
    # would have to decompress them.
    """CREATE TABLE events_searchindex
       (id bigint PRIMARY KEY, facets text NOT NULL, terms tsvector NOT NULL, pairs integer[] NOT NULL DEFAULT '{}')
       WITH (toast_tuple_target = 8160)""",
    # fastupdate = off: a pending list of changes would make every search slower than the last.
    "CREATE INDEX events_searchindex_terms ON events_searchindex USING gin (terms) WITH (fastupdate = off)",
    "CREATE INDEX events_searchindex_pairs ON events_searchindex USING gin (pairs) WITH (fastupdate = off)",
    """CREATE FUNCTION events_searchdocument_gone() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'TRUNCATE' THEN TRUNCATE events_searchindex;
         ELSE DELETE FROM events_searchindex i USING gone WHERE i.id = gone.id; END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER events_searchdocument_gone AFTER DELETE ON events_searchdocument
       REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION events_searchdocument_gone()""",
    """CREATE TRIGGER events_searchdocument_emptied AFTER TRUNCATE ON events_searchdocument
       FOR EACH STATEMENT EXECUTE FUNCTION events_searchdocument_gone()""",
    # Prefixes and suffixes of words are looked up as ranges of bytes, whatever collation the database has.
    """ALTER TABLE events_searchword ALTER word TYPE varchar(64) COLLATE "C", ALTER stem TYPE varchar(64) COLLATE "C",
       ALTER mets TYPE varchar(64) COLLATE "C" """,
    # The indexes that Django adds for LIKE would hold the same once more.
    r"""DO $$ DECLARE name text; BEGIN
       FOR name IN SELECT indexrelid::regclass FROM pg_index
         WHERE indrelid = 'events_searchword'::regclass AND indexrelid::regclass::text LIKE '%\_like'
       LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;
       END $$""",
    # With room left on its page a count is changed without touching any index (HOT update).
    "ALTER TABLE events_searchword SET (fillfactor = 60)",
]
POSTGRESQL_REVERSE = [
    "DROP TRIGGER events_searchdocument_gone ON events_searchdocument",
    "DROP TRIGGER events_searchdocument_emptied ON events_searchdocument",
    "DROP FUNCTION events_searchdocument_gone()",
    "DROP TABLE events_searchindex",
]


def execute(on_sqlite, on_postgresql):
    def run(apps, schema_editor):
        for statement in on_sqlite if schema_editor.connection.vendor == "sqlite" else on_postgresql:
            schema_editor.execute(statement, params=None)

    return run


class Migration(migrations.Migration):

    # One name here, all others in 0001, and the last of those as the dependency: Django remaps it to 0001 where all or
    # none are applied. An archive that has only some is refused (NodeNotFoundError), where it would be passed over.
    replaces = [('events', '0004_search')]
    dependencies = [('events', '0015_uncounted_words_apart')]

    operations = [
        migrations.RunPython(execute(SQLITE, POSTGRESQL), execute(SQLITE_REVERSE, POSTGRESQL_REVERSE)),
    ]
