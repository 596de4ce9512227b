"""Given and family names that are common in Thailand, put together at random: nobody real is meant."""

from random import Random
from typing import Final

from deploy.local.registry_file.random_tables import pick, weighted

MEN: Final = """
สมชาย สมศักดิ์ สมพงษ์ สมบัติ สมบูรณ์ สมหมาย สมคิด สมเกียรติ สมาน สมพร ประเสริฐ ประสิทธิ์ ประยูร ประยุทธ ประดิษฐ์ ประพันธ์ วิชัย วิเชียร วิรัตน์ วิโรจน์
วิทยา วินัย สุชาติ สุเทพ สุรชัย สุรพล สุพจน์ สุวิทย์ สุนทร สุริยา บุญมี บุญส่ง บุญเลิศ บุญช่วย บุญธรรม บุญเรือง ทองดี ทองสุข ทองคำ ทองใบ
คำมูล คำปัน คำสิงห์ คำดี จันทร์ดี จำลอง จำนงค์ เจริญ เฉลิม ชาญ ชัยวัฒน์ ชูชาติ ณรงค์ ดำรง ถาวร ธงชัย ธวัชชัย นพดล นิคม นิพนธ์
บัวลา ปรีชา ปัญญา พิชัย พิเชษฐ์ พงษ์ศักดิ์ ไพโรจน์ ไพบูลย์ มานพ มานะ มนตรี ยงยุทธ เรืองชัย ลำพูน เล็ก วีระ วันชัย ศักดิ์ชัย ศรีนวล สำราญ
สำเริง สวัสดิ์ สนั่น สมัย สาคร เสน่ห์ แสวง ไสว หนูแดง อำนวย อำนาจ อนันต์ อุดม อุทัย เอกชัย อดิศักดิ์ อารีฟ อับดุลเลาะ มะรอนิง ซูไฮมี
กิตติพงษ์ เกรียงไกร ก้องภพ ขจรศักดิ์ คมสัน จักรกฤษณ์ ชลธี ณัฐพล ทศพล ธีรพงษ์ นฤเบศร์ ปิยะ พรชัย ภูวดล รุ่งโรจน์ วรวุฒิ ศุภชัย สราวุธ อภิชาติ อาทิตย์
""".split()  # noqa: SIM905  # a page of names is read as text
WOMEN: Final = """
สมจิตร สมใจ สมศรี สมนึก สมปอง สุดา สุนีย์ สุภาพ สุมาลี สุกัญญา สุพรรณี สุรีย์ สุวรรณา สุนันทา สุจิตรา บุญเรียม บุญยืน บุญมา บุญเพ็ง บุญชู
ทองม้วน ทองหล่อ ทองใส ทองพูน คำแปง คำหล้า คำผ่อง คำพา จันทร์เพ็ญ จันทร์หอม จำปา จำเนียร จินตนา เจียม ฉวีวรรณ เฉลียว ชลอ ชูศรี ดวงใจ ดวงจันทร์
ดาวเรือง ถนอม ทวีพร ธัญญา นงลักษณ์ นิภา นิตยา น้ำฝน น้ำผึ้ง นวลจันทร์ บังอร บัวผัน บัวคำ ประไพ ประนอม ปราณี ปทุม เพ็ญศรี พิกุล พิมพ์ใจ
พรทิพย์ พวงเพ็ชร มาลี มะลิ มยุรี เยาวลักษณ์ ยุพิน รัตนา รุ่งนภา ระเบียบ ละเอียด ละออง ลำดวน ลัดดา วันดี วันเพ็ญ วาสนา วิไล วราภรณ์ วรรณา
ศรีสุดา ศิริพร สายทอง สายใจ สายพิณ สำลี สำเนียง เสาวลักษณ์ แสงเดือน แสงจันทร์ หนูเล็ก หอมหวล อรทัย อรพิน อำพร อำไพ อุไร อุบล อัมพร อารี
กัญญา กาญจนา เกศินี ขนิษฐา จิราพร ชนิดา ณัฐกานต์ ดารุณี ทิพย์วรรณ ธิดารัตน์ ปาริชาติ เพชรรัตน์ ภัทรา มณีรัตน์ รอกีเยาะ ฟาตีเมาะ ซารีนา นูรีซัน อามีเนาะ ไซนับ
""".split()  # noqa: SIM905  # as above
FAMILY_BEGINNINGS: Final = """
ใจ คำ ทอง แสง ศรี บุญ จันทร์ แก้ว สุข มี วงศ์ พรม ชัย สาย ดวง เพชร พูล หอม สิงห์ ภู ไชย อินทร์ โพธิ์ นาค หาญ รุ่ง ยอด
กอง ขัน เกษ ปัญญา สม ประ เรือง ชม ดี ธรรม นิล บัว ปาน เพ็ง มั่น รัก ลา วัง สี เหล่า อุ่น ทิพย์ กาญจน์ มณี น้ำ เนื้อ แดง เขียว หมื่น ขุน หลวง
""".split()  # noqa: SIM905  # as above
FAMILY_ENDINGS: Final = """
ดี งาม สุข ทอง คำ แก้ว ศรี วงศ์ พันธ์ พงษ์ ชัย มา ใส สี หล้า แสง เรือง รักษ์ ธรรม บุญ กุล โชติ ภักดี สวัสดิ์ เจริญ รัตน์ มณี
อุดม ประเสริฐ สกุล สมบูรณ์ มงคล วัฒนา ศักดิ์ เดช หาญ ทรัพย์ ไพร ผล พล นุช บาล จิตร เพ็ชร์ ขันธ์ นาม ราช สาร ใหญ่ น้อย คง อยู่ มั่น ยืน ไทย ถิ่น ทิพย์ แดง
""".split()  # noqa: SIM905  # as above

# Edges stand at the head of a table. The family name with น้ำ is spelt with U+0E33 and with nikhahit and aa; "" is a single name.
_EDGE_FAMILIES: Final = ("", "น้ำใจดี", "นํ้าใจดี", "ณ อยุธยา", "เเก้วใส", "แก้วใส", "แซ่\u200bลิ้ม")
_EDGE_NAMES: Final = (
    "พระ,สมชาย",
    "นาย,น้ำเพชร",
    "นาย,นํ้าเพชร",
    "จ.ส.อ.,สมศักดิ์",
    "แม่ชี,บุญเรือน",
    "ว่าที่ร้อยตรี,ธงชัย",
    ",สมปอง",
    "น.ส.,วันดี",
    "นาย, สมหมาย ",
)
_SINGLE_NAMES_IN: Final = 1000


def given_names(random: Random, size: int) -> list[str]:
    """`prefix,first_name` of `size` persons, about as many women as the register has (56 of 100)."""
    women = [f"{prefix},{name}" for name in WOMEN for prefix in ("นาง", "นางสาว")]
    men = [f"นาย,{name}" for name in MEN]
    clerics = [f"พระ,{pick(random, MEN)}" for _ in range(4)]
    names = women + men + clerics
    weights = [0.28 / len(WOMEN)] * len(women) + [0.439 / len(MEN)] * len(men) + [0.001 / len(clerics)] * len(clerics)
    return [*_EDGE_NAMES, *weighted(names, weights, size - len(_EDGE_NAMES))]


def family_names(random: Random, size: int) -> list[str]:
    """`last_name` of `size` persons; one in a thousand has a single name, that is an empty one."""
    single = size // _SINGLE_NAMES_IN
    made = [_family_name(random) for _ in range(size - len(_EDGE_FAMILIES) - single)]
    return [*_EDGE_FAMILIES, *[""] * single, *made]


def _family_name(random: Random) -> str:
    beginning = pick(random, FAMILY_BEGINNINGS)
    ending = pick(random, [word for word in FAMILY_ENDINGS if word != beginning])
    return beginning + ending
