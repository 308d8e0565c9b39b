namespace Gibbon.Pdk.Schemas;

/// <summary>Short ways to say what is often demanded in checks.</summary>
public static class FieldExtensions
{
    /// <summary>The value must be one of these texts.</summary>
    public static Field In(this Field field, params ReadOnlySpan<string> values) => field.With(new OneOfValidator(ListOf(values)));

    /// <summary>The value must be none of these texts.</summary>
    public static Field NotIn(this Field field, params ReadOnlySpan<string> values) => field.With(new NotOneOfValidator(ListOf(values)));

    /// <summary>The value must be exactly this.</summary>
    public static Field Is(this Field field, object? value) => field.With(new EqualValidator(value is int number ? (long)number : value));

    /// <summary>The value must not be null.</summary>
    public static Field IsSet(this Field field) => field with { Required = true };

    static ValueList ListOf(ReadOnlySpan<string> values)
    {
        var list = new ValueList(values.Length);
        foreach (var value in values)
        {
            list.Add(value);
        }
        return list;
    }
}
