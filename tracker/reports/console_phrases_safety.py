"""The phrases of the lists, cards and rates of sweeps and hazards: key → Chinese, English."""

SAFETY: dict[str, tuple[str, str]] = {
    # Sweeps
    "sweep_list": ("安全检查", "safety sweeps"),
    "sweep_counts": (
        "应开展{due}次，已开展{done}次（{rate}）：按期{held}、补办{late}；"
        "未开展{missed}次，待补办{behind}次；未到期{open}次",
        "held {done} of {due} due ({rate}): {held} in time, {late} late; {missed} missed, "
        "{behind} to be made good; {open} not due yet",
    ),
    "sweep_sums": ("检查场所{places}处，出动{people}人次", "places: {places}, people: {people}"),
    "sweep_only": ("只列：{what}", "only: {what}"),
    "sweep_none": ("没有检查安排", "no sweeps"),
    "sweep_other": ("专项检查", "other"),
    "sweep_due": ("应查", "due"),
    "sweep_held_on": ("检查", "held"),
    "sweep_places": ("场所", "places"),
    "sweep_people": ("人次", "people"),
    "sweep_title": ("安排", "sweep"),
    # What both have
    "safety_kind": ("类别", "kind"),
    "safety_community": ("社区", "community"),
    "safety_unit": ("责任单位", "unit"),
    "safety_state": ("状况", "status"),
    "safety_office": ("全街道", "whole office"),
    "safety_more": (
        "…… 另有{count}条未列出（--all全部列出）",
        "… {count} more not listed (--all lists them)",
    ),
    # Hazards
    "hazard_list": ("安全隐患", "hazards"),
    "hazard_counts": (
        "共{all}处（重大{major}处）：待整改{found}、限期整改{ordered}、待复查{fixed}、复查不合格{failed}、"
        "待销号{passed}、已销号{closed}",
        "{all} in all ({major} major): {found} found, {ordered} ordered, {fixed} fixed, "
        "{failed} failed, {passed} passed, {closed} closed",
    ),
    "hazard_overdue_count": ("逾期{count}处", "overdue: {count}"),
    "hazard_inspection_overdue_count": ("其中复查逾期{count}处", "of these re-inspection: {count}"),
    "hazard_again_count": (
        "同一场所{days}天内再次发现{count}处",
        "same place within {days} days: {count}",
    ),
    "hazard_none": ("没有隐患", "no hazards"),
    "hazard_place": ("场所", "place"),
    "hazard_found": ("发现", "found"),
    "hazard_due": ("期限", "due"),
    "hazard_overdue": ("逾期{days}天", "{days} d late"),
    "hazard_inspect_late": ("复查{late}", "inspection {late}"),
    "hazard_again": ("再次：{number}（{day}）", "again: {number} ({day})"),
    "hazard_fails": ("复查不合格{count}次", "failed {count}×"),
    "hazard_major": ("重大", "major"),
    # One hazard
    "hazard_card": ("隐患 {number}", "hazard {number}"),
    "hazard_grade": ("等级", "grade"),
    "hazard_sweep": ("检查", "sweep"),
    "hazard_reported": ("非检查发现", "by report"),
    "hazard_overdue_long": (
        "逾期{days}天、{workdays}个工作日",
        "{days} days late, {workdays} working days",
    ),
    "hazard_again_label": ("同一场所", "same place"),
    "hazard_again_long": ("{day}曾发现{number}", "had {number} on {day}"),
    "hazard_evidence": ("佐证", "evidence"),
    "hazard_events": ("经过", "what happened"),
    "hazard_no_events": ("发现后尚无登记", "nothing since it was found"),
    "hazard_step_due": ("期限{day}", "due {day}"),
    "hazard_inspect_due": ("复查期限{day}", "inspection due {day}"),
    "hazard_told_due": ("临期提醒", "due soon"),
    "hazard_told_late": ("逾期提醒", "late"),
    "hazard_told_head": ("提请单位负责人", "unit head"),
    "hazard_told_leader": ("提请分管领导", "supervising leader"),
    "hazard_undone": ("第{number}条未发生", "event {number} never held"),
    "hazard_filed": ("{author} {moment}记", "filed by {author}, {moment}"),
    # Rates
    "sweep_rates": ("安全检查开展情况", "sweeps held"),
    "hazard_rates": ("隐患整改情况", "hazards put right"),
    "safety_rate_none": ("没有可统计的数据", "nothing to count yet"),
    "safety_stated": ("汇总数 · {what}", "from totals · {what}"),
    "safety_total": ("合计", "all"),
    "safety_by_kind": ("按类别", "by kind"),
    "safety_by_community": ("按社区", "by community"),
    "safety_by_month": ("按月份", "by month"),
    "safety_rate_held": ("开展率", "held"),
    "safety_rate_in_time": ("按期", "in time"),
    "safety_rate_put_right": ("整改率", "put right"),
    "safety_rate_put_right_in_time": ("按期整改", "in time"),
    "safety_rate_reopened": ("重新整改", "re-opened"),
    "safety_count_missed": ("未开展", "missed"),
    "safety_count_places": ("场所", "places"),
    "safety_count_people": ("人次", "people"),
    "safety_count_found": ("发现", "found"),
    "safety_count_major": ("重大", "major"),
    "safety_count_overdue": ("逾期", "overdue"),
    "hazard_rate_legend": (
        "整改率＝复查合格÷发现；按期整改＝首次期限内整改且复查合格÷发现；重新整改＝复查曾不合格÷发现",
        "put right = passed re-inspection ÷ found; in time = put right by its first day ÷ found; "
        "re-opened = failed a re-inspection ÷ found",
    ),
    "sweep_rate_legend": (
        "开展率＝已开展（含补办）÷应开展；按期＝应查日期前开展÷应开展",
        "held = held in time or made good ÷ due; in time = held by its day ÷ due",
    ),
}
