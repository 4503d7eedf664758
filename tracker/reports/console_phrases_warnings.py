"""The phrases of early warning and of the boards: key → Chinese, English."""

WARNINGS: dict[str, tuple[str, str]] = {
    "warn": ("预警", "early warning"),
    "warn_open": ("在办{count}件", "open: {count}"),
    "warn_overdue": ("逾期未办结{count}件", "past due: {count}"),
    "warn_accept_overdue": ("逾期未受理（签收）{count}件", "not accepted in time: {count}"),
    "warn_due": ("{days}天内到期{count}件", "due within {days} d: {count}"),
    "warn_due_of": ("其中{days}天内{count}件", "within {days} d: {count}"),
    "warn_cases_counted": ("预警{count}件：{signs}", "warned of: {count} ({signs})"),
    "warn_cases_several": (
        "预警{count}件（一件可有多项）：{signs}",
        "warned of: {count} (for several reasons each: {signs})",
    ),
    "warn_then": ("；", "; "),
    "warn_accepted_late": ("超期受理{count}件", "accepted too late: {count}"),
    "warn_repeated": ("重复{count}件", "repeated: {count}"),
    "warn_rises": ("异常上升的主题{count}个", "rising topics: {count}"),
    "warn_none": ("没有需要预警的案件和主题", "nothing to warn of"),
    "warn_cases": ("案件", "cases"),
    "warn_topics": ("异常上升的主题", "rising topics"),
    "warn_sign": ("预警原因", "why"),
    # The signs of a case
    "sign_overdue_settle": ("逾期{days}天未办结", "{days} d past the day to settle"),
    "sign_overdue_accept": ("逾期{days}天未受理", "{days} d past the day to accept"),
    "sign_overdue_sign": ("逾期{days}天未签收", "{days} d past the day to sign"),
    "sign_overdue_answer_review": (
        "复查逾期{days}天未答复",
        "{days} d past the day to answer the review",
    ),
    "sign_overdue_answer_second_review": (
        "复核逾期{days}天未答复",
        "{days} d past the day to answer the second review",
    ),
    "sign_due_settle": ("还有{days}天应办结", "{days} d left to settle"),
    "sign_due_accept": ("还有{days}天应受理", "{days} d left to accept"),
    "sign_due_sign": ("还有{days}天应签收", "{days} d left to sign"),
    "sign_due_answer_review": ("还有{days}天应答复复查", "{days} d left to answer the review"),
    "sign_due_answer_second_review": (
        "还有{days}天应答复复核",
        "{days} d left to answer the second review",
    ),
    "sign_today_settle": ("今天应办结", "to settle today"),
    "sign_today_accept": ("今天应受理", "to accept today"),
    "sign_today_sign": ("今天应签收", "to sign for today"),
    "sign_today_answer_review": ("今天应答复复查", "review to answer today"),
    "sign_today_answer_second_review": ("今天应答复复核", "second review to answer today"),
    "sign_late_accept": ("迟{days}天受理", "accepted {days} d late"),
    "sign_late_sign": ("迟{days}天签收", "signed for {days} d late"),
    "sign_repeated": ("重复", "repeated"),
    # The numbers behind a sign
    "why_received": ("{day}收到", "in on {day}"),
    "why_accepted": ("{day}受理", "accepted on {day}"),
    "why_review": ("{day}申请复查", "review asked for on {day}"),
    "why_second_review": ("{day}申请复核", "second review asked for on {day}"),
    "why_signed": ("{day}签收", "signed for on {day}"),
    "why_rule": ("{source}：{limit}", "{source}: {limit}"),
    "why_days": ("{count}天", "{count} d"),
    "why_workdays": ("{count}个工作日", "{count} working days"),
    "why_extended": ("经批准延期{count}次", "extended {count} x"),
    "why_due": ("期限{day}", "due {day}"),
    "why_overdue": ("已超{days}天、{workdays}个工作日", "{days} d, {workdays} working days over"),
    "why_left": ("还有{days}天、{workdays}个工作日", "{days} d, {workdays} working days left"),
    "why_late": (
        "{day}完成，迟{days}天、{workdays}个工作日",
        "done {day}, {days} d, {workdays} working days late",
    ),
    "why_repeated": ("来件时标明是重复件", "flagged as repeated when it came in"),
    # A topic that rises
    "rise_counts": (
        "截至{on}的{window}天里{recent}天有来件，共{cases}件；往常{window}天里平均{expected}天有来件",
        "{recent} of {window} days up to {on} had cases, {cases} in all; usual are {expected}",
    ),
    "rise_counts_busy": (
        "截至{on}的{window}天里{recent}天各来{least}件以上（含{least}件），共{cases}件；往常{window}天里平均有{expected}天",
        "{recent} of {window} days up to {on} had {least} cases or more, {cases} in all; usual are "
        "{expected}",
    ),
    "rise_counts_office_busy": (
        "截至{on}的{window}天里各社区来件偏多的日子合计{recent}天，共{cases}件；往常{window}天里平均合计{expected}天",
        "{recent} busy days in all communities within {window} up to {on}, {cases} cases; "
        "usual are {expected}",
    ),
    "rise_counts_office": (
        "截至{on}的{window}天里各社区合计{recent}天有来件，共{cases}件；往常{window}天里平均合计{expected}天",
        "{recent} days with cases in all communities within {window} up to {on}, {cases} cases; "
        "usual are {expected}",
    ),
    "rise_too_early": (
        "来件记录还不够长，主题是否异常上升自{day}起检验",
        "too little history yet: whether a topic rises is tested from {day} on",
    ),
    "rise_untested": (
        "新列入清单、自所列日期起才检验是否异常上升：{names}",
        "new in the lists, tested for a rise from the day given on: {names}",
    ),
    "rise_past": (
        "对比此前{history}天（{first}至{last}）：其间这样的日子{before}天",
        "held against the {history} days before ({first} to {last}): {before} such days",
    ),
    "rise_odds": (
        "若无变化，偶然多到{recent}天，约每{odds}次查看才会出现一次",
        "with no change, {recent} by chance come about once in {odds} looks",
    ),
    "rise_alarm": (
        "比界限（每{limit}次一次）更少见，故预警",
        "rarer than the limit (once in {limit}): an alarm",
    ),
    "rise_no_alarm": (
        "没有界限（每{limit}次一次）那么少见，不预警",
        "not as rare as the limit (once in {limit}): no alarm",
    ),
    "rise_needed": ("达到{needed}天即预警", "an alarm from {needed} days on"),
    "rise_no_room": ("窗口太短，再多也不预警", "the window is too short for an alarm"),
    "rise_then": ("；", "; "),
    "rise_odds_over": ("{number}以上", "more than {number}"),
    "rise_nearest": ("最接近预警的主题", "topics nearest to an alarm"),
    "rise_limit": (
        "界限的由来：若无变化，所有主题一年内出现任何误报的概率不超过{percent}%，均摊到一年约{looks}次查看"
        "（哪个主题在哪个社区有来件，当天就查看一遍：该社区和全街道，各看{windows}天三个窗口，共{times}次），"
        "即约每{odds}次查看一次。多数日子都有来件的社区，只数来件偏多的日子；重复件不计。"
        "社区用费希尔精确检验，全街道用条件二项检验。当日检验{tested}组（主题×社区）",
        "the limit: with no change, any false alarm of any topic within a year has a chance of at "
        "most {percent}%, shared out among some {looks} looks of a year ({times} on each day on "
        "which a topic has a case in a community: that community and the whole office, in windows "
        "of {windows} days): once in {odds}. Where most days have a case, only those with more "
        "than usual count; repeated cases never do. Fisher's exact test in a community, the "
        "conditional binomial one in the whole office. Tested now: {tested}",
    ),
    # The boards
    "board_petitions": ("信访和12345看板", "board of petitions and 12345 orders"),
    "board_safety": ("安全检查看板", "board of safety sweeps"),
    "board_warnings": ("当日预警", "warnings of the day"),
    "board_heat": ("主题 × 社区", "topic × community"),
    "board_heat_note": ("{year}年收到的案件；↑ 异常上升", "cases of {year}; ↑ rises"),
    "page_heat_note": (
        "{year}年收到的案件；加粗的为最多一格的一半以上，↑ 异常上升",
        "cases of {year}; bold: at least half of the most, ↑ rises",
    ),
    "heat_all": ("合计", "all"),
    "board_months": ("逐月", "by month"),
    "board_months_petitions": ("信访事项", "petitions"),
    "board_months_orders": ("12345工单", "12345 orders"),
    "board_months_sweeps": ("开展检查", "sweeps held"),
    "board_months_places": ("检查场所", "places"),
    "board_months_hazards": ("发现隐患", "hazards found"),
    "board_sweeps": ("检查", "sweeps"),
    "board_held": ("已开展 / 应开展", "held / due"),
    "board_to_hold": ("待开展的检查", "sweeps to be held"),
    "board_more": ("…… 另有{count}个", "… {count} more"),
    "board_hazards": ("隐患", "hazards"),
    "board_hazard_rates": (
        "发现{found}处，其中重大{major}处；整改{put_right}，按期整改{in_time}，重新整改{reopened}",
        "{found} found, {major} of them major; put right {put_right}, in time {in_time}, "
        "re-opened {reopened}",
    ),
    "board_ages": ("未整改到位的隐患", "hazards not put right"),
    "board_age": ("{days}天内", "up to {days} d"),
    "board_age_between": ("{first}-{last}天", "{first}-{last} d"),
    "board_age_older": ("{days}天以上", "over {days} d"),
    "board_none_open": ("没有未整改到位的隐患", "all hazards are put right"),
    "board_overdue": ("逾期未整改到位", "past their day"),
    "board_before": ("已提请", "before"),
    "board_unit": ("责任单位", "unit"),
    "board_stage": ("提请{stage}", "before the {stage}"),
    "board_again": ("同一场所{days}天内再次发现", "same place within {days} days"),
    "board_again_one": ("{earlier}（{day}）之后再次", "after {earlier} ({day})"),
}
