namespace Gibbon.Pdk.Schemas;

/// <summary>The value must be exactly this; null forbids the field to be set.</summary>
public sealed record EqualValidator(object? Value) : Validator
{
    internal override int Rank => 0;

    /// <inheritdoc/>
    public override string Name => "eq";

    /// <inheritdoc/>
    public override object? Argument => Value;

    /// <inheritdoc/>
    public override string? Check(object value) => Schemas.Value.DeepEquals(value, Value) ? null : $"value must be {Schemas.Value.ToText(Value)}";
}

/// <summary>The value must not be this; null refuses null.</summary>
public sealed record NotEqualValidator(object? Value) : Validator
{
    internal override int Rank => 1;

    /// <inheritdoc/>
    public override string Name => "ne";

    /// <inheritdoc/>
    public override object? Argument => Value;

    /// <inheritdoc/>
    public override string? Check(object value) => Schemas.Value.DeepEquals(value, Value) ? $"value must not be {Schemas.Value.ToText(Value)}" : null;
}

/// <summary>The value must be none of a list.</summary>
public sealed record NotOneOfValidator(ValueList Values) : Validator
{
    internal override int Rank => 2;

    /// <inheritdoc/>
    public override string Name => "not_one_of";

    /// <inheritdoc/>
    public override object? Argument => Values;

    /// <inheritdoc/>
    public override string? Check(object value) => Choice.Has(Values, value) ? "must not be one of: " + Choice.Text(Values) : null;
}

/// <summary>The value must be one of a list.</summary>
public sealed record OneOfValidator(ValueList Values) : Validator
{
    internal override int Rank => 3;

    /// <summary>Values that Kong does not know: allowed too, but neither shown nor named in the error, which Kong's clients read.</summary>
    public ValueList BeyondKong { get; init; } = [];

    /// <inheritdoc/>
    public override string Name => "one_of";

    /// <inheritdoc/>
    public override object? Argument => Values;

    /// <inheritdoc/>
    public override string? Check(object value) => Choice.Has(Values, value) || Choice.Has(BeyondKong, value)
        ? null
        : "expected one of: " + Choice.Text(Values);
}

static class Choice
{
    public static bool Has(ValueList values, object value)
    {
        foreach (var candidate in values)
        {
            if (value is string text ? string.Equals(text, candidate as string, StringComparison.Ordinal) : Value.DeepEquals(value, candidate))
            {
                return true;
            }
        }
        return false;
    }

    public static string Text(ValueList values) => string.Join(", ", values.Select(Value.ToText));
}
