using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>A check that is nothing but a list of fields.</summary>
public abstract record FieldListCheck(ImmutableArray<string> Fields) : EntityCheck
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Sources => Fields;

    internal override object? Describe() => new ValueList(Fields);

    private protected int CountNonEmpty(ValueMap values)
    {
        var count = 0;
        foreach (var path in Fields)
        {
            count += FieldPath.TryGet(values, path, out var value) && !Value.IsEmpty(value) ? 1 : 0;
        }
        return count;
    }
}

/// <summary>At least one of the fields must not be empty.</summary>
public sealed record AtLeastOneOfCheck(ImmutableArray<string> Fields) : FieldListCheck(Fields)
{
    /// <inheritdoc/>
    public override string Name => "at_least_one_of";

    /// <inheritdoc/>
    public override bool RunsWithInvalidFields => true;

    /// <inheritdoc/>
    public override bool RunsWithMissingFields => true;

    internal override string? Run(ValueMap values, CheckErrors errors) => CountNonEmpty(values) > 0 ? null : Text(Fields, errors.IsUpdate);

    internal static string Text(ImmutableArray<string> fields, bool isUpdate) =>
        (isUpdate ? "when updating, " : "") + "at least one of these fields must be non-empty: " + Quoted.List(fields);
}

/// <summary>Exactly one of the fields must not be empty.</summary>
public sealed record OnlyOneOfCheck(ImmutableArray<string> Fields) : FieldListCheck(Fields)
{
    /// <inheritdoc/>
    public override string Name => "only_one_of";

    /// <inheritdoc/>
    public override bool RunsWithInvalidFields => true;

    internal override string? Run(ValueMap values, CheckErrors errors) =>
        CountNonEmpty(values) == 1 ? null : "exactly one of these fields must be non-empty: " + Quoted.List(Fields);
}

/// <summary>The fields, as far as they are not empty, must have different values.</summary>
public sealed record DistinctCheck(ImmutableArray<string> Fields) : FieldListCheck(Fields)
{
    /// <inheritdoc/>
    public override string Name => "distinct";

    /// <inheritdoc/>
    public override bool RunsWithInvalidFields => true;

    internal override string? Run(ValueMap values, CheckErrors errors)
    {
        for (var later = 1; later < Fields.Length; later++)
        {
            FieldPath.TryGet(values, Fields[later], out var value);
            for (var earlier = 0; earlier < later && !Value.IsEmpty(value); earlier++)
            {
                if (FieldPath.TryGet(values, Fields[earlier], out var other) && Value.DeepEquals(value, other))
                {
                    return "values of these fields must be distinct: " + Quoted.List(Fields);
                }
            }
        }
        return null;
    }
}

/// <summary>All of the fields or none must be set.</summary>
public sealed record MutuallyRequiredCheck(ImmutableArray<string> Fields) : FieldListCheck(Fields)
{
    /// <inheritdoc/>
    public override string Name => "mutually_required";

    /// <inheritdoc/>
    public override bool RunsWithMissingFields => true;

    internal override string? Run(ValueMap values, CheckErrors errors)
    {
        var count = CountNonEmpty(values);
        return count == 0 || count == Fields.Length ? null : "all or none of these fields must be set: " + Quoted.List(Fields);
    }
}

/// <summary>At most one of the fields may be set.</summary>
public sealed record MutuallyExclusiveCheck(ImmutableArray<string> Fields) : FieldListCheck(Fields)
{
    /// <inheritdoc/>
    public override string Name => "mutually_exclusive";

    /// <inheritdoc/>
    public override bool RunsWithMissingFields => true;

    internal override string? Run(ValueMap values, CheckErrors errors) =>
        CountNonEmpty(values) < 2 ? null : "only one or none of these fields must be set: " + Quoted.List(Fields);
}

/// <summary>Of two groups of fields only one may have fields that are set.</summary>
public sealed record MutuallyExclusiveSetsCheck(ImmutableArray<string> First, ImmutableArray<string> Second) : EntityCheck
{
    /// <inheritdoc/>
    public override string Name => "mutually_exclusive_sets";

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources { get; } = [.. First, .. Second];

    /// <inheritdoc/>
    public override bool RunsWithMissingFields => true;

    internal override object? Describe() => new ValueMap { ["set1"] = new ValueList(First), ["set2"] = new ValueList(Second) };

    internal override string? Run(ValueMap values, CheckErrors errors)
    {
        var first = First.Where(path => IsSet(values, path)).ToArray();
        var second = Second.Where(path => IsSet(values, path)).ToArray();
        return first.Length == 0 || second.Length == 0
            ? null
            : $"these sets are mutually exclusive: {Quoted.Set(first)}, {Quoted.Set(second)}";
    }

    static bool IsSet(ValueMap values, string path) => FieldPath.TryGet(values, path, out var value) && !Value.IsEmpty(value);
}
