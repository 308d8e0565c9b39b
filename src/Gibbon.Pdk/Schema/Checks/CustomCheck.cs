using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// A check in code. It gets the record, of which it should read no other fields than those it names, and the errors so far, to which it may add those of
/// single fields; it returns the error of the entity, <c>""</c> for the generic one, or <c>null</c>.
/// </summary>
public sealed record CustomCheck(ImmutableArray<string> Fields, Func<ValueMap, CheckErrors, string?> Function) : EntityCheck
{
    /// <summary>Whether it is made although some of its fields are missing.</summary>
    public bool RunWithMissingFields { get; init; }

    /// <summary>Whether it is made although some of its fields are in error.</summary>
    public bool RunWithInvalidFields { get; init; }

    /// <summary>Whether it is about fields that Kong does not know.</summary>
    public bool BeyondKong { get; init; }

    /// <inheritdoc/>
    public override bool Shown => !BeyondKong;

    /// <inheritdoc/>
    public override string Name => "custom_entity_check";

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources => Fields;

    /// <inheritdoc/>
    public override bool RunsWithMissingFields => RunWithMissingFields;

    /// <inheritdoc/>
    public override bool RunsWithInvalidFields => RunWithInvalidFields;

    internal override object? Describe()
    {
        var map = new ValueMap { ["field_sources"] = new ValueList(Fields) };
        if (RunWithMissingFields)
        {
            map["run_with_missing_fields"] = true;
        }
        if (RunWithInvalidFields)
        {
            map["run_with_invalid_fields"] = true;
        }
        return map;
    }

    internal override string? Run(ValueMap values, CheckErrors errors) => Function(values, errors) switch
    {
        "" => $"failed entity check: {Name}({{ field_sources = {{ {string.Join(", ", Fields.Select(static name => $"\"{name}\""))} }} }})",
        var error => error,
    };
}
