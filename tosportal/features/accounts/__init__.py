"""People, their roles and their signed-in sessions.

Remembers who may act here and in which role. People sign up, confirm the address, sign in and out, recover and change
the password. Ends where a person is tied to a ТОС (registry) or invited to a jury (jury).
"""
