"""Failures of employers, their employments, periods and statements.

DomainError
├── Conflict
│   ├── EmployerKnown            the employer has applied or is registered
│   ├── EmployerNotRegistered    the Revenue side has not registered it (yet)
│   ├── EmployerDecided          the application has its decision
│   ├── ApplicantDecides         who applied does not decide
│   ├── CardHolderNotConsenting  no card holder of these numbers takes wages through the card
│   ├── EmploymentOverlaps       the person is in this employer's employ then
│   ├── PeriodOverlaps           another accounting period has some of these days
│   ├── PeriodNotOver            the last day of the period is to come
│   ├── HeadCountsMissing        not every month has its employees
│   ├── PeriodClosed             closed before
│   ├── PeriodNotClosed          its employer has not closed it
│   ├── NoTermsYet               no policy set says what employers may deduct
│   └── PreviewOutdated          what was looked at is not what would be certified
├── PreconditionFailed
│   └── ChangedSince             If-Match names another version
└── Invalid
    ├── CorrectionNeedsReason    a change in a closed period, or a further version, says why
    └── CertificateNotGenuine    not signed by us, or altered
"""

from shared.errors import Conflict, Invalid, PreconditionFailed


class EmployerKnown(Conflict):
    """The employer has applied or is registered; names its status."""

    slug = "employer-known"
    title_en, title_th = "This employer has applied or is registered already", "นายจ้างรายนี้ยื่นคำขอหรือขึ้นทะเบียนแล้ว"


class EmployerNotRegistered(Conflict):
    """Only a registered employer may do this; names its status."""

    slug = "employer-not-registered"
    title_en = "The Revenue Department has not registered this employer"
    title_th = "นายจ้างรายนี้ยังไม่ได้รับการขึ้นทะเบียนจากกรมสรรพากร"


class EmployerDecided(Conflict):
    """The application has its decision; names it."""

    slug = "employer-decided"
    title_en, title_th = "This application has been decided", "คำขอนี้ได้รับการพิจารณาแล้ว"


class ApplicantDecides(Conflict):
    """Four eyes are two persons."""

    slug = "applicant-decides"
    title_en, title_th = "Another person than the applicant must decide", "ผู้พิจารณาต้องไม่ใช่ผู้ยื่นคำขอ"


class CardHolderNotConsenting(Conflict):
    """No card holder of these two numbers is known to take wages through the card: it is not told which of it."""

    slug = "card-holder-not-consenting"
    title_en = "No card holder with this citizen id and this card consents to take wages through the card"
    title_th = "ไม่พบผู้มีบัตรตามเลขประจำตัวประชาชนและหมายเลขบัตรนี้ที่ยินยอมรับค่าจ้างผ่านบัตร"


class EmploymentOverlaps(Conflict):
    """The person is in this employer's employ at that time; names the employment."""

    slug = "employment-overlaps"
    title_en, title_th = "This person is in your employ at that time already", "บุคคลนี้เป็นลูกจ้างของท่านในช่วงเวลานั้นอยู่แล้ว"


class PeriodOverlaps(Conflict):
    """Another accounting period of the employer has some of these days; names it."""

    slug = "accounting-period-overlaps"
    title_en, title_th = "Another accounting period has some of these days", "มีรอบระยะเวลาบัญชีอื่นที่ทับซ้อนกัน"


class PeriodNotOver(Conflict):
    """The period is closed after its last day; names it."""

    slug = "accounting-period-not-over"
    title_en, title_th = "The accounting period is not over", "รอบระยะเวลาบัญชียังไม่สิ้นสุด"


class HeadCountsMissing(Conflict):
    """Every month of the period needs its employees; names those without."""

    slug = "head-counts-missing"
    title_en = "The number of employees is missing for months of the period"
    title_th = "ยังไม่ได้แจ้งจำนวนลูกจ้างของบางเดือนในรอบระยะเวลาบัญชี"


class PeriodClosed(Conflict):
    """The period was closed before."""

    slug = "accounting-period-closed"
    title_en, title_th = "The accounting period is closed", "รอบระยะเวลาบัญชีนี้ปิดแล้ว"


class PeriodNotClosed(Conflict):
    """The employer has not closed the period."""

    slug = "accounting-period-not-closed"
    title_en, title_th = "The employer has not closed the accounting period", "นายจ้างยังไม่ได้ปิดรอบระยะเวลาบัญชี"


class NoTermsYet(Conflict):
    """No policy set that arrived says what employers may deduct."""

    slug = "no-deduction-terms"
    title_en, title_th = "No policy set says what employers may deduct", "ยังไม่มีชุดนโยบายที่กำหนดการหักรายจ่ายของนายจ้าง"


class PreviewOutdated(Conflict):
    """Something was told since the preview, or it is certified already; names the present basis."""

    slug = "preview-outdated"
    title_en, title_th = "What you looked at is not what would be certified now", "ข้อมูลเปลี่ยนไปจากที่ท่านตรวจดู โปรดตรวจดูอีกครั้ง"


class ChangedSince(PreconditionFailed):
    """If-Match names another version; names the present one."""

    slug = "changed-since"


class CorrectionNeedsReason(Invalid):
    """A correction says why."""

    slug = "correction-needs-reason"
    title_en, title_th = "A correction needs a reason", "การแก้ไขต้องระบุเหตุผล"


class CertificateNotGenuine(Invalid):
    """The text is not a certificate or reference that we signed."""

    slug = "certificate-not-genuine"
    title_en = "This is not a deduction certificate that we signed, or it was altered"
    title_th = "ไม่ใช่หนังสือรับรองที่ระบบลงนาม หรือถูกแก้ไข"
