using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// When the value of one field is good for <see cref="IfMatch"/>, that of another must be good for <see cref="ThenMatch"/>. Both say only what is
/// demanded in addition to the fields' own definitions.
/// </summary>
public sealed record ConditionalCheck(string IfField, Field IfMatch, string ThenField, Field ThenMatch, string? ThenError = null) : EntityCheck
{
    Field whole = IfMatch;
    Field wholeThen = ThenMatch;

    /// <summary>A field of which nothing is demanded yet.</summary>
    public static Field Open { get; } = new() { Type = FieldType.Any };

    /// <inheritdoc/>
    public override string Name => "conditional";

    /// <inheritdoc/>
    public override ImmutableArray<string> Sources { get; } = [IfField, ThenField];

    /// <inheritdoc/>
    public override bool RunsWithInvalidFields => true;

    internal override bool Needs(string path) => string.Equals(path, IfField, StringComparison.Ordinal);

    internal override EntityCheck Resolve(RecordSchema record) => this with
    {
        whole = IfMatch.Over(FieldPath.Find(record, IfField)),
        wholeThen = ThenMatch.Over(FieldPath.Find(record, ThenField)),
    };

    internal override object? Describe()
    {
        var map = new ValueMap
        {
            ["if_field"] = IfField,
            ["if_match"] = SchemaWriter.Write(IfMatch),
            ["then_field"] = ThenField,
            ["then_match"] = SchemaWriter.Write(ThenMatch),
        };
        if (ThenError is not null)
        {
            map["then_err"] = ThenError;
        }
        return map;
    }

    internal override string? Run(ValueMap values, CheckErrors errors)
    {
        FieldPath.TryGet(values, IfField, out var decides);
        if (Validation.Check(whole, decides, errors.Operation) is not null)
        {
            return null;
        }
        FieldPath.TryGet(values, ThenField, out var value);
        if (Validation.Check(wholeThen, value, errors.Operation) is not { } error)
        {
            return null;
        }
        errors.Add(ThenField, error);
        return ThenError is null
            ? $"failed conditional validation given value of field '{IfField}'"
            : ThenError.Replace("%s", IfField, StringComparison.Ordinal);
    }
}
