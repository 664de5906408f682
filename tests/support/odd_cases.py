"""What must come of an odd document: READ, or a piece of the refusal's words."""

from collections.abc import Callable

READ = ""
BROKEN = "повреждён"
BOMB = "слишком большой объём"
LARGE = "слишком больш"
MACROS = "макросы"
OBJECTS = "встроены объекты"
LINKS = "из других файлов"
PASSWORD = "паролем"
NO_WORDS = "ни таблиц, ни текста"
OLD = "старого формата"

# File name, maker, what must come of it.
Case = tuple[str, Callable[[], bytes], str]
