using System.Globalization;

namespace Gibbon.Pdk.Schemas;

/// <summary>The number must be greater than a limit.</summary>
public sealed record GreaterThanValidator(double Limit) : Validator
{
    internal override int Rank => 4;

    /// <inheritdoc/>
    public override string Name => "gt";

    /// <inheritdoc/>
    public override object? Argument => Number.Of(Limit);

    /// <inheritdoc/>
    public override string? Check(object value) => Number.From(value) > Limit ? null : $"value must be greater than {Value.ToText(Argument)}";
}

/// <summary>The number must be a moment: greater than 0.</summary>
public sealed record TimestampValidator : Validator
{
    internal override int Rank => 5;

    /// <inheritdoc/>
    public override string Name => "timestamp";

    /// <inheritdoc/>
    public override object? Argument => true;

    /// <inheritdoc/>
    public override string? Check(object value) => Number.From(value) > 0 ? null : "expected a valid timestamp";
}

/// <summary>The number must be in a range, both ends included.</summary>
public sealed record BetweenValidator(double Least, double Greatest) : Validator
{
    internal override int Rank => 8;

    /// <inheritdoc/>
    public override string Name => "between";

    /// <inheritdoc/>
    public override object? Argument => new ValueList { Number.Of(Least), Number.Of(Greatest) };

    /// <inheritdoc/>
    /// <remarks>The text cuts the fractions off its limits, as Kong's does.</remarks>
    public override string? Check(object value)
    {
        var number = Number.From(value);
        return number >= Least && number <= Greatest
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"value should be between {Math.Truncate(Least):0} and {Math.Truncate(Greatest):0}");
    }
}

/// <summary>Numbers between their two representations: <see cref="long"/> where there is no fraction, else <see cref="double"/>.</summary>
static class Number
{
    public static object Of(double number) => number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? (long)number : number;

    public static double From(object value) => value is long number ? number : (double)value;
}
