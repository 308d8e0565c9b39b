using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// When the value of one field is good for <see cref="IfMatch"/>, at least one of several fields must not be empty; when it is not, but
/// good for <see cref="ElseMatch"/>, at least one of several others.
/// </summary>
public sealed record ConditionalAtLeastOneOfCheck(string IfField, Field IfMatch, ImmutableArray<string> Then) : EntityCheck
{
    Field whole = IfMatch;
    Field? wholeElse;
    ImmutableArray<string> sources;

    /// <summary>What is said when the first demand fails; <c>%s</c> is the list of fields.</summary>
    public string? ThenError { get; init; }

    /// <summary>The second demand on the deciding field.</summary>
    public Field? ElseMatch { get; init; }

    /// <summary>The fields of which one must not be empty in the second case.</summary>
    public ImmutableArray<string> Else { get; init; } = [];

    /// <summary>What is said when the second demand fails; <c>%s</c> is the list of fields.</summary>
    public string? ElseError { get; init; }

    /// <inheritdoc/>
    public override string Name => "conditional_at_least_one_of";

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources => sources.IsDefault ? sources = [IfField, .. Then, .. Else] : sources;

    /// <inheritdoc/>
    public override bool RunsWithInvalidFields => true;

    /// <inheritdoc/>
    public override bool RunsWithMissingFields => true;

    internal override EntityCheck Resolve(RecordSchema record)
    {
        var field = FieldPath.Find(record, IfField);
        return this with { whole = IfMatch.Over(field), wholeElse = ElseMatch?.Over(field) };
    }

    internal override object? Describe()
    {
        var map = new ValueMap
        {
            ["if_field"] = IfField,
            ["if_match"] = SchemaWriter.Write(IfMatch),
            ["then_at_least_one_of"] = new ValueList(Then),
        };
        AddUnlessNull(map, "then_err", ThenError);
        AddUnlessNull(map, "else_match", ElseMatch is null ? null : SchemaWriter.Write(ElseMatch));
        AddUnlessNull(map, "else_then_at_least_one_of", Else.IsEmpty ? null : new ValueList(Else));
        AddUnlessNull(map, "else_then_err", ElseError);
        return map;
    }

    internal override string? Run(ValueMap values, CheckErrors errors)
    {
        if (!FieldPath.TryGet(values, IfField, out var decides))
        {
            return null;
        }
        if (Validation.Check(whole, decides, errors.Operation) is null)
        {
            return Demand(values, Then, ThenError, errors.IsUpdate);
        }
        return wholeElse is not null && Validation.Check(wholeElse, decides, errors.Operation) is null
            ? Demand(values, Else, ElseError, errors.IsUpdate)
            : null;
    }

    static string? Demand(ValueMap values, ImmutableArray<string> fields, string? error, bool isUpdate)
    {
        foreach (var path in fields)
        {
            if (FieldPath.TryGet(values, path, out var value) && !Value.IsEmpty(value))
            {
                return null;
            }
        }
        return error is null ? AtLeastOneOfCheck.Text(fields, isUpdate) : error.Replace("%s", Quoted.List(fields), StringComparison.Ordinal);
    }

    static void AddUnlessNull(ValueMap map, string name, object? value)
    {
        if (value is not null)
        {
            map[name] = value;
        }
    }
}
