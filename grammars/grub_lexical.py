"""GRUB's words: the lexical rules of its script language (yylex.l), as regular expressions."""

# A regular expression remembers every turn of a repeated group; far more of them than any real
# file has would be a way to eat memory.
MANY = 50_000

# NAME ::= [[:alpha:]_][[:alnum:]_]*
NAME = r"(?a:(?!\d)\w+(?!\w))"
# VARIABLE ::= "$" (NAME | DIGITS | SPECIAL) | "${" (NAME | DIGITS | SPECIAL) "}"
# A name never ends before its last character: only one way to read it, whatever stands behind.
VARIABLE_NAME = rf"(?:{NAME}|(?a:\d+(?!\d))|[?#*@])"
VARIABLE = rf"\$(?:{VARIABLE_NAME}|\{{{VARIABLE_NAME}\}})"
# CHAR ::= a character without a meaning of its own
PLAIN = r"[^{}|&$;<> \t\n'\"\\]+"
# ESC ::= "\" any character; before a line end it joins two lines, and may begin a word
ESCAPE = r"\\[\s\S]"
# SQSTR ::= "'" anything but "'" "'"
SINGLE_QUOTED = r"'[^']*'"
# DQSTR ::= '"' (text | "\" any character | VARIABLE)* '"'; a "$" must begin a variable
OPEN_QUOTED = rf'"[^"\\$]*(?:(?:\\[\s\S]|{VARIABLE})[^"\\$]*){{0,{MANY}}}'
_DOUBLE_QUOTED = rf'{OPEN_QUOTED}"'
# I18NSTR ::= '$"' (text | "\" any character)* '"'; a "$" in it is looked at when the word is used
TRANSLATED = rf'\$"[^"\\]*(?:\\[\s\S][^"\\]*){{0,{MANY}}}"'
# WORD ::= (CHAR | ESC | SQSTR | DQSTR | I18NSTR | VARIABLE)+
_PIECE = rf"{PLAIN}|{ESCAPE}|{SINGLE_QUOTED}|{_DOUBLE_QUOTED}|{TRANSLATED}|{VARIABLE}"
BLANKS = r"[ \t]+"
# COMMENT ::= "#" to the end of the line, where a word would begin
TRAIL = rf"(?:{BLANKS})?(?:\#[^\n]*)?"

ENDS_WORD = "{}|&;<> \t\n"
END = r"(?![^{}|&;<> \t\n])"
# Reserved where a command may begin; `time` and `!` are ordinary commands.
RESERVED = frozenset(
    "case do done elif else esac fi for function if in select then until while [[ ]]".split()
)
# As arguments the keywords are plain words, but these two stay tokens wherever they stand.
BRACKETS = rf"(?:\[\[|\]\]){END}"
# WORD (blanks WORD)*; behind blanks a "#" begins a comment
ARGUMENTS = rf"(?:{_PIECE}|{BLANKS}(?!\#|{BRACKETS}))"
# LINE ::= (CHAR | blank | SQSTR)+, ASCII in which nothing is replaced; it begins with no keyword
_STILL = r"[!%()+,\-./0-9:=@A-Z^_`a-z~ \t]*"
_KEYWORD = rf"(?:{'|'.join(sorted(word for word in RESERVED if word.isalpha()))}){END}"
LINE = rf"(?!{_KEYWORD})[a-z_]{_STILL}(?:'[ -&(-~\t]*'{_STILL}){{0,{MANY}}}"
# A double-quoted string whatever its variables are.
QUOTED_SHAPE = rf'"[^"\\]*(?:\\[\s\S][^"\\]*){{0,{MANY}}}"'
