namespace Gibbon.Pdk.Schemas;

/// <summary>The value must be one of those listed. An enumeration as the type of the property says the same.</summary>
public sealed class OneOfAttribute(params object[] values) : ValueAttribute
{
    /// <summary>The values allowed.</summary>
    public IReadOnlyList<object> Values => values;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new OneOfValidator(Literal.List(values)));
}

/// <summary>The value must be none of those listed.</summary>
public sealed class NotOneOfAttribute(params object[] values) : ValueAttribute
{
    /// <summary>The values refused.</summary>
    public IReadOnlyList<object> Values => values;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new NotOneOfValidator(Literal.List(values)));
}

/// <summary>The value must be exactly this; <c>null</c> forbids to set the field.</summary>
public sealed class EqualToAttribute(object? value) : ValueAttribute
{
    /// <summary>The only value allowed.</summary>
    public object? Value => value;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new EqualValidator(Literal.Of(value)));
}

/// <summary>The value must not be this; <c>null</c> refuses null.</summary>
public sealed class NotEqualToAttribute(object? value) : ValueAttribute
{
    /// <summary>The value refused.</summary>
    public object? Value => value;

    /// <inheritdoc/>
    protected override Field Apply(Field field) => field.With(new NotEqualValidator(Literal.Of(value)));
}

/// <summary>What an attribute can hold, as an untyped value.</summary>
static class Literal
{
    public static ValueList List(object[] values) => [.. values.Select(Of)];

    public static object? Of(object? value) => value switch
    {
        int number => (long)number,
        float number => (double)number,
        _ => value,
    };
}
