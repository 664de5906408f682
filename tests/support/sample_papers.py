"""Realistic papers for the tests, of any length."""

import hashlib
from decimal import Decimal

from tosportal.support.documents.protocol_paper import ProtocolPaper
from tosportal.support.documents.receipt import Receipt

ZONE = "по Новосибирску"
NAMES = [
    "Заря",
    "Берёзовая роща",
    "Дружный",
    "Филиппово",
    "Новый Шарап",
    "Обской берег",
    "Тихая",
    "Родник",
    "Луч",
    "Исток",
]
PROJECTS = [
    "Детская площадка «Солнышко» на улице Лесной",
    "Освещение пешеходной дорожки к школе",
    "Сквер памяти земляков",
    "Ремонт общественного колодца и благоустройство родника",
    "Спортивная площадка для подростков и взрослых",
]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def receipt(files: int = 3) -> Receipt:
    budget = [
        ["Горка двойная", "1 шт.", "58 300,00 ₽", "58 300,00 ₽", "0,00 ₽", "0,00 ₽"],
        ["Качели на две подвески", "2 шт.", "24 150,50 ₽", "40 000,00 ₽", "8 301,00 ₽", "0,00 ₽"],
        ["Доставка из Новосибирска", "1 рейс", "12 000,00 ₽", "12 000,00 ₽", "0,00 ₽", "0,00 ₽"],
        ["Земляные работы силами жителей", "40 ч", "250,00 ₽", "0,00 ₽", "0,00 ₽", "10 000,00 ₽"],
    ]
    return {
        "lang": "ru",
        "portal": "Портал ТОС Ордынского района Новосибирской области",
        "number": "2026-017",
        "submitted_at": "2026-03-05T16:58:03+07:00",
        "zone_name": ZONE,
        "contest": "Если хочешь изменить мир — начни с территориального общественного самоуправления",
        "nomination": "Благоустройство",
        "tos": "ТОС «Берёзовая роща», с. Вагайцево",
        "title": PROJECTS[0],
        "requested_sum": "110300.00",
        "submitted_by": "Иванова Мария Петровна, председатель ТОС",
        "chair": "",
        "moments": [],
        "signed": [],
        "sha256": sha256("application"),
        "attachments": [
            {
                "slot": "Протокол собрания",
                "name": f"Протокол собрания {n}.pdf",
                "size": "1,4 МБ",
                "sha256": sha256(f"{n}"),
            }
            for n in range(1, files + 1)
        ],
        "sections": [
            {
                "title": "О проекте",
                "answers": [
                    {"label": "Название проекта", "value": PROJECTS[0]},
                    {
                        "label": "Какую задачу решает",
                        "value": "На улице Лесной живут 64 ребёнка, а ближайшая площадка в полутора километрах.\n"
                        "Жители собрали подписи и расчистили участок.",
                    },
                    {"label": "Сколько жителей участвует", "value": "38"},
                    {"label": "Ссылка на публикацию", "value": ""},
                ],
            },
            {
                "title": "Смета",
                "answers": [
                    {
                        "label": "Расходы и кто платит",
                        "table": {
                            "columns": ["Расход", "Количество", "Цена", "Из гранта", "Свои", "Трудом и вещами"],
                            "numeric": [1, 2, 3, 4, 5],
                            "rows": budget,
                            "total": ["Всего", "", "", "110 300,00 ₽", "8 301,00 ₽", "10 000,00 ₽"],
                        },
                    },
                    {"label": "Собственный вклад", "value": "14,2 %"},
                ],
            },
        ],
    }


def protocol(applications: int = 12, jurors: int = 5, criteria: int = 6, awarded: int = 6) -> ProtocolPaper:
    numbers = [f"2026-{n:03d}" for n in range(1, applications + 1)]
    codes = [f"К{n}" for n in range(1, criteria + 1)]
    experts = [f"Э{n}" for n in range(1, jurors + 1)]
    admitted = numbers[:-2]
    toses = {number: f"ТОС «{NAMES[n % len(NAMES)]}»" for n, number in enumerate(numbers)}
    titles = {number: PROJECTS[n % len(PROJECTS)] for n, number in enumerate(numbers)}
    asked = {number: f"{60000 + n * 137 % 60000}.{n % 100:02d}" for n, number in enumerate(numbers)}
    given = [(number, Decimal(asked[number]), Decimal(asked[number]) * 982 // 1000) for number in admitted[:awarded]]
    totals = {number: f"{9 - n * 7 / 1000:.2f}" for n, number in enumerate(admitted)}
    return {
        "lang": "ru",
        "organiser": "Администрация Ордынского района Новосибирской области",
        "contest": "Конкурс «Если хочешь изменить мир — начни с территориального общественного самоуправления»",
        "number": "3/2026",
        "held_at": "2026-04-15T10:00:00+07:00",
        "zone_name": ZONE,
        "place": "р. п. Ордынское, проспект Революции, 17, зал заседаний",
        "members": [
            {"name": "Сидоров Пётр Иванович", "post": "председатель комиссии", "is_present": True},
            {"name": "Кузнецова Анна Сергеевна", "post": "секретарь комиссии", "is_present": True},
            {"name": "Морозов Илья Олегович", "post": "член комиссии", "is_present": True},
            {"name": "Лебедева Ольга Викторовна", "post": "член комиссии", "is_present": True},
            {"name": "Егоров Степан Андреевич", "post": "член комиссии", "is_present": False},
        ],
        "invitees": ["Павлова Е. Н., Ресурсный центр ТОС"],
        "quorum": {
            "members": 5,
            "present": 4,
            "needed": 3,
            "is_met": True,
            "basis": "Пункт 5.3 положения: не менее половины.",
        },
        "agenda": ["О допуске заявок", "Об оценке и рейтинге", "О распределении фонда конкурса"],
        "recusals": [
            {
                "juror": "Э2",
                "application": numbers[0],
                "reason": "Состоит в этом ТОС",
                "decision": "Не оценивает заявку; решение принято без участия эксперта",
            }
        ],
        "applications": [
            {
                "number": number,
                "received_at": f"2026-03-{1 + n % 28:02d}T{9 + n % 8:02d}:{n % 60:02d}:{n * 7 % 60:02d}+07:00",
                "tos": toses[number],
                "title": titles[number],
                "requested_sum": asked[number],
            }
            for n, number in enumerate(numbers)
        ],
        "admitted": admitted,
        "refused": [
            {"application": numbers[-2], "reason": "Нет протокола собрания жителей", "clause": "3.4, подпункт «б»"},
            {"application": numbers[-1], "reason": "Устав зарегистрирован менее года назад", "clause": "2.1"},
        ],
        "evaluation_order": ["Эксперты оценивали заявки независимо; порядок заявок у каждого свой, случайный."],
        "criteria": [
            {"code": code, "name": f"Актуальность и польза для жителей, вопрос {n}", "max": "10", "weight": "0.20"}
            for n, code in enumerate(codes, 1)
        ],
        "jurors": experts,
        "marks": [
            {
                "application": number,
                "juror": expert,
                "marks": {code: str((i * 3 + j * 5 + k) % 11) for k, code in enumerate(codes)},
                "total": f"{(i * 31 + j * 17) % 1000 / 100:.2f}",
            }
            for i, number in enumerate(admitted)
            for j, expert in enumerate(experts)
            if (number, expert) != (numbers[0], "Э2")
        ],
        "totals": [
            {
                "application": number,
                "by_juror": {expert: f"{(i * 31 + j * 17) % 1000 / 100:.2f}" for j, expert in enumerate(experts)},
                "total": totals[number],
            }
            for i, number in enumerate(admitted)
        ],
        "ranking": [
            {
                "place": str(n),
                "application": number,
                "tos": toses[number],
                "title": titles[number],
                "total": totals[number],
                "note": "Равенство решено по К3" if n == 4 else "",
            }
            for n, number in enumerate(admitted, 1)
        ],
        "votes": [
            {
                "question": "Утвердить рейтинг",
                "votes_for": 4,
                "votes_against": 0,
                "abstained": 0,
                "decision": "Рейтинг утверждён",
            },
            {
                "question": "Распределить фонд конкурса по рейтингу",
                "votes_for": 3,
                "votes_against": 0,
                "abstained": 1,
                "decision": "Фонд распределён",
            },
        ],
        "sources": [
            {"code": "regional", "name": "Областной бюджет"},
            {"code": "local", "name": "Местный бюджет"},
        ],
        "awards": [
            {
                "place": str(n),
                "application": number,
                "tos": toses[number],
                "requested_sum": str(whole),
                "awarded_sum": str(whole),
                "by_source": {"regional": str(regional), "local": str(whole - regional)},
                "note": "частично" if n == len(given) else "",
            }
            for n, (number, whole, regional) in enumerate(given, 1)
        ],
        "fund": {
            "regional": str(sum(part for _, _, part in given) + 8500),
            "local": str(sum(whole - part for _, whole, part in given)),
        },
        "conditions": ["Соглашения подписываются до 1 июня 2026 года.", "Отчёт сдаётся до 1 ноября 2026 года."],
        "opinions": [
            {"member": "Морозов Илья Олегович", "text": "Считаю, что проекты освещения следует оценивать отдельно."}
        ],
        "signatures": [
            {"post": "Председатель комиссии", "name": "П. И. Сидоров"},
            {"post": "Секретарь комиссии", "name": "А. С. Кузнецова"},
        ],
        "schema": "tos-protocol/2",
        "digest": sha256("protocol"),
    }
