# make run    makes the environment, the database and its content, and serves the archive
#   SPECIMEN=no make run   without the specimen, an event that never was and shows all an event can have
# make staff  makes an account for the admin
# make upgrade  the new version after a backup, or everything as before; FROM=v1.1 or FROM=confarchive-1.1.tar.gz
# make release  one file of this version with all packages, for machines without network
# make test   runs everything that shows whether the archive works, and installs what that needs; of many cases every other on each database
# make test-next  runs the tests on the newest Django and the newest Python of this machine
# make bench  measures the pages beside a bare Django view, and home while eight slow clients read; RECORDS=100000 make bench in a larger archive; PEERS=1 with pretalx
# make bench-growth        pages of a large archive beside those of a small one; SIZES="1000 100000 1000000"
# make bench-memory        memory of a process after 5,000 and 20,000 requests, and of rebuild_search; RECORDS=100000
# make bench-search        recall and rank of the search beside the usual ways
# make bench-search-speed  the search page beside the bare engine, up to a million records; SIZES="10000 100000"
# make bench-admin         opening and saving an event of 150 talks beside one of 9
# make bench-jobs          a librarian's eight jobs in Chromium: keys, clicks, seconds; JOBS="3 4"
# make bench-imports       large schedules and tables that come in, beside small ones
# make bench-writing       statements and milliseconds of saving and loading; COMMIT=ed7e7db compares with that commit
# make relevance         learns from judged news which tell of an event, and measures that on news held out
# make bench-stale         eight processes write and read on each database, ten minutes: no page is stale; MINUTES=2
# make thorough       every case of the long tests, of which make test tries every n-th: stale pages, odd addresses, rights
# make bench-harvesting  OAI-PMH by Sickle: records/s of one core, the last tenth beside the first; RECORDS=10000
# make bench-export-site  seconds of a core for the static copy of an archive; RECORDS=60000 are 5,000 events
# make bench-harvesters  four harvesters take the whole archive from the real server; RECORDS=10000
# make bench-parts       queries of the pages by which colleagues are found, with one part of each kind and with 10,000
# make bench-reports     figures of reports beside plain SQL, on the real events and on 20,000 records; RECORDS=2000
# make bench-visits      a log of 100,000 lines with robots, staff and cache hits, replayed and counted; LINES_OF_LOG=5000
# make test-readers   pandoc, bibutils, citation-js, khal, ical.js, extruct read what the archive writes
# make api-cases      some 1,500 requests made of the API's description, right and wrong ones
# make mutants           puts small faults into the code and says which the tests do not notice, in an hour; SAMPLE=10
# make axe    every page in every mode of reading: light, dark, low vision, forced colours, both languages, two widths
# make lighthouse  Lighthouse’s marks of six pages, medians of five; RUNS=1
# make screenshots  pictures of pages at three widths and on paper, in docs/pages/
# make trust  attacks the site, kills it in mid-save, loads it, on both databases; SIZE=small, WAIT=10 (seconds)
# make audit  asks which of the pinned packages have known vulnerabilities; skipped where PyPI is out of reach
# make test-cluster  an archive on two machines with replica, Redis and nginx: parts of it are killed; SIZE=small
# make trust-move     moves an archive between the databases and compares every public page; SIZE=small
# make trust-upgrade  upgrades that succeed and that fail, on both databases
# make guide  takes the pictures of docs/staff.md anew
# PORT=8123 make run; make run PYTHON=python3.13

SHELL = /bin/bash
PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= var
export PORT DATA_DIR FROM STOP START BACKUPS

bin = .venv/bin
manage = $(bin)/python manage.py
is_empty = from events.models import Conference; raise SystemExit(Conference.objects.exists())

.PHONY: run ready staff upgrade release audit trust trust-move trust-upgrade test-cluster test tools lint check test-sqlite test-postgres test-browser test-next guide bench bench-growth bench-memory bench-search bench-search-speed bench-admin bench-jobs bench-imports bench-writing bench-stale bench-drafts axe lighthouse screenshots bench-harvesting bench-harvesters bench-export-site test-readers bench-visits bench-parts bench-reports thorough api-cases mutants relevance clean again

run: ready
	@exec $(bin)/gunicorn confarchive.wsgi

# Everything that must be there before the first visitor; done again it changes nothing.
ready: .venv/ready
	@echo "Preparing the database…"
	@$(manage) migrate --verbosity 0
	@$(manage) rebuild_search --if-outdated
	@if $(manage) shell --verbosity 0 -c "$(is_empty)"; then \
		echo "The archive is empty: loading $(fixtures)…"; \
		$(manage) loaddata $(fixtures) && \
		if [ "$(SPECIMEN)" != no ]; then $(manage) specimen; fi; \
	fi
	@$(manage) collectstatic --no-input --verbosity 0

fixtures = $(notdir $(basename $(wildcard fixtures/first_event.json fixtures/reports.json)))

staff: ready
	@$(manage) createsuperuser

upgrade:
	@exec scripts/upgrade

release: .venv/ready
	@scripts/release

test: lint check test-sqlite test-postgres test-browser
	@echo "Everything passed."

lint: .venv/tools
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/djlint --quiet --lint templates

check: .venv/tools
	$(manage) makemigrations --check --dry-run
	DATA_DIR=$$(mktemp -d) ALLOWED_HOSTS=archive.example $(manage) check --deploy --fail-level WARNING

# As many as there are cores, up to four.
pytest = $(bin)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test-sqlite: tools
	DATABASE_URL= $(pytest) -m "not browser"

test-postgres: tools
	tests/postgres $(pytest) -m "not browser"

test-browser: tools
	$(pytest) --numprocesses 2 --dist worksteal -m browser

test-next:
	@.ci/test-next

guide: tools
	GUIDE=1 $(bin)/pytest $$(grep -l 'import picture' tests/browser/test_*.py)

bench: .venv/ready
	@.ci/debian wrk:wrk $(if $(PEERS),pg_ctlcluster:postgresql redis-server:redis-server)
	@PEERS=$(PEERS) $(bin)/python -m bench $(RECORDS)

bench-growth: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@$(if $(SIZES),SIZES="$(SIZES)") tests/postgres $(bin)/python -m bench.growth

bench-memory: .venv/ready
	@$(bin)/python -m bench.memory

bench-search: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@tests/postgres $(bin)/python -m bench.search_retrieval

bench-search-speed: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@tests/postgres $(bin)/python -m bench.search_speed $(if $(SIZES),--sizes $(SIZES))

bench-admin: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@tests/postgres $(bin)/python -m bench.admin

bench-jobs: tools
	@$(bin)/python -m bench.jobs $(JOBS)

bench-imports: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@tests/postgres $(bin)/python -m bench.imports

bench-writing: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@tests/postgres $(bin)/python -m bench.writing $(if $(COMMIT),--commit $(COMMIT))

bench-stale: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@DATABASE_URL= MINUTES=$(MINUTES) $(bin)/python -m bench.stale
	@MINUTES=$(MINUTES) tests/postgres $(bin)/python -m bench.stale

relevance: .venv/training
	@$(bin)/python -m bench.relevance

bench-drafts: .venv/ready
	@$(bin)/python -m bench.drafts

audit:
	@.ci/audit

trust: .venv/tools audit
	@.ci/debian pg_ctlcluster:postgresql
	@SIZE=$(SIZE) WAIT=$(or $(WAIT),2) tests/postgres $(bin)/python -m bench.trust

trust-move: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@SIZE=$(SIZE) tests/postgres $(bin)/python -m bench.moving

trust-upgrade: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql git:git
	@tests/upgrade
	@tests/postgres tests/upgrade

test-cluster: .venv/tools
	@.ci/debian pg_ctlcluster:postgresql redis-server:redis-server nginx:nginx-light memcached:memcached \
		swift-proxy-server:swift-proxy swift-account-server:swift-account swift-container-server:swift-container \
		swift-object-server:swift-object
	@SIZE=$(SIZE) $(bin)/python -m bench.cluster

thorough: tools
	THOROUGH=1 DATABASE_URL= $(pytest) $$(grep -l 'import sample' tests/test_*.py tests/browser/test_*.py)

axe: tools
	THOROUGH=1 $(pytest) --numprocesses 2 --dist worksteal tests/browser/test_modes.py

lighthouse: tools bench/node_modules/.package-lock.json
	@$(bin)/python -m bench.lighthouse $(if $(RUNS),--runs $(RUNS))

screenshots: tools
	@$(bin)/python -m bench.screenshots

mutants: .venv/mutants
	@.ci/debian pg_ctlcluster:postgresql
	@tests/postgres $(bin)/python -m bench.mutants $(if $(SAMPLE),--sample $(SAMPLE))

bench-harvesting: .venv/tools
	@export DATABASE_URL= DATA_DIR=$$(mktemp -d) && $(manage) migrate --verbosity 0 && \
		$(bin)/python -m bench.sample_data --quiet --records $(or $(RECORDS),10000) && \
		$(bin)/python -m bench.harvesting oai_dc marc21 unimarc; rm -r "$$DATA_DIR"

bench-export-site: .venv/ready
	@export DATABASE_URL= DATA_DIR=$$(mktemp -d) && $(manage) migrate --verbosity 0 && \
		$(bin)/python -m bench.sample_data --quiet --records $(or $(RECORDS),6000) && \
		$(manage) rebuild_search --verbosity 0 && $(bin)/python -m bench.static_copy; code=$$?; rm -r "$$DATA_DIR"; exit $$code

bench-harvesters: .venv/harvesters
	@.ci/debian npm:npm
	@perl -MHTTP::OAI -e 1 2>/dev/null || .ci/debian HTTP::OAI:libhttp-oai-perl
	@$(MAKE) --no-print-directory bench/harvesters/node_modules/.package-lock.json
	@export DATABASE_URL= DATA_DIR=$$(mktemp -d) && $(manage) migrate --verbosity 0 && \
		$(bin)/python -m bench.sample_data --quiet --records $(or $(RECORDS),2000) && \
		$(bin)/python -m bench.harvesters; code=$$?; rm -r "$$DATA_DIR"; exit $$code

test-readers: tools .venv/readers
	@.ci/debian pandoc:pandoc ris2xml:bibutils khal:khal
	@$(MAKE) --no-print-directory tests/export/readers/node_modules/.package-lock.json
	DATABASE_URL= $(bin)/pytest tests/export/test_readers.py

bench-parts: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@$(if $(PARTS),PARTS="$(PARTS)") tests/postgres $(bin)/python -m bench.parts

bench-reports: .venv/ready
	@.ci/debian pg_ctlcluster:postgresql
	@$(if $(RECORDS),RECORDS="$(RECORDS)") tests/postgres $(bin)/python -m bench.reports

bench-visits: .venv/ready
	@export DATABASE_URL= DATA_DIR=$$(mktemp -d) && $(manage) migrate --verbosity 0 && \
		$(bin)/python -m bench.sample_data --quiet --records 300 && \
		$(bin)/python -m bench.visits --lines $(or $(LINES_OF_LOG),100000); code=$$?; rm -r "$$DATA_DIR"; exit $$code

api-cases: .venv/api
	@$(bin)/python -m bench.api_cases

clean:
	rm -rf .venv .venv-next .venv-audit tests/node_modules bench/node_modules bench/harvesters/node_modules tests/export/readers/node_modules

tools: .venv/tools
	@.ci/debian chromium:chromium pg_ctlcluster:postgresql msgfmt:gettext java:default-jre-headless npm:npm \
		nginx:nginx-light systemd-analyze:systemd yaz-marcdump:yaz \
		libatomic.so.1:libatomic1  # of Playwright's own node
	@$(MAKE) --no-print-directory tests/node_modules/.package-lock.json

%/node_modules/.package-lock.json: %/package-lock.json
	@echo "Installing what pages are judged with…"
	@npm ci --prefix $* --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

.venv/training: requirements-training.txt .venv/ready
	@$(bin)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/mutants: requirements-mutants.txt .venv/tools
	@$(bin)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/readers: requirements-readers.txt .venv/tools
	@$(bin)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/harvesters: requirements-harvesters.txt .venv/tools
	@$(bin)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/api: requirements-api.txt .venv/tools
	@$(bin)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/tools: requirements-dev.txt .venv/ready
	@echo "Installing the tools of the tests…"
	@$(bin)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/ready: requirements.txt .venv/made
	@echo "Installing the requirements (a minute or two)…"
	@$(bin)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.venv/made:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "The archive needs Python 3.11 or newer. Name one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || .ci/debian :python3-venv
	@echo "Making .venv with $$($(PYTHON) --version)…"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

# Asked for another Python than the one .venv was made with: made anew.
ifeq ($(origin PYTHON),command line)
ifneq ($(shell $(PYTHON) --version 2>&1),$(shell { $(bin)/python --version; } 2>/dev/null))
.venv/made: again
endif
endif
again:
