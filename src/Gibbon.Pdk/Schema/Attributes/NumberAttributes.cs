namespace Gibbon.Pdk.Schemas;

/// <summary>The number must be in a range, both ends included.</summary>
public sealed class BetweenAttribute(double least, double greatest) : ValueAttribute
{
    /// <summary>The smallest number allowed.</summary>
    public double Least => least;

    /// <summary>The largest number allowed.</summary>
    public double Greatest => greatest;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new BetweenValidator(least, greatest));
}

/// <summary>The number must be greater than a limit.</summary>
public sealed class GreaterThanAttribute(double limit) : ValueAttribute
{
    /// <summary>The largest number that is not allowed.</summary>
    public double Limit => limit;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new GreaterThanValidator(limit));
}

/// <summary>The number must be a moment: seconds since 1970, greater than 0.</summary>
public sealed class TimestampAttribute : ValueAttribute
{
    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new TimestampValidator());
}
