"""Settings for every test: the same examples on every run, and no time limit for one example."""

from hypothesis import settings

settings.register_profile("livingdrug", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("livingdrug")
