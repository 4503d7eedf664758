"""What must never come into a register is found; what offices write every day is not."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.case_number import number_words, parse_number
from plans.person_names import (
    names_in_column,
    refuse_home,
    refuse_name,
    refuse_person,
    refuse_titled,
)
from plans.personal_headings import (
    ACCOUNT,
    ADDRESS,
    BIRTH,
    NAME,
    PARTICULARS,
    personal_heading,
)
from plans.privacy import (
    IDENTITY,
    MOBILE,
    TELEPHONE,
    PersonalError,
    personal_column,
    personal_text,
    refuse_personal,
    refuse_personal_file,
    refuse_telephone,
)
from plans.typed import TypedError
from tests.conftest import examples

WIDE = str.maketrans("0123456789X+- ", "０１２３４５６７８９Ｘ＋－　")

# Headings

OF_A_PERSON = {
    NAME: """
        姓名 信访人 来访人 来电人 反映人 投诉人 诉求人 申请人 当事人 联系人 居民 户主 业主
        来电人姓名 责任人 举报人（匿名） 市民姓名 经办人 承办人员 被投诉人名称 信访人基本情况
        【联系人】 诉求人* name caller_name Petitioner contactPerson
    """,
    TELEPHONE: """
        电话 手机 手机号码 联系方式 联系号码 主叫号码 来电号码 来电人电话 市民联系电话
        联系电话（必填） phone MobileNo TEL caller_id
    """,
    IDENTITY: """
        身份证 身份证号 证件号码 公民身份号码 来电人证件号 ID-card id_number IDCard id_no idcard
    """,
    ADDRESS: """
        住址 家庭住址 详细地址 诉求人地址 联系地址 门牌号 Address petitionerAddress
        ＨＯＭＥ＿ａｄｄｒｅｓｓ
    """,
    ACCOUNT: "微信 微信号 电子邮箱 E-mail QQ号 email",
    BIRTH: "出生日期 出生年月 年龄 birthday",
    PARTICULARS: "性别 来电人性别 工作单位 gender",
}
OF_A_MATTER = """
    工单编号 工单号 编号 受理编号 信访件编号 受理时间 来电时间 来电人数 信访人数 来访人次
    诉求内容 诉求类型 诉求人类型 工单类型 工单来源 来源渠道 渠道 主题 社区 所属社区
    诉求人所在社区 街道 承办单位 牵头单位 责任单位 主办部门 派单时间 签收时间 办结时间 办理结果
    办理时限 回访日期 回访结果 电话回访结果 满意度 群众满意度 市民评价 是否满意 居民区 居民小区
    是否重复 重复件 延期至 延期批准单位 地点 场所 隐患地点 事发地址 问题地址 检查场所 出动人次
    出动人员 整改期限 整改措施 整改标准 复查结果 销号日期 备注 序号 指标 数值 起 止 原文
    法人单位 人口 number case_id id caseID topic community unit received kind place found fixed
    order_no note channel topic-name department file_name
"""


@pytest.mark.parametrize(
    ("heading", "what"),
    [(heading, what) for what, headings in OF_A_PERSON.items() for heading in headings.split()]
    + [
        ("姓 名", NAME),
        ("来电人\n（姓名）", NAME),
        ("Mobile No.", TELEPHONE),
        ("ID card", IDENTITY),
    ],
)
def test_a_heading_of_what_a_person_is_known_by_is_recognised(heading: str, what: str) -> None:
    assert personal_heading(heading) == what


@pytest.mark.parametrize("heading", [*OF_A_MATTER.split(), "case id", "order number", ""])
def test_a_heading_of_a_matter_is_none_of_a_person(heading: str) -> None:
    assert personal_heading(heading) is None


@pytest.mark.parametrize(
    "heading", ["责任人", "整改人", "复查人", "再次整改人", "再次复查人", "整改责任人"]
)
def test_posts_are_allowed_where_they_are_expected(heading: str) -> None:
    assert personal_heading(heading, posts=True) is None
    assert personal_heading(heading) == NAME


@pytest.mark.parametrize("heading", ["责任人电话", "联系人", "复查人姓名", "整改人身份证"])
def test_where_posts_are_expected_nothing_else_is(heading: str) -> None:
    assert personal_heading(heading, posts=True) is not None


def test_what_a_heading_looks_like_is_told_in_the_language_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert personal_heading("来电号码") == "电话号码"


# Identity and mobile numbers in texts

digits = st.text("0123456789", min_size=1, max_size=12)
regions = st.sampled_from(["110105", "310115", "440304", "500112", "650102", "710000", "820000"])
births = st.dates(date(1900, 1, 1), date(2026, 1, 1))
gaps = st.sampled_from(["", "", " ", "-", "－", "\u200b", "\xa0"])
around = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=6)


def check_character(first17: str) -> str:
    """As GB 11643-1999 states it: the sum of all 18, weighted by powers of 2, is 1 modulo 11."""
    weighed = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first17))
    return "0123456789X"[(1 - weighed) % 11]


@st.composite
def identities(draw: st.DrawFn) -> str:
    first = draw(regions) + draw(births).strftime("%Y%m%d") + f"{draw(st.integers(0, 999)):03}"
    return first + check_character(first)


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    return f"1{draw(st.integers(3, 9))}{draw(st.integers(0, 10**9 - 1)):09}"


def written(data: st.DataObject, number: str, *cuts: int) -> str:
    gap = data.draw(gaps)
    ends = (*cuts, len(number))
    parts = [number[start:end] for start, end in zip((0, *cuts), ends, strict=True)]
    text = gap.join(parts)
    return text.translate(WIDE) if data.draw(st.booleans()) else text


@settings(max_examples=examples(200))
@given(st.data(), identities(), around, around)
def test_an_identity_number_is_found_however_it_is_written(
    data: st.DataObject, number: str, before: str, after: str
) -> None:
    cuts = data.draw(st.sampled_from([(6, 14), (6, 10, 14), (3, 6, 10, 14), (6,), (4, 8, 12, 16)]))
    text = written(data, number, *cuts)
    assert personal_text(before + text + after) in (IDENTITY, MOBILE)
    assert personal_text(text.lower()) == IDENTITY
    old = number[:6] + number[8:17]
    if "19000101" <= number[6:14] < "20000101":
        assert personal_text(before + old + after) is not None


@settings(max_examples=examples(200))
@given(identities(), st.integers(1, 10))
def test_an_identity_number_with_another_check_character_is_none(number: str, off: int) -> None:
    order = "0123456789X"
    assert personal_text(number[:17] + order[(order.index(number[17]) + off) % 11]) is None


@pytest.mark.parametrize(
    "text",
    [
        "110105194913310020",  # no such month
        "990105194912310025",  # no such region
        "110105190002290019",  # no such day
        "1101051949123100250",  # longer
        "20240115138123456789",
        "12345-2024-000001",
        "2024-01-15 2024-02-03",
        "2024-03-05 10:22:31",
        "GD202401151381234567",
        "信访〔2024〕13812号",
        "12812345678",  # no mobile number begins so
        "138123456789",  # longer
        "0138123456",
        "1381234567",
        "投资13812345元",
        "13,812,345,678",  # an amount
        "138,123,456.78",
        "150、1200、1300户",
        "138，123，456.78元",
        "1,381,234,567,800.00",
        "3,138,123,456.78",
        "1500,2000,300",
        "1500*2000*300",  # a size
        "192.168.10.100",
        "172.16.254.100",
        "15/06/2024 123",
        "2024.05.12-2024.06.13",
        "20240512-138123456789",
        "二〇二四年一月一日至二〇二四年二月三日",
        "一五一十，第一二三社区",
        "IO5678OOOIl",  # letters mostly
        "",
    ],
)
def test_a_number_of_something_else_is_left_alone(text: str) -> None:
    assert personal_text(text) is None


@settings(max_examples=examples(200))
@given(st.data(), mobiles(), around, around)
def test_a_mobile_number_is_found_however_it_is_written(
    data: st.DataObject, number: str, before: str, after: str
) -> None:
    cuts = data.draw(st.sampled_from([(), (3, 7), (4, 7), (3, 6), (4, 8)]))
    prefix = data.draw(st.sampled_from(["", "+86", "86", "0086", "+86 ", "86-", "（86）", "T"]))
    text = prefix + written(data, number, *cuts)
    assert personal_text(before + text + after) == MOBILE


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("138_1234_5678", MOBILE),
        ("138/1234/5678", MOBILE),
        ("138#1234#5678", MOBILE),
        ("138.1234.5678", MOBILE),
        ("138 - 1234 - 5678", MOBILE),
        ("(138)12345678", MOBILE),
        ("138（1234）5678", MOBILE),
        ("138、1234、5678", MOBILE),
        ("138,1234,5678", MOBILE),
        ("(+86)138，1234，5678", MOBILE),
        ("(110105)(19491231)002X", IDENTITY),
        ("１３８＿１２３４＿５６７８", MOBILE),
        ("1 3 8 1 2 3 4 5 6 7 8", MOBILE),
        ("1-3-8-1-2-3-4-5-6-7-8", MOBILE),
        ("138 12 34 56 78", MOBILE),
        ("I38l2345678", MOBILE),
        ("138O1234567", MOBILE),
        ("一三八一二三四五六七八", MOBILE),
        ("电话：幺三八 幺二三四 五六七八", MOBILE),
        ("138一二三四5678", MOBILE),
        ("①③⑧①②③④⑤⑥⑦⑧", MOBILE),
        ("١٣٨١٢٣٤٥٦٧٨", MOBILE),
        ("1.3812345678E+10", MOBILE),
        ("13812345678一直打不通", MOBILE),
        ("①13812345678", MOBILE),
        ("110105_19491231_002x", IDENTITY),
        ("110105/1949/12/31/002X", IDENTITY),
        ("110105.19491231.002X", IDENTITY),
        ("1101o519491231OO2X", IDENTITY),
        ("一一〇一〇五一九四九一二三一〇〇二X", IDENTITY),
        ("110105 491231 002", IDENTITY),
    ],
)
def test_marks_and_look_alikes_hide_no_number(text: str, what: str) -> None:
    assert personal_text(text) == what
    assert personal_column(["1", text, text]) == [(1, what), (2, what)]


@pytest.mark.parametrize(
    "text",
    [
        "010-12345678",
        "0571 87654321",
        "(010)62345678",
        "01062345678",
        "（0571）8765 4321",
        "0571/8765432",
    ],
)
def test_the_number_of_a_fixed_telephone_is_refused_in_texts(text: str) -> None:
    refuse_personal(text)
    with pytest.raises(TypedError, match="a telephone number") as refused:
        refuse_telephone(f"请回电{text}")
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["3号楼0101室", "2024-05-12", "编号00012345678", "宽0.8米、高12345毫米", "119", "12345热线"],
)
def test_other_numbers_are_none_of_a_telephone(text: str) -> None:
    refuse_telephone(text)


@settings(max_examples=examples(200))
@given(mobiles(), digits, digits)
def test_digits_around_it_make_it_another_number(number: str, before: str, after: str) -> None:
    before = before.replace("8", "9")  # 86 and 0086 are no other number
    assert personal_text(f"{before}{number}{after}") in (None, IDENTITY)
    assert personal_text(f"单号{number}{after}") in (None, IDENTITY)


@settings(max_examples=examples(60))
@given(st.data(), st.lists(around, max_size=12))
def test_a_column_is_looked_at_as_each_of_its_cells(data: st.DataObject, cells: list[str]) -> None:
    for found in data.draw(st.lists(st.one_of(mobiles(), identities(), digits), max_size=6)):
        cells.insert(data.draw(st.integers(0, len(cells))), found)
    cells = [cell.replace("\n", "") for cell in cells]
    each = [(index, what) for index, cell in enumerate(cells) if (what := personal_text(cell))]
    assert personal_column(cells) == each


def test_a_number_does_not_reach_from_one_cell_into_the_next() -> None:
    assert personal_column(["138", "1234", "5678"]) == []
    assert personal_column(["1381234", "5678"]) == []


def test_a_column_of_very_many_cells_is_looked_at_at_once() -> None:
    """A million take a second; here are fewer, and some of the kind that cost most."""
    usual = ["第一社区", "2024-01-15", "12345-2024-000123", "20240115138123456789"] * 25_000
    hostile = ["9 " * 50_000, "6-" * 50_000, "1" * 100_000, "86" * 50_000]
    begun = time.perf_counter()
    assert personal_column([*usual, *hostile]) == []
    assert time.perf_counter() - begun < 10


def test_a_text_that_holds_one_is_refused_without_repeating_it() -> None:
    refuse_personal("北门第2个充电桩")
    with pytest.raises(TypedError, match="a mobile number") as refused:
        refuse_personal("请回电13812345678")
    assert "138" not in str(refused.value)


# Names

PEOPLE = [
    "王建国",
    "李秀英",
    "张伟",
    "欧阳明华",
    "刘洋",
    "陈静",
    "杨 敏",
    "赵磊",
    "黄某某",
    "周*",
    "吴先生",
]


def test_a_column_of_names_is_recognised() -> None:
    assert names_in_column(PEOPLE)
    assert names_in_column([*PEOPLE, "", "匿名", "不详"] * 3)


@pytest.mark.parametrize(
    "cells",
    [
        ["解放社区", "黄河社区", "石桥社区", "江北社区", "高楼社区", "金沙社区", "马家村"],
        ["综治办", "城建办", "民政办", "党政办", "应急办", "司法所", "安监站", "应急管理所"],
        [
            "物业管理",
            "噪声扰民",
            "违章搭建",
            "环境卫生",
            "停车秩序",
            "排水积水",
            "征地拆迁",
            "占道经营",
        ],
        [
            "房屋漏水",
            "高空坠物",
            "飞线充电",
            "安全隐患",
            "路灯照明",
            "水电燃气",
            "施工噪声",
            "毛坯房",
        ],
        ["是", "否", "是", "是", "否", "是"],
        ["满意", "不满意", "满意", "基本满意", "非常满意", "满意"],
        ["一般", "重大", "一般", "一般", "重大", "一般"],
        ["物业项目经理", "应急所安全专干", "网格长", "社区书记", "楼栋长", "主任"],
        ["已办结", "未办结", "办理中", "已解决", "部分解决", "未解决"],
        ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"],
        ["王建国", "李秀英", "张伟", "刘洋"],
        [],
    ],
    ids=lambda cells: cells[0] if cells else "none",
)
def test_a_column_of_something_else_is_none_of_names(cells: list[str]) -> None:
    assert not names_in_column(cells)
    assert not names_in_column(cells * 40)


# Posts, places and matters; _ is a space

POSTS = """
    物业项目经理 应急所安全专干 应急管理所副所长 网格长 社区书记 楼栋长 主任 第五社区安全专干
    物业工程主管 经营场所负责人 物业 党政办 城建办 安监站 司法所 武装部 林长 河长
    高级工程师 高工 万科物业 万达广场物业 金地物业 龙湖物业 石化加油站站长 方正物业 程序员
    武警中队 消防救援站 施工单位 施工方 产权单位 电工 保安队长 车队长 楼长 段长 马路办
    金融办 林业站 史志办 综治中心主任 分管城建副主任 第一社区党总支书记 城管执法队 派出所民警
    电力公司抢修班 燃气公司 业委会 业委会主任 居委会 街道办 值班员 安全员 水电工 房管所
    市场监管所 卫生院院长 康复中心 江南物业 白云社区网格员 黄河社区 商户负责人 施工负责人
    任务组 高层建筑消防员 x 物业A wg-1 Property_manager 陈家湾社区
    张家湾社区 和平里社区 总工程师 副总经理 总经理 物业_项目经理 物业公司（维修部）
    应急所_安全专干 陶瓷城 王府井 陈列馆 万寿路 石景山 万通 石材城 物业万达 第一社区金茂
    公司高新 社区白云 应急所方正
"""
NAMES = """
    王建国 李秀英 张伟 欧阳明华 刘洋 陈静 赵磊 黄某某 吴先生 周女士 老王 小李 王师傅
    张主任 李书记 刘经理 孙工 王海山 李长城 诸葛亮 安全员王建国 社区书记李秀英 物业经理张伟
    网格长刘洋 王建国（物业经理） 物业经理:李秀英 王建国、张伟 徐志强 郭小军 何丽 高建华
    马超 司马光 陈师傅 杨大姐 王某 王_建国 李_伟 物业经理_王建国
    保安王建国 电工李明 物业王建国 门卫张伟 第一社区王建国 应急所李明 住户王建国
"""
PLACES = """
    王家胡同 张家湾社区 李记饭店 和平里小区3号楼2单元101室 第三社区甲小区2号楼单元门口
    第七社区纺织厂家属院4号楼楼道 商贸城南门 幸福小区3号楼2单元 3号楼东侧通道
    第一社区职工宿舍2号楼走廊 李家庄 孙家坑 高家园小区 马家堡西路 黄金家园 金色家园3号楼
    高新家具城 马上家政门店 万科住宅 高层住宅 高档住宅小区 石化住宅区 江南人家 白云人家3号楼
    水岸人家 温馨人家 钱塘世家 阳光之家 职工之家 党员之家 老年人之家 农家乐 张记商户
    沿街商户 马路门户 李家老宅 王府井百货 张自忠路5号 马连道茶城 石景山住宅 黄村住宅
    于辛庄住宅 王府酒家 全家便利店 宜家家居 商家 厂家 国家粮库 李先生牛肉面 王守义十三香门店
    老王家面馆 外婆家餐厅 高碑店市场 方庄体育公园 白石桥地铁站 向阳路12号 陈家大院 徐家汇
    周家村5组 金鼎轩后厨 家属院 何家村口 万家灯火小区 石榴家园 方便面厂 田园都市 康复医院
    雷锋小学 3单元住户 业主委员会 业主方施工现场 居民楼 居民活动室 居民小区 村民委员会
    低保户 住户 301户 租户 住宅 出租屋 居民江南里3号 任家口 方家胡同12号院 刘家窑桥
    郭公庄 周边商户 高龄户 x 北门第2个充电桩 3号楼_住宅 Building_3 张家口_路口
    第二社区_住户_3号
"""
HOMES = """
    王建国家 张伟家 李秀英住宅 赵磊户 3号楼2单元101室王建国家 王建国的家 王建国家厨房
    张伟家阳台 李秀英家门前 陈静家里 刘洋家中 欧阳明华家 吴先生家 周女士家 王大爷家 张阿姨家
    老王家 李奶奶家 王某某家 王某家 业主王建国 住户张伟 居民李秀英 户主刘洋 房东陈静
    租户赵磊 和平里5号院李秀英家 幸福村王建国家 王家村王福全家 甲小区3栋张伟宅 王建国宅
    李秀英租住处 张伟出租屋 陈师傅家 徐志强家 郭小军户 何丽家 5-301王建国家 孙工家
    黄某家 马超家厨房 业主王建国家 村民周大海 3号楼_王建国家 101室（李秀英家）
    3号楼302室王建国 住户：李明 302李家 李明家阳台外 王建国（302） 302王建国
"""
MATTERS = """
    物业管理 施工扰民 白蚁防治 马路市场 高空坠物 高空抛物 金融诈骗 高利贷 周边环境 白蚁 其他
    周巡查 周检查 周报 月巡查 旬检查 夜巡查 周排查 周例查 周末巡查 高温巡查 汛期巡查
    于家胡同整治 车库 水电 安全 马路 毛坯 毛坯房 田间 江边 柳絮 杨柳絮 杨絮 金融 路灯 路灯不亮
    黄土 黄土裸露 石材 牛羊 温泉 方案 施工 水管漏水 车辆 乱停 房屋漏雨 单位欠薪 广告扰民
    时令垃圾 高空坠落 高层消防 高压线 高压电 高音喇叭 高龄津贴 高铁噪声 高架桥 金属探测 金店
    石板路 石棉瓦 石膏板 白噪声 白灰 白色垃圾 白天施工 黄线 黄标车 黄牛 黄赌毒 马蜂窝 马桶堵塞
    马路牙子 马葫芦 马路边 毛刺 毛坯料 毛发堵 田地 田埂 林地 林木 林木伐 林下 江堤 江滩 江水
    河道 沈降 孔洞 陶粒 陶瓷 汤锅 雷击 雷电 雷雨天 钱款 任务 万人坑 段面 史料 严重 顾客 贺卡
    程序 方便 许可证 夏令 夏收 秦腔 章程 唐装 宋体 韩餐 罗马柱 何时修 谢客 丁字路 叶片 叶落
    杜绝 苏打 魏碑 姜汤 谭水 范围 龙头漏 龙舟 武术 戴帽 洪涝 洪水 樊篱 葛藤 庞大 颜料 耿直
    柯木 霍乱 骆驼 曹操 曾祖坟 胡同 胡同灯 梁柱 梁裂 梁断裂 张贴 张挂 张拉膜 李子树 杨树 陈皮
    陈旧 陈年 陈账 周转房 周转箱 周边 孙辈 朱漆 高坡 高墙 高杆灯 高危树 高低差 高考噪 董事会
    袁大头 潘家园 余热 余泥 余震 余土 杜仲 曲面 施肥 施救 水渠 水井 水费 安防 安检 电梯困人
    电动车 燃气 井盖 井盖缺失 占道 违建 消火栓 充电桩 消防通道 楼道堆物 油烟 噪声 流浪犬 垃圾
    健身器材 供热不热 停车难 欠薪 快递 公交站 学位 医保 社保 低保 公租房 物业费 道路破损 积水
    污水外溢 绿化 树木倒伏 群租房 养犬 广场舞 拖欠工资 雨污混接 危房 燃气泄漏 动火作业
    有限空间
"""


def each(texts: str) -> list[str]:
    return [text.replace("_", " ") for text in texts.split()]


@pytest.mark.parametrize("text", each(POSTS))
def test_a_post_or_unit_is_no_person(text: str) -> None:
    refuse_person(text)


@pytest.mark.parametrize("text", each(NAMES))
def test_a_name_is_no_post(text: str) -> None:
    with pytest.raises(PersonalError, match="give the post") as refused:
        refuse_person(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", each(PLACES))
def test_a_place_is_nobodys_home(text: str) -> None:
    refuse_home(text)


@pytest.mark.parametrize("text", each(HOMES))
def test_somebodys_home_is_no_place(text: str) -> None:
    with pytest.raises(PersonalError, match="whose home") as refused:
        refuse_home(text)
    assert text not in str(refused.value)


def test_a_matter_is_no_person() -> None:
    """Neither as a topic, nor as a post or unit that sees to it, nor as a place."""
    for text in MATTERS.split():
        refuse_name(text)
        refuse_person(text)
        refuse_home(text)
        refuse_person(f"{text}专员")
        refuse_person(f"社区{text}办")
        refuse_home(f"居民{text}")


def test_a_column_of_matters_is_none_of_names() -> None:
    matters = MATTERS.split()
    for size in (5, 8, 20):
        for start in range(0, len(matters) - size, size):
            assert not names_in_column(matters[start : start + size])
    short = [matter for matter in matters if len(matter) < 4]
    assert not names_in_column(short)


@pytest.mark.parametrize(
    "text",
    each("王建国 李秀英 欧阳明华 吴先生 张主任 王梓涵 李浩然 张子轩 刘若曦 陈奕霖 周大海"),
)
def test_a_person_is_no_matter(text: str) -> None:
    with pytest.raises(PersonalError, match="name it more fully"):
        refuse_name(text)


def test_what_another_system_calls_a_matter_is_not_ours_to_choose() -> None:
    for text in each(f"{MATTERS} 杨树毛 夏令营 万圣节 白云一 王海洋"):
        refuse_titled(text)
    for text in ("王先生", "老 李师傅", "黄某某"):
        with pytest.raises(PersonalError, match="name it more fully"):
            refuse_titled(text)


@pytest.mark.parametrize(
    "name",
    ["现场.jpg", "整改前IMG_20240512_101522.jpg", "消防设备合格证.pdf", "0755-2024-0012.jpg"],
)
def test_a_file_may_be_called_after_what_it_shows(name: str) -> None:
    refuse_personal_file(name)


@pytest.mark.parametrize(
    "name", ["王建国身份证.jpg", "户口本.pdf", "13812345678.jpg", "投诉_138_1234_5678.xlsx"]
)
def test_a_file_may_not_be_called_after_a_person(name: str) -> None:
    with pytest.raises(PersonalError):
        refuse_personal_file(name)


# Numbers of cases

WORDS = number_words(
    ["北京市海淀区幸福街道办事处", "第一社区", "解放社区", "应急管理所", "月查", "dj"]
)


@pytest.mark.parametrize(
    "number",
    [
        "12345-2024-000001",
        "20240115138123456789",
        "20240512-138123456789",
        "GD20240115/003#2",
        "0755-2024-00123",
        "隐患〔2024〕1号",
        "信访〔2024〕12号",
        "京信访字〔2024〕第12号",
        "海淀信访办2024-7",
        "海淀区信访〔2024〕7号",
        "北京市政府热线2024-1",
        "幸福街道信访2024-1",
        "幸福信访2024-1",
        "热线工单〔2024〕15",
        "wires-第一社区-2024-01-31",
        "月查-第一社区-2024-01-31",
        "应急管理所2024-3",
        "解放社区2024-1",
        "解放2024-1",
        "A1",
    ],
)
def test_a_number_of_a_case_is_read_as_it_is(number: str) -> None:
    assert parse_number(number, WORDS) == number
    wide = number.replace("2024", "２０２４").replace("〔", "（").replace("〕", "）")
    assert parse_number(f" {wide} ", WORDS) == number


@pytest.mark.parametrize(
    "typed",
    [
        "王建国",
        "王建国1",
        "2024王建国",
        "王建国信访件1",
        "张三社区1",
        "建国信1号",
        "建国街道2024-1",
        "胜利居委会2024-1",
        "鲁信访1建国",
        "解放王社区1",
        "20240115-张伟",
        "张伟2024-1号",
        "欧阳明华信访1",
        "信访",
        "wires",
        "1\n2",
        "",
        "1" * 61,
        "工单13812345678",
        "138-1234-5678",
        "138_1234_5678",
        "138/1234/5678",
        "138#1234#5678",
        "138.1234.5678",
        "I38l2345678",
        "138O1234567",
        "11010519491231002X",
        "110105/19491231/002X",
        "110105_1949_12_31_002x",
        "11O105l949l231OO2X",
        "1<script>",
        "=1+2",
    ],
)
def test_no_name_and_no_number_of_a_person_can_be_the_number_of_a_case(typed: str) -> None:
    with pytest.raises(TypedError):
        parse_number(typed, WORDS)


def test_a_number_of_a_person_is_not_repeated() -> None:
    for typed in ("王13812345678", "2024 13812345678", "13812345678!"):
        with pytest.raises(TypedError, match="a mobile number") as refused:
            parse_number(typed, WORDS)
        assert "138" not in str(refused.value)


def test_only_an_office_that_has_a_name_in_its_plan_may_number_by_it() -> None:
    assert parse_number("解放社区2024-1", WORDS)
    with pytest.raises(TypedError, match="names of the office and its units"):
        parse_number("解放社区2024-1")


@given(
    st.sampled_from(["信访", "网信", "信", "社区", "街道", "1"]), st.sampled_from(["王", "!", "社"])
)
def test_a_hostile_number_is_answered_at_once(part: str, end: str) -> None:
    begun = time.perf_counter()
    for typed in (part * 50 + "1" + end, (part * 50)[:57] + "1" + end):
        with pytest.raises(TypedError):
            parse_number(typed, WORDS)
    assert time.perf_counter() - begun < 1
