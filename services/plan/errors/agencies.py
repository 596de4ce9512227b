"""Failures of what agencies send.

Invalid 422
├── NotAReportFile       the file of reports cannot be read; the detail says why, and in which line
└── ReportIdReused       another report came under this id before
"""

from shared.errors import Invalid


class NotAReportFile(Invalid):
    """The file cannot be read; the detail says why."""

    slug = "not-a-report-file"
    title_en, title_th = "This is not a file of reports", "ไฟล์นี้ไม่ใช่ไฟล์รายงานผล"


class ReportIdReused(Invalid):
    """Another report came under this id before."""

    slug = "report-id-reused"
    title_en, title_th = "Another report came under this id before", "เลขที่รายงานนี้ใช้กับรายงานอื่นไปแล้ว"
