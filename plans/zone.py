"""The time zone of the office: its days begin and end there, wherever the machine stands."""

OFFICE_ZONE = "Asia/Shanghai"
