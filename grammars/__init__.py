"""The grammars of the configuration languages, as pyparsing expressions.

A grammar says what is a sentence of its language and nothing else: it knows no syntax tree, opens
no file and evaluates nothing. Each production stands beneath the rule it implements. The parsers in
``bootpick`` hang their tree builders on the productions.
"""
