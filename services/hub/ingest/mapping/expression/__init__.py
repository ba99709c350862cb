"""The small language of `expression`, `where` and `flags`: parsed here, never passed on as SQL.

    condition  = term of `and`, `or`, `not` and comparisons = != < <= > >=
    comparison = value `in` ('a', 'b')  |  value `is` [`not`] `empty`
    value      = number | 'text' | [column] | "column" | pi | row | - value | ( value )
               | value + - * / value | abs min max round sqrt ( value, ... )

A column name in [ ] may hold balanced brackets (`[Torque [Nm]]`); one in " " doubles its quotes.
Words of the language may be written in either case.
"""
