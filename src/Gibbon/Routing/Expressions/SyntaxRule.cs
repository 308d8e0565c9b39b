namespace Gibbon.Routing.Expressions;

/// <summary>The rules of the grammar that an error message may name, in the order it names them.</summary>
internal enum SyntaxRule
{
    EndOfInput,
    Identifier,
    Right,
    TextEscape,
    TextCharacter,
    RawTextCharacter,
    TransformFunction,
    Left,
    Text,
    RawText,
    Ipv4Range,
    Ipv6Range,
    Ipv4,
    Ipv6,
    Integer,
    HexDigits,
    OctalDigits,
    DecimalDigits,
    BinaryOperator,
    And,
    Or,
    Not,
    Predicate,
    ParenthesisedExpression,
    Term,
    Expression,
}

/// <summary>The names Kong's users know from its messages.</summary>
internal static class SyntaxRules
{
    public static string Name(this SyntaxRule rule) => rule switch
    {
        SyntaxRule.EndOfInput => "EOI",
        SyntaxRule.Identifier => "ident",
        SyntaxRule.Right => "rhs",
        SyntaxRule.TextEscape => "str_esc",
        SyntaxRule.TextCharacter => "str_char",
        SyntaxRule.RawTextCharacter => "rawstr_char",
        SyntaxRule.TransformFunction => "transform_func",
        SyntaxRule.Left => "lhs",
        SyntaxRule.Text => "str_literal",
        SyntaxRule.RawText => "rawstr_literal",
        SyntaxRule.Ipv4Range => "ipv4_cidr_literal",
        SyntaxRule.Ipv6Range => "ipv6_cidr_literal",
        SyntaxRule.Ipv4 => "ipv4_literal",
        SyntaxRule.Ipv6 => "ipv6_literal",
        SyntaxRule.Integer => "int_literal",
        SyntaxRule.HexDigits => "hex_digits",
        SyntaxRule.OctalDigits => "oct_digits",
        SyntaxRule.DecimalDigits => "dec_digits",
        SyntaxRule.BinaryOperator => "binary_operator",
        SyntaxRule.And => "and_op",
        SyntaxRule.Or => "or_op",
        SyntaxRule.Not => "not_op",
        SyntaxRule.Predicate => "predicate",
        SyntaxRule.ParenthesisedExpression => "parenthesised_expression",
        SyntaxRule.Term => "term",
        _ => "expression",
    };
}
