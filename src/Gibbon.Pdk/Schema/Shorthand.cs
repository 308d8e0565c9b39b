namespace Gibbon.Pdk.Schemas;

/// <summary>
/// A name that is not a field but stands for some: it is checked against a definition of its own, taken out of the input, and what
/// <see cref="Expand"/> makes of it is put in. A plain shorthand wins over the fields it stands for; a deprecated one only fills in
/// what is missing, and it is an error for the two to differ.
/// </summary>
public sealed record Shorthand
{
    /// <summary>The name and the type of the shorthand, its validators and its deprecation.</summary>
    public required Field Field { get; init; }

    /// <summary>Makes the fields from the value, which may be null. <c>null</c> leaves the fields as they are.</summary>
    public required Func<object?, ValueMap?> Expand { get; init; }

    /// <summary>Makes the value of the shorthand from the record, for answers; <c>null</c> when answers do not show it.</summary>
    public Func<ValueMap, object?>? FromRecord { get; init; }
}
