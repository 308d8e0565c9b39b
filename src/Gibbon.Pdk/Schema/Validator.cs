namespace Gibbon.Pdk.Schemas;

/// <summary>
/// One demand on a value. Kong knows twenty-one kinds and checks them in a fixed order whatever the order in which they were written;
/// <see cref="CustomValidator"/> is the one for everything else.
/// </summary>
public abstract record Validator
{
    internal const int CustomRank = 19;

    /// <summary>The place in Kong's order, from 0.</summary>
    internal abstract int Rank { get; }

    /// <summary>The word for it in a definition and in <c>/schemas</c>: <c>one_of</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What stands beside <see cref="Name"/> in <c>/schemas</c>; <c>null</c> may be meant (<c>eq: null</c>).</summary>
    public abstract object? Argument { get; }

    /// <summary>Whether <c>/schemas</c> shows it: code cannot be shown.</summary>
    public virtual bool Shown => true;

    /// <summary>Checks a value of the right type that is not null.</summary>
    /// <returns>The error, in Kong's words, or <c>null</c> when the value is good.</returns>
    public abstract string? Check(object value);
}
