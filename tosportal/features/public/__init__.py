"""Open pages that belong to no other feature: home, results, help, choice of language and of the look."""
