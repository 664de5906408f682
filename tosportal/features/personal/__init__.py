"""What the portal holds about people, for those people: consents, own data to see and take away, leaving the portal;
who looked; and for how long everything is kept. It stands after all features that hold personal data, because it
gathers what they hold and asks each of them to forget; consents themselves lie in accounts, where the earliest pages
ask them.
"""
