"""Properties are tested on the same examples everywhere, however slow the machine is."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("house")
