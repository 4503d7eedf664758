"""Whether a column holds names of people, by their form: a surname and one or two characters."""

import re
import unicodedata
from collections.abc import Sequence

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱"
    "严覃武戴莫孔向汤常温康施洪牛樊葛邢齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚"
    "符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆"
    "农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟臧闵苟邬边卞姬师和仇栾隋商"
    "刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺"
    "楼盘满闻位厉伊郜阚权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄计索宣晋相初容敬扈晁芮都普阙浦戈伏鹿"
    "薄邸雍辜羊乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危亢嵇哈湛宾戎勾茅利於呼揭尉冶斯元束檀阴昝智"
    "幸奉植衡富尧闭由"
)
"""Surnames of one character, without those that mostly begin other words."""

_COMPOUND = (
    "欧阳|上官|皇甫|令狐|诸葛|司徒|司马|申屠|夏侯|尉迟|慕容|东方|西门|南宫|长孙|宇文|轩辕|公孙|端木"
)
_NAME = re.compile(
    rf"(?:{_COMPOUND}|[{''.join(sorted(SURNAMES))}])"
    r"(?:[一-龥]{1,2}|[一-龥]?[*某xX○]{1,3}[一-龥]?)"
)
_NO_NAME = re.compile(
    r"(?:社区|街道|小区|满意|中心|公司|物业|[村委办科局所站队路街苑园楼院厂校店里巷弄号区县市镇乡组部处会室城"
    r"桥门山湖湾])$|管理|经营|噪声|噪音|扰民|漏水|堵塞|纠纷|停车|乱停|秩序|卫生|充电|坠物|隐患|安全|照明|教育"
    r"|设施|保障|施工|拆迁|供水|供暖|燃气|通道|杂物|完成|办结|整改"
)


def names_in_column(cells: Sequence[str]) -> bool:
    """Whether the cells of a column seem to be names of people.

    At least five are filled, most of them (80 %) are names by their form, and no few that recur.
    """
    filled = [found for cell in cells if (found := re.sub(r"\s+", "", cell))]
    distinct = set(filled)
    if len(distinct) < max(5, len(filled) / 5):
        return False
    names = {cell for cell in distinct if _is_name(unicodedata.normalize("NFKC", cell))}
    return sum(cell in names for cell in filled) >= 0.8 * len(filled)


def _is_name(cell: str) -> bool:
    return 2 <= len(cell) <= 4 and not _NO_NAME.search(cell) and bool(_NAME.fullmatch(cell))
