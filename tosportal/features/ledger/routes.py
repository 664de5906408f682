"""The ledger of an activity: every figure opens the entries it is made of."""

from flask import Blueprint

blueprint = Blueprint("ledger", __name__)
