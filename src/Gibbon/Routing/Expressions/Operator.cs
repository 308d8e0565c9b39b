namespace Gibbon.Routing.Expressions;

/// <summary>The comparisons of the language.</summary>
internal enum Operator
{
    Equals,
    NotEquals,
    Regex,
    Prefix,
    Postfix,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
    NotIn,
    Contains,
}

/// <summary>How operators are written.</summary>
internal static class Operators
{
    /// <summary>In the order the grammar tries them: longer ones before their beginnings.</summary>
    public static readonly (string Text, Operator Operator)[] All =
    [
        ("==", Operator.Equals), ("!=", Operator.NotEquals), ("~", Operator.Regex), ("^=", Operator.Prefix), ("=^", Operator.Postfix),
        (">=", Operator.GreaterOrEqual), (">", Operator.Greater), ("<=", Operator.LessOrEqual), ("<", Operator.Less),
        ("in", Operator.In), ("contains", Operator.Contains),
    ];

    /// <summary>The operator as written.</summary>
    public static string Text(this Operator @operator)
        => @operator == Operator.NotIn ? "not in" : Array.Find(All, known => known.Operator == @operator).Text;
}
