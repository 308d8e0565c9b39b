using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>The list must contain a value.</summary>
public sealed record ContainsValidator(object? Value) : Validator
{
    internal override int Rank => 18;

    /// <inheritdoc/>
    public override string Name => "contains";

    /// <inheritdoc/>
    public override object? Argument => Value;

    /// <inheritdoc/>
    public override string? Check(object value) =>
        value is ValueList list && list.Exists(item => Schemas.Value.DeepEquals(item, Value)) ? null : $"expected to contain: {Schemas.Value.ToText(Value)}";
}

/// <summary>The set may have members of only one of several groups.</summary>
public sealed record ExclusiveSubsetsValidator(ImmutableArray<ValueList> Subsets) : Validator
{
    internal override int Rank => 20;

    /// <inheritdoc/>
    public override string Name => "mutually_exclusive_subsets";

    /// <inheritdoc/>
    public override object? Argument => new ValueList(Subsets);

    /// <inheritdoc/>
    public override string? Check(object value)
    {
        if (value is not ValueList list)
        {
            return null;
        }
        // In the order in which the value comes upon them.
        List<ValueList> present = [];
        foreach (var item in list)
        {
            if (item is not null && Subsets.LastOrDefault(subset => Choice.Has(subset, item)) is { } subset && !present.Contains(subset))
            {
                present.Add(subset);
            }
        }
        return present.Count < 2 ? null : "these sets are mutually exclusive: " + string.Join(", ", present.Select(Quoted.Set));
    }
}

/// <summary>A validator in code.</summary>
public sealed record CustomValidator(Func<object, string?> Function) : Validator
{
    internal override int Rank => CustomRank;

    /// <inheritdoc/>
    public override string Name => "custom_validator";

    /// <inheritdoc/>
    public override object? Argument => null;

    /// <inheritdoc/>
    public override bool Shown => false;

    /// <inheritdoc/>
    public override string? Check(object value) => Function(value);
}

/// <summary>Lists of words as Kong's messages quote them.</summary>
static class Quoted
{
    public static string List(IEnumerable<object?> items) => string.Join(", ", items.Select(static item => $"'{Value.ToText(item)}'"));

    public static string Set(IEnumerable<object?> items) => $"({List(items)})";
}
