namespace Gibbon.Routing.Conditions;

/// <summary>A compiled test of a request. Immutable, so that all requests share it. <see cref="object.ToString"/> says it in the expression language.</summary>
internal abstract class Condition
{
    /// <summary>True when the request satisfies it.</summary>
    public abstract bool Holds(ref Evaluation evaluation);

    /// <summary>The innermost condition to blame when this one does not hold, or null when it holds: answers "why not this route?".</summary>
    public virtual Condition? Failing(ref Evaluation evaluation) => Holds(ref evaluation) ? null : this;
}

/// <summary>Holds when all parts do.</summary>
internal sealed class AllOf(Condition[] parts) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        foreach (Condition part in parts)
        {
            if (!part.Holds(ref evaluation))
            {
                return false;
            }
        }

        return true;
    }

    public override Condition? Failing(ref Evaluation evaluation)
    {
        foreach (Condition part in parts)
        {
            if (part.Failing(ref evaluation) is { } failing)
            {
                return failing;
            }
        }

        return null;
    }

    public override string ToString() => string.Join(" && ", parts.AsEnumerable());
}

/// <summary>Holds when one part does.</summary>
internal sealed class AnyOf(Condition[] parts) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        foreach (Condition part in parts)
        {
            if (part.Holds(ref evaluation))
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => $"({string.Join(" || ", parts.AsEnumerable())})";
}

/// <summary>Holds when the inner condition does not.</summary>
internal sealed class Not(Condition inner) : Condition
{
    public override bool Holds(ref Evaluation evaluation) => !inner.Holds(ref evaluation);

    public override string ToString() => $"!({inner})";
}

/// <summary>Always holds.</summary>
internal sealed class Always : Condition
{
    public static readonly Always Instance = new();

    public override bool Holds(ref Evaluation evaluation) => true;

    public override string ToString() => "any request";
}
