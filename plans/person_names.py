"""Names of people, by their form: a surname and one or two characters.

Words can look like a name, and a name like a word. A column of many cells is judged by most of them
(``names_in_column``); a single text only where it is sure: a usual surname, then nothing but what
names are given with (``_GIVEN``).
"""

import re
import unicodedata
from collections.abc import Sequence

from plans.language import N_
from plans.language import gettext as _
from plans.privacy import PersonalError

_USUAL = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱"
    "严覃武戴莫孔汤康洪樊葛邢庞颜倪聂翟詹耿俞阮柯裴霍翁骆"
)
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


NO_MATTER = N_("the text seems to be a person's name; if it is a matter, name it more fully")


def names_in_column(cells: Sequence[str]) -> bool:
    """Whether the cells of a column seem to be names of people.

    At least five are filled, most of them (80 %) are names by their form, no few that recur, and
    half of those are surely names, for words can have the form (路灯, 水电, 白蚁).
    """
    filled = [found for cell in cells if (found := re.sub(r"\s+", "", cell))]
    distinct = set(filled)
    if len(distinct) < max(5, len(filled) / 5):
        return False
    names = {cell for cell in distinct if _is_name(unicodedata.normalize("NFKC", cell))}
    sure = sum(bool(_SURE.fullmatch(unicodedata.normalize("NFKC", cell))) for cell in names)
    return sum(cell in names for cell in filled) >= 0.8 * len(filled) and 2 * sure >= len(names)


def _is_name(cell: str) -> bool:
    return 2 <= len(cell) <= 4 and not _NO_NAME.search(cell) and bool(_NAME.fullmatch(cell))


# One text: a post, or a place.
_TITLE = (
    "先生|女士|小姐|太太|同志|师傅|老师|老板|大爷|大妈|大娘|大叔|大姐|大哥|阿姨|奶奶|爷爷"
    "|婆婆|叔叔|某某?"
)
_OFFICE = "主任|书记|经理|科长|所长|局长|处长|镇长|区长|院长|校长|村长|站长|队长|总|工"
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂玉华兰文红建国春梅金龙荣珍海云凤志小德林忠"
    "玲生清永光美新成学晓福辉庆峰亮俊宏飞鹏斌波宇浩鑫宁琳婷雪慧莉萍燕琴倩佳颖洁雅丹晶欣怡梦瑶"
    "琪璐瑞祥东立世民正义和安康富贵宝财顺才友良善仁礼信智孝贤达远大山江川松柏竹菊莲花月星雨雷"
    "冰晨旭阳昊天轩泽涵梓子诗雯萱睿博然嘉乐思语彤妍可心逸凡皓铭熙晋哲恒毅坚诚利兴旺盛昌茂元彬"
    "虎豹麟凯胜武威震振宗祖耀先启继承绍业创长城全有爱惠芬芝香艺素淑雄克景卫向延兵运喜银连彩巧"
    "翠凌航帆锋钢铁鸣鸿翔腾冠楠桐桦枫柳媛婉婧妮娅姗娇娥蓉蕾薇蓓莹莎茜岚岩峻崇嵘维宜君芸芙露霜"
    "虹琼瑛璇瑜珊珂琦玮瑾琛章昕昱晗晖曦朗杭洲淼源滨滔潇澜瀚炎炜烨焕煜熠爽勤俭尚仲伯叔诺谦诠豪"
    "毓钧锐锦钰钊乾坤辰骏骁驰栋少卓奕翰均若依曼馨蕊璟玥芮彦勋奎奇斐珠禄寿秋冬霖霄垚杨雁鹤鹰凰"
    "莺娴姝妙姿姣婵凝菁菲萌裕庭廷显润泉洪济渊湘澄澍炳烈璞祺禹笑筠纯绮缘翀聪舒芊苓莘蝶赐迎逊隆"
    "韬韵颂颜骥青"
)
"""What names are given with. A surname alone says nothing: it begins ordinary words as well, and
what a plan or a ledger speaks of (周巡查, 毛坯房, 金融办, 马路边) must pass: nobody can do anything
about a wrong refusal, while a rare name that gets by is still seen by whoever reads it."""

_WORDS = (
    "高利|万达|万和|万元|金茂|金星|黄金|白云|高新|林业|方正|江东|雷达|陆军|史志"
    "|钱江|许可|沈阳|苏宁|汤泉|宋城|高铁|雷雨|钱财|高清|高大|金秋|金银|石林|石景山"
    "|林海|江山|江海|白天|金山|武林|田林|马兰|东方明珠|龙泉|白杨|白鹤|万寿|万福"
    "|万源|金珠|林泉|石泉|龙华|龙山|石山|金光|金城|江城|高山|高强|高兴"
    "|高寿|高远|余震|庞大|杜仲|杨柳"
)
"""Words that begin with a usual surname and one of these all the same."""
_POST_ENDS = "[长员工师人岗任记理干办科室局处队组部委会站所库社村区街坊院校店厂场司]"
_PLACE_ENDS = (
    "[村庄屯寨堡店坊桥湾山河湖沟口岭坡镇乡县市区街道路巷弄里园苑院楼城门场厂站所局校社新小大号栋户家"
    "商住租用农客困保之]"
)
_NAMED_ENDS = re.compile(rf"{_PLACE_ENDS}\Z|{_NO_NAME.pattern}")
_ONE_NAME = rf"(?!{_WORDS})(?:{_COMPOUND}|[{_USUAL}])[{_GIVEN}]{{1,2}}"
_FULL_NAME = rf"(?!{_WORDS})(?:{_COMPOUND}|[{_USUAL}][{_GIVEN}])[{_GIVEN}]"
_SURE = re.compile(
    rf"(?!{_WORDS})(?:{_COMPOUND}|[{''.join(sorted(SURNAMES))}])"
    rf"(?:[{_GIVEN}]{{1,2}}|[一-龥]?[*某xX○]{{1,3}}[一-龥]?|{_TITLE})"
)
_PERSON = re.compile(
    rf"(?!.*{_POST_ENDS}\Z){_ONE_NAME}|(?![高金石陶]工)(?:老|小|阿)?[{_USUAL}](?:{_TITLE}|{_OFFICE})|(?!小康)[老小阿][{_USUAL}]"
)
_TITLED = re.compile(rf"(?:老|小|阿)?[{_USUAL}](?:{_TITLE})")
_BETWEEN = re.compile(r"[\s、，,/;；:：()（）·—\-]+")
_AFTER_POST = re.compile(
    rf"(?:主任|书记|经理|[科所局站队组院校格楼社]长|专干|干事|师傅|负责人|员"
    r"|保安|电工|水电工|保洁|门卫|门岗|物业|住户|业主|居民|社区|街道|公司|[科所站办队])"
    rf"(?P<name>{_ONE_NAME})\Z"
)
_DWELLS = (
    "的?(?:家(?:中|里|门口|门前|楼下|厨房|阳台|院内|屋|客厅|卧室)?|住宅|住处|住所|租住处|出租屋"
    "|自宅|宅|户)[内外上旁]?"
)
_HOME = re.compile(
    rf"(?:\A|[^一-龥]|[室号院楼栋幢元层村组区巷弄街路苑园坊庄])"
    rf"(?:(?P<name>{_ONE_NAME}?)(?<![人之世酒管当])|老?[{_USUAL}](?:{_TITLE}|{_OFFICE})|老[{_USUAL}]){_DWELLS}(?![一-龥])"
    rf"|(?:业主|住户|户主|居民|村民|租户|房主|房东|当事人|投诉人|举报人)"
    rf"(?!方):?(?P<whose>{_ONE_NAME}?)(?:{_DWELLS})?(?![一-龥])"
    rf"|(?:[0-9][室号]|[0-9]{{3,4}})(?P<beside>{_FULL_NAME})(?![一-龥])|[0-9]{{3,4}}室?[{_USUAL}]家(?![一-龥])"
    rf"|(?<![一-龥])(?P<before>{_FULL_NAME})\((?:[0-9]+号楼)?[0-9]{{3,4}}室?\)"
)


def refuse_person(text: str) -> None:
    """Refuse a post that seems to be somebody's name.

    Raises:
        PersonalError: it does.
    """
    plain = unicodedata.normalize("NFKC", text)
    parts = {*_BETWEEN.split(plain), re.sub(r"\s", "", plain)}
    after = _AFTER_POST.search(plain)
    if any(map(_PERSON.fullmatch, parts)) or (after and _PERSON.fullmatch(after["name"])):
        message = _("the text seems to hold a person's name; give the post or the unit instead")
        raise PersonalError(message)


def refuse_name(text: str) -> None:
    """Refuse somebody's name, of 3 or 4 characters, as that of a matter.

    Raises:
        PersonalError: it is.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if len(plain) > 2 and _PERSON.fullmatch(plain) and not _NAMED_ENDS.search(plain):
        raise PersonalError(_(NO_MATTER))


def refuse_titled(text: str) -> None:
    """Refuse what only a person is called (王先生), as what another system calls a matter.

    Raises:
        PersonalError: it is.
    """
    if _TITLED.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text))):
        raise PersonalError(_(NO_MATTER))


def refuse_home(text: str) -> None:
    """Refuse a place that says whose home it is.

    Raises:
        PersonalError: it does.
    """
    for found in _HOME.finditer(unicodedata.normalize("NFKC", text)):
        name = next(filter(None, found.groups()), None)
        if name is None or not re.search(rf"{_PLACE_ENDS}\Z", name):
            message = _(
                "the text seems to say whose home it is; give the place without a name, such as"
                " 3号楼2单元101室"
            )
            raise PersonalError(message)
