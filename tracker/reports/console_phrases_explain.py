"""The phrases of `duban explain`: key → Chinese, English."""

EXPLANATIONS: dict[str, tuple[str, str]] = {
    "x_dates": ("一、期限", "1 Dates"),
    "x_expected": ("二、应达进度", "2 Expected progress"),
    "x_actual": ("三、完成进度", "3 Actual progress"),
    "x_level": (
        "四、状态判定（依次对照，先符合者为准）",
        "4 Level (tried in order; the first that holds)",
    ),
    "x_planned": ("计划 {start} 至 {due}", "planned {start} to {due}"),
    "x_original": ("首次承诺的期限 {due}", "first promised for {due}"),
    "x_extended": (
        "第{request}行申请延期至{due}，第{approval}行于{on}同意",
        "row {request} asked for {due}, granted by row {approval} on {on}",
    ),
    "x_extended_part": (
        "第{request}行申请“{part}”延期至{due}，第{approval}行于{on}同意",
        "row {request} asked for {due} for “{part}”, granted by row {approval} on {on}",
    ),
    "x_in_force": ("现行期限 {due}", "date in force {due}"),
    "x_past_due": (
        "{as_of}已过现行期限{due}：应全部完成",
        "{as_of} is past {due}: all is expected",
    ),
    "x_before_start": (
        "{as_of}早于启动日{start}：应达为零",
        "{as_of} is before {start}: none is expected",
    ),
    "x_linear_days": (
        "按序时进度：{start}至{as_of}已过{gone}天，至{due}共{all}天",
        "by time: {gone} days from {start} to {as_of}, of {all} days to {due}",
    ),
    "x_linear": ("{gone} ÷ {all} ＝ {result}", "{gone} ÷ {all} = {result}"),
    "x_steps_due": ("按节点：期限已过的节点权重", "by milestones: weights of those that are past"),
    "x_steps_reached": ("按节点：已完成的节点权重", "by milestones: weights of those reached"),
    "x_step_due": ("{title}：{due}期，权重{weight}", "{title}: due {due}, weight {weight}"),
    "x_step_reached": (
        "{title}：{on}完成（第{row}行），权重{weight}",
        "{title}: reached {on} (row {row}), weight {weight}",
    ),
    "x_steps": (
        "{part} ÷ {all}（全部节点权重）＝ {result}",
        "{part} ÷ {all} (all weights) = {result}",
    ),
    "x_missed": ("漏办{count}次：{titles}", "{count} missed: {titles}"),
    "x_no_step": ("没有", "none"),
    "x_table": ("按月度目标：{end}为{result}", "by the table: {result} at {end}"),
    "x_table_stretched": (
        "期限由{planned}延至{due}，各月目标日按同一比例顺延",
        "extended from {planned} to {due}: the dates of the table move in proportion",
    ),
    "x_table_none": ("按月度目标：首个目标日未到", "by the table: none yet"),
    "x_children": ("按子项加权平均", "weighted mean of the sub-items"),
    "x_child": ("{code} {title}：{weight} × {part}", "{code} {title}: {weight} × {part}"),
    "x_child_cancelled": ("{code} {title}：已取消，不计", "{code} {title}: cancelled, left out"),
    "x_mean": ("{sum} ÷ {weight}（权重之和）＝ {result}", "{sum} ÷ {weight} (weights) = {result}"),
    "x_indicators": ("按指标加权平均", "weighted mean of the indicators"),
    "x_rows_sum": ("{rows} ＝ {value}", "{rows} = {value}"),
    "x_row_amount": ("{amount}（第{row}行，{on}）", "{amount} (row {row}, {on})"),
    "x_rows_last": ("最近一次填报 {rows}", "filed last: {rows}"),
    "x_no_rows": ("没有填报，按0计", "nothing filed: 0"),
    "x_at_least": (
        "{value} ÷ {target}（目标）＝ {result}",
        "{value} ÷ {target} (target) = {result}",
    ),
    "x_reached": ("已达目标{target}：{result}", "target {target} is reached: {result}"),
    "x_beyond": (
        "超出恰为{target}的目标：（2 × {target} − {value}）÷ {target} ＝ {result}",
        "beyond exactly {target}: (2 × {target} − {value}) ÷ {target} = {result}",
    ),
    "x_beyond_all": ("达到或超过恰为{target}的两倍：{result}", "twice {target} or more: {result}"),
    "x_ceiling_kept": (
        "未超过上限{target}：不计入平均",
        "ceiling of {target} kept: left out of the mean",
    ),
    "x_all_kept": (
        "各项上限均未超过：填报后随应达进度计 {result}",
        "all ceilings kept: once reported on, as much as is expected, {result}",
    ),
    "x_ceiling_broken": ("超过上限{target}：{result}", "ceiling of {target} exceeded: {result}"),
    "x_register_count": ("登记簿“{register}” ＝ {value}", "register {register} = {value}"),
    "x_register_rate": (
        "登记簿“{register}”：{part} ÷ {all} ＝ {value}",
        "register {register}: {part} of {all} = {value}",
    ),
    "x_register_total": (
        "登记簿“{register}”：汇总数 {value}",
        "register {register}: a total says {value}",
    ),
    "x_register_none": (
        "登记簿“{register}”：暂无数据",
        "register {register}: nothing to work it out from yet",
    ),
    "x_register_open": (
        "登记簿“{register}”：{first}至{last}有汇总数，未说明分子分母，不能与其余部分合算",
        "register {register}: of {first} to {last} there are totals that do not say what it is "
        "made of, so it cannot be worked out together with the rest",
    ),
    "x_rate_kept": (
        "符合目标{target}：须保持，不计入平均",
        "target {target} is met: it has to hold, and is left out of the mean",
    ),
    "x_rate_unknown": (
        "目标{target}：尚无到期的事项，不计入平均",
        "target {target}: nothing is due yet, left out of the mean",
    ),
    "x_rate_open": (
        "目标{target}：比率算不出，不计入平均",
        "target {target}: it cannot be worked out, left out of the mean",
    ),
    "x_all_rates_kept": (
        "各项上限和比率均符合：有记录后随应达进度计 {result}",
        "all ceilings and rates kept: once there is a record, as much as is expected, {result}",
    ),
    "x_all_computed": (
        "由登记簿计算、无需填报，现无未达目标的：随应达进度计 {result}",
        "all from registers, nothing to be reported, and no target missed: as much as is "
        "expected, {result}",
    ),
    "x_recorded_only": ("{name}：只记录，不考核", "{name}: recorded only"),
    "x_weighted": ("权重{weight}", "weight {weight}"),
    "x_closing": ("没有可计量的内容：销号即完成", "nothing to measure: complete once closed"),
    "x_closed": ("第{row}行销号：{result}", "closed by row {row}: {result}"),
    "x_not_closed": ("尚未销号：{result}", "not closed: {result}"),
    "x_expected_is": ("应达 {result}", "expected {result}"),
    "x_actual_is": ("完成 {result}", "actual {result}"),
    "x_gap": ("差距：{expected} − {actual} ＝ {gap}", "gap: {expected} − {actual} = {gap}"),
    "x_yes": ("是", "yes"),
    "x_no": ("否", "no"),
    "x_cancelled": ("有取消的记录", "a row cancels it"),
    "x_closed_out": ("有销号的记录", "a row closes it"),
    "x_done": ("完成进度达到100%", "actual progress is 100%"),
    "x_overdue": ("有已过期限而未完成的节点或事项", "a milestone or the item is past its date"),
    "x_settled": (
        "已没有可以再完成的内容，可以销号",
        "nothing is left that could still be done; it can be closed out",
    ),
    "x_overdue_since": ("最早一项期限{day}", "the earliest was due {day}"),
    "x_far_behind": (
        "差距大于{points}个百分点，或应启动未启动满{days}天",
        "the gap is above {points} points, or it is unstarted for {days} days",
    ),
    "x_behind": (
        "差距大于{points}个百分点，或应启动未启动满{days}天",
        "the gap is above {points} points, or it is unstarted for {days} days",
    ),
    "x_unstarted": ("启动已{days}天，尚无填报", "{days} days since the start, nothing filed"),
    "x_gap_is": ("差{points}个百分点", "the gap is {points} points"),
    "x_not_reported": (
        "应报{first}至{last}，此后没有填报",
        "nothing filed since the period {first} to {last}",
    ),
    "x_not_asked": ("不要求填报", "no reports are asked for"),
    "x_due_soon": ("{days}天内有节点或事项到期", "something is due within {days} days"),
    "x_next_due": ("下一期限{day}", "next date {day}"),
    "x_not_started": (
        "没有填报，且未到启动日或应达为零",
        "nothing filed, and it need not have begun",
    ),
    "x_row": ("第{row}行", "row {row}"),
    "x_on_track": ("以上都不符合", "none of the above"),
    "x_verdict": (
        "应达 {expected}，完成 {actual}，状态：{level}",
        "expected {expected}, actual {actual}, status: {level}",
    ),
}
