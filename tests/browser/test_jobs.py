"""A librarian’s jobs take no more keystrokes and clicks than when first counted; `make bench-jobs` does all of them."""

from bench import jobs

SHORT = [job for job in jobs.JOBS if job.do in (jobs.news_unchanged, jobs.merge, jobs.undo_merge)]


def test_a_news_saved_unchanged_and_a_merge_undone_take_few_clicks(staff_page, own_site):
    for job in SHORT:
        found = jobs.do(job, own_site, staff_page)
        assert found.clicks <= job.before.clicks and found.keys <= job.before.keys, (job.title, found)
