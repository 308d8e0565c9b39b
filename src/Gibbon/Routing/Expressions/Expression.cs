namespace Gibbon.Routing.Expressions;

/// <summary>A parsed router expression. Printing one gives text that parses to the same tree.</summary>
internal abstract record Expression;

/// <summary>Both sides hold; the right one is not asked when the left one fails.</summary>
internal sealed record AndExpression(Expression Left, Expression Right) : Expression
{
    public override string ToString() => $"{Left} && {(Right is AndExpression ? $"({Right})" : Right)}";
}

/// <summary>One side holds; the right one is not asked when the left one does.</summary>
internal sealed record OrExpression(Expression Left, Expression Right) : Expression
{
    // '||' binds tighter than '&&', so it is the conjunction that needs parentheses here.
    public override string ToString()
        => $"{(Left is AndExpression ? $"({Left})" : Left)} || {(Right is AndExpression or OrExpression ? $"({Right})" : Right)}";
}

/// <summary>The inner expression does not hold.</summary>
internal sealed record NotExpression(Expression Inner) : Expression
{
    public override string ToString() => $"!({Inner})";
}
