"""Papers that the portal gives out: the receipt of a submission and the protocol of a commission, as PDF and DOCX.

A paper is first laid out as plain blocks (`layout.py`), then drawn: by typst into a tagged PDF, by python-docx into a
DOCX. Both drawings come from the same blocks, so they cannot say different things.
"""

from tosportal.support.documents.application_paper import application_pdf
from tosportal.support.documents.pdf import pdf_from_typst
from tosportal.support.documents.protocol_paper import ProtocolPaper, protocol_docx, protocol_pdf
from tosportal.support.documents.receipt import Receipt, receipt_pdf

__all__ = [
    "ProtocolPaper",
    "Receipt",
    "application_pdf",
    "pdf_from_typst",
    "protocol_docx",
    "protocol_pdf",
    "receipt_pdf",
]
