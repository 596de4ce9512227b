"""The failure of text that cannot be read as what it should be."""


class Unreadable(ValueError):
    """Text that is not what it should be: a stable `code` for programs, and a message in English and in Thai for people."""

    def __init__(self, code: str, message_en: str, message_th: str) -> None:
        """The subclass lists its codes."""
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message_en = message_en
        self.message_th = message_th
