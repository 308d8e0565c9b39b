namespace Gibbon.Routing.Expressions;

/// <summary>One comparison: a field of the request on the left, a literal on the right.</summary>
/// <param name="Field">The field's name as written.</param>
/// <param name="Lower">The field's values are lower-cased before comparing.</param>
/// <param name="Any">One of several values is enough; otherwise all of them must satisfy.</param>
/// <param name="Operator">How they are compared.</param>
/// <param name="Literal">The right side.</param>
internal sealed record Predicate(string Field, bool Lower, bool Any, Operator Operator, Literal Literal) : Expression
{
    public override string ToString()
    {
        string left = Lower ? $"lower({Field})" : Field;
        return $"{(Any ? $"any({left})" : left)} {Operator.Text()} {Literal}";
    }
}
