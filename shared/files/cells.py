"""What a spreadsheet does to values: marks that a converted sheet puts before those that it has spoilt, and what is then said of them."""

from typing import Final

NUMBER_CELL: Final = "\ufdd0"
DATE_CELL: Final = "\ufdd1"
CELL_MARKS: Final = {
    NUMBER_CELL: (
        "cell_number",
        "stands as a number in the sheet, which loses leading zeros and all digits after the fifteenth; format the column as text",
        "เก็บเป็นตัวเลขในแผ่นงาน ทำให้เลขศูนย์นำหน้าและหลักที่เกิน 15 หายไป กรุณากำหนดรูปแบบคอลัมน์เป็นข้อความ",
    ),
    DATE_CELL: (
        "cell_date",
        "stands as a date in the sheet, but it is none; format the column as text",
        "แผ่นงานแปลงค่านี้เป็นวันที่ กรุณากำหนดรูปแบบคอลัมน์เป็นข้อความ",
    ),
}
"""What begins a value that a sheet has spoilt (characters that no text has), and what is then said of it."""
